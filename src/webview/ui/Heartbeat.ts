/** Milliseconds between two questions. */
const periodMs = 2_000;
/** So many questions without an answer: nobody hears this page. */
const patience = 3;

/**
 * Notices that the extension host is gone, or does not answer: then a click reaches nobody. Asks while
 * the page is seen. Questions are counted and not time: a computer that slept has missed nothing.
 */
export class Heartbeat {
  readonly #ping: () => void;
  readonly #changed: (lost: boolean) => void;
  #timer: ReturnType<typeof setInterval> | undefined;
  #unanswered = 0;
  #lost = false;

  constructor(ping: () => void, changed: (lost: boolean) => void) {
    this.#ping = ping;
    this.#changed = changed;
    document.addEventListener('visibilitychange', () => this.#watch());
    this.#watch();
  }

  /** A message came from the host, whichever. */
  heard(): void {
    this.#unanswered = 0;
    this.#set(false);
  }

  #watch(): void {
    clearInterval(this.#timer);
    this.#unanswered = 0;
    if (document.visibilityState === 'visible') this.#timer = setInterval(() => this.#ask(), periodMs);
  }

  #ask(): void {
    if (this.#unanswered >= patience) this.#set(true);
    this.#unanswered += 1;
    this.#ping();
  }

  #set(lost: boolean): void {
    if (this.#lost === lost) return;
    this.#lost = lost;
    this.#changed(lost);
  }
}
