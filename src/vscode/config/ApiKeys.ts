import type * as vscode from 'vscode';
import type { Disposable } from '../../core/bus/Disposable.ts';

/** API keys in VS Code's SecretStorage, each bound to the origin that it was entered for. */
export class ApiKeys implements Disposable {
  readonly #secrets: vscode.SecretStorage;
  /** As last read, by origin: asking VS Code takes 5 ms and more, before every request. */
  readonly #known = new Map<string, string | undefined>();
  readonly #subscription: Disposable;
  /** Counts changes: what was read before the last one is not kept. */
  #changes = 0;

  constructor(secrets: vscode.SecretStorage) {
    this.#secrets = secrets;
    this.#subscription = secrets.onDidChange(() => this.#forget());
  }

  /** What is known is read anew for the next time: not every window is told what another one changes. */
  async get(origin: string): Promise<string | undefined> {
    const isKnown = this.#known.has(origin);
    const known = this.#known.get(origin);
    const read = this.#read(origin);
    if (!isKnown) return read;
    read.catch(() => this.#forget());
    return known;
  }

  async set(origin: string, key: string): Promise<void> {
    this.#forget();
    await this.#secrets.store(nameOf(origin), key);
  }

  async delete(origin: string): Promise<void> {
    this.#forget();
    await this.#secrets.delete(nameOf(origin));
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#known.clear();
  }

  async #read(origin: string): Promise<string | undefined> {
    const changes = this.#changes;
    const key = await this.#secrets.get(nameOf(origin));
    if (changes !== this.#changes) return key;
    // that a key is missing is told to the person, so it must be true; a server of their own mostly has none
    if (key !== undefined || origin.startsWith('http:')) this.#known.set(origin, key);
    else this.#known.delete(origin);
    return key;
  }

  #forget(): void {
    this.#changes += 1;
    this.#known.clear();
  }
}

function nameOf(origin: string): string {
  return `agentRuntime.apiKey:${origin}`;
}
