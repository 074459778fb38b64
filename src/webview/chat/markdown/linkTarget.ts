export type LinkTarget = { kind: 'web'; href: string } | { kind: 'file'; path: string };

const scheme = /^[a-z][a-z0-9+.-]*:/i;
const lineSuffix = /(:\d+){1,2}$/;

function decoded(text: string): string {
  try {
    return decodeURI(text);
  } catch {
    return text;
  }
}

/** Where a link in an answer may lead: to the web, to an address, to a file in the workspace; else nowhere. */
export function linkTarget(href: string): LinkTarget | undefined {
  if (/^(https?:\/\/|mailto:)/i.test(href)) return { kind: 'web', href };
  const path = decoded(href.replace(/[?#].*$/s, '')).replace(lineSuffix, '').trim();
  if (path === '' || scheme.test(path) || /^[/\\]|\p{Cc}/u.test(path)) return undefined;
  return path.split(/[/\\]/).includes('..') ? undefined : { kind: 'file', path };
}
