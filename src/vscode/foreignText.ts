/** What people, models or files wrote, where VS Code would read icons and links into it: words stay words. */
export function foreignText(text: string): string {
  return text.replaceAll('$(', '$\u2060(').replaceAll('](', ']\u2060(');
}
