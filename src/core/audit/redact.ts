import type { AuditEntry } from '../ports/AuditLog.ts';

const REDACTED = '[redacted]';

/**
 * What looks like a key, a token or a password, with what is written in its place. Every repetition is bounded or of characters that what
 * follows it does not have, so that no text takes long.
 */
const secrets: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z0-9 ]{1,40}-----[\s\S]*?(?:-----END [A-Z0-9 ]{1,40}-----|$)/g, REDACTED],
  [/(\b[a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/?#"'\\]*@/gi, `$1${REDACTED}@`],
  [/\b(authorization\\?["']?\s{0,3}[=:]\s{0,3}\\?["']?)(?:\w{1,20}\s{1,3})?[^\s"'\\]+/gi, `$1${REDACTED}`],
  [/\b(bearer\s{1,3})[\w.~+/=-]{6,}/gi, `$1${REDACTED}`],
  [/\beyJ[\w-]{5,}\.[\w-]{5,}(?:\.[\w-]*)?/g, REDACTED],
  [/\b(?:sk|rk|pk)[-_][\w-]{16,}/g, REDACTED],
  [/\b(?:gh[opsur]_\w{16,}|github_pat_\w{16,}|glpat-[\w-]{16,}|xox[a-z]-[\w-]{8,}|(?:AKIA|ASIA)[A-Z0-9]{16}|AIza[\w-]{30,}|ya29\.[\w-]{16,}|npm_\w{30,}|hf_\w{20,}|SG\.[\w-]{16,}\.[\w-]{16,})/g, REDACTED],
  [
    /((?:passw(?:or)?d|passphrase|pwd|secret|token|api[-_]?key|access[-_]?key|private[-_]?key|account[-_]?key|credentials?)[\w-]{0,40}\\?["']?\s{0,3}[=:]\s{0,3})(\\"[^"\\]*\\"|"[^"]*"|'[^']*'|\\?"?[^\s"'\\]+)/gi,
    `$1${REDACTED}`,
  ],
  [/(\s--?(?:passw(?:or)?d|passphrase|pwd|secret|token|api-?key|access-?key|private-?key|credentials?)[\w-]{0,40}\s{1,3})(\\"[^"\\]*\\"|"[^"]*"|'[^']*'|[^\s"'\\]+)/gi, `$1${REDACTED}`],
];

/** Takes out of a text what looks like a key, a token or a password, the home folder (as "~") and the person's name in other paths. */
export function redactor({ home, userName }: { home: string; userName: string }): (text: string) => string {
  const places: (readonly [RegExp, string])[] = [];
  const parts = home.split(/[/\\]+/).filter((part) => part !== '');
  // a home such as "/" would make every path one of the person
  if (parts.length > 1) places.push([new RegExp(`(?<![\\w.-])${/^[/\\]/.test(home) ? '[/\\\\]+' : ''}${parts.map(escaped).join('[/\\\\]+')}(?![\\w.-])`, 'gi'), '~']);
  if (userName !== '') places.push([new RegExp(`(?<=[/\\\\])${escaped(userName)}(?=$|[/\\\\\\s"',;:)\\]}])`, 'gi'), '[user]']);
  return (text) => [...secrets, ...places].reduce((redacted, [pattern, replacement]) => redacted.replace(pattern, replacement), text);
}

/** An entry without what {@link redactor} takes out: models and files name the paths, commands and ids in it. */
export function redactEntry(entry: AuditEntry, redact: (text: string) => string): AuditEntry {
  const fields = Object.entries(entry).map(([name, value]: [string, string | string[]]) => [name, typeof value === 'string' ? redact(value) : value.map(redact)] as const);
  return { ...entry, ...Object.fromEntries(fields) };
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
