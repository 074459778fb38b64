import { plainPath, plainText } from '../text/hiddenText.ts';

/** What people, models or files wrote, where VS Code would read icons and links into it: words stay words, and what cannot be seen is shown by its number. */
export function foreignText(text: string, layout: 'line' | 'block' = 'line'): string {
  return withoutLinks(plainText(text, { layout }));
}

/** A path or a command that others wrote: what looks like another character is shown by its number as well. */
export function foreignPath(path: string): string {
  return withoutLinks(plainPath(path));
}

function withoutLinks(text: string): string {
  return text.replaceAll('$(', '$\u2060(').replaceAll('](', ']\u2060(');
}
