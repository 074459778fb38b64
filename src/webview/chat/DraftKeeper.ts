const delayMs = 300;

/** Tells the host what stands in the input: a moment after typing, and at once before the page may go. */
export class DraftKeeper {
  readonly #post: (text: string) => void;
  #text = '';
  #told = '';
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(post: (text: string) => void) {
    this.#post = post;
    addEventListener('pagehide', () => this.flush());
    addEventListener('blur', () => this.flush());
    document.addEventListener('visibilitychange', () => this.flush());
  }

  /** What the host has; it needs not be told. */
  known(text: string): void {
    this.#text = text;
    this.#told = text;
  }

  changed(text: string): void {
    this.#text = text;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush(), delayMs);
  }

  flush(): void {
    clearTimeout(this.#timer);
    if (this.#text === this.#told) return;
    this.#told = this.#text;
    this.#post(this.#text);
  }
}
