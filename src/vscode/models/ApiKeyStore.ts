/** Keys, each bound to the origin that it was entered for. */
export interface ApiKeyStore {
  get(origin: string): Promise<string | undefined>;
  set(origin: string, key: string): Promise<void>;
  delete(origin: string): Promise<void>;
}

/** What is wrong with a key as it was typed: an HTTP header carries no spaces and nothing beyond ASCII. */
export function keyProblem(key: string): string | undefined {
  return /^[\x21-\x7e]*$/.test(key.trim()) ? undefined : 'A key has no spaces and no characters beyond ASCII.';
}
