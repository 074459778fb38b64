/** How near to its end, in pixels, the transcript counts as being at its end. */
const nearPx = 12;

/** Keeps the transcript at its end while it was there, and never scrolls against the person. */
export class ScrollKeeper {
  readonly #scroller: HTMLElement;
  readonly #onUnseen: () => void;
  #atEnd = true;
  #unseen = false;

  constructor(scroller: HTMLElement, content: HTMLElement, onUnseen: () => void) {
    this.#scroller = scroller;
    this.#onUnseen = onUnseen;
    scroller.addEventListener('scroll', () => this.#onScroll(), { passive: true });
    const observer = new ResizeObserver(() => this.#follow());
    observer.observe(scroller);
    observer.observe(content);
  }

  /** Whether something came in below what the person looks at. */
  get unseen(): boolean {
    return this.#unseen;
  }

  /** To be called when the transcript was drawn; `grown` when something came in. */
  afterRender(grown: boolean): void {
    this.#follow();
    if (grown && !this.#atEnd) this.#setUnseen(true);
  }

  toEnd(): void {
    this.#atEnd = true;
    this.#follow();
    this.#setUnseen(false);
  }

  #follow(): void {
    if (this.#atEnd) this.#scroller.scrollTop = this.#scroller.scrollHeight;
  }

  #onScroll(): void {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    this.#atEnd = scrollHeight - scrollTop - clientHeight <= nearPx;
    if (this.#atEnd) this.#setUnseen(false);
  }

  #setUnseen(unseen: boolean): void {
    if (this.#unseen === unseen) return;
    this.#unseen = unseen;
    this.#onUnseen();
  }
}
