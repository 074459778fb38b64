/** How long nothing counts after what is shown has changed, in milliseconds. */
const settleMs = 500;

/** Tells a decision from an accident: a click that was meant for what stood there before. */
export class InputGuard {
  readonly #onSettled: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #settled = false;

  constructor(onSettled: () => void) {
    this.#onSettled = onSettled;
  }

  /** What is shown has changed: nothing counts for a moment. */
  restart(): void {
    clearTimeout(this.#timer);
    this.#settled = false;
    this.#timer = setTimeout(() => {
      this.#settled = true;
      this.#onSettled();
    }, settleMs);
  }

  /** Whether the content has stood long enough to be decided on. */
  get settled(): boolean {
    return this.#settled;
  }

  /** Whether input counts now: the content has settled, and this window has the focus. */
  get open(): boolean {
    return this.#settled && document.hasFocus();
  }
}
