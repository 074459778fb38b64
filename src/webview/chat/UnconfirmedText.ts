/**
 * What was typed and the host has not confirmed, kept by the browser: a page whose host was killed is
 * replaced by another one, which finds it here. One for each session and side, since a window that only
 * reads a session must not touch what its owner types.
 */
export class UnconfirmedText {
  readonly #name: string;
  #key: string | undefined;

  /** `name`: which of the texts that are kept so. */
  constructor(name: 'typed' | 'sending' | 'answering') {
    this.#name = name;
  }

  /** Which session's it is from now on. */
  select(sessionId: string, owner: 'here' | 'elsewhere'): void {
    this.#key = `agentRuntime.${this.#name}:${owner}:${sessionId}`;
  }

  get(): string | undefined {
    return this.#use((key) => localStorage.getItem(key) ?? undefined);
  }

  set(text: string): void {
    this.#use((key) => localStorage.setItem(key, text));
  }

  clear(): void {
    this.#use((key) => localStorage.removeItem(key));
  }

  /** A browser may keep nothing for a page: then only what the host confirmed outlives it. */
  #use<T>(action: (key: string) => T): T | undefined {
    try {
      return this.#key === undefined ? undefined : action(this.#key);
    } catch {
      return undefined;
    }
  }
}
