const MASK = '[API key]';
/** So much of a key in a row is told of it; fewer characters may be a word by chance. */
const PART = 8;
const SHORTEST_END = 4;
/** Shorter ones are mostly no secret: local servers take any word. */
const SHORTEST_KEY = 12;

/** A text without the key, its parts, and what servers write of it with asterisks. */
export function withoutKey(text: string, apiKey: string | undefined): string {
  if (apiKey === undefined || apiKey === '') return text;
  const masked = text.replaceAll(apiKey, MASK).replaceAll(/[\w-]*\*{3,}[\w-]*/g, MASK);
  if (apiKey.length < SHORTEST_KEY) return masked;
  const parts = Array.from({ length: apiKey.length - PART + 1 }, (_, start) => apiKey.slice(start, start + PART));
  const tells = (word: string): boolean =>
    parts.some((part) => word.includes(part)) || (word.length >= SHORTEST_END && (apiKey.startsWith(word) || apiKey.endsWith(word)));
  return masked.replaceAll(/[\w+/=-]+/g, (word) => (tells(word) ? MASK : word));
}
