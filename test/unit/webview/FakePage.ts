/** As much of a browser's page as the pages' logic asks for: its events, whether it is seen, what the browser keeps. */
export class FakePage {
  readonly kept = new Map<string, string>();
  readonly body = {};
  /** What has the focus within the page. */
  activeElement: unknown = this.body;
  readonly #page = new EventTarget();
  readonly #document = new EventTarget();
  readonly #before = new Map<string, PropertyDescriptor | undefined>();
  #visibility: DocumentVisibilityState = 'visible';
  #focused = true;

  /** Puts itself in the place of the browser's globals, until {@link remove}. */
  install(): void {
    const visibility = (): DocumentVisibilityState => this.#visibility;
    Object.defineProperty(this.#document, 'visibilityState', { get: visibility });
    const active = (): unknown => this.activeElement;
    Object.defineProperty(this.#document, 'activeElement', { get: active });
    Object.defineProperty(this.#document, 'body', { value: this.body });
    Object.defineProperty(this.#document, 'hasFocus', { value: () => this.#focused });
    const { kept } = this;
    const storage = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, text: string) => void kept.set(key, text),
      removeItem: (key: string) => void kept.delete(key),
    };
    const globals = { document: this.#document, localStorage: storage, addEventListener: this.#page.addEventListener.bind(this.#page) };
    for (const [name, value] of Object.entries(globals)) {
      this.#before.set(name, Object.getOwnPropertyDescriptor(globalThis, name));
      Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
    }
  }

  remove(): void {
    for (const [name, descriptor] of this.#before) {
      if (descriptor === undefined) Reflect.deleteProperty(globalThis, name);
      else Object.defineProperty(globalThis, name, descriptor);
    }
  }

  /** The page loses the focus. */
  blur(): void {
    this.#focused = false;
    this.#page.dispatchEvent(new Event('blur'));
  }

  show(visibility: DocumentVisibilityState): void {
    this.#visibility = visibility;
    this.#document.dispatchEvent(new Event('visibilitychange'));
  }
}
