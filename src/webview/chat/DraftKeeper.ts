import type { ChatState } from '../../protocol/webview.ts';
import { UnconfirmedText } from './UnconfirmedText.ts';

const delayMs = 300;

/** Tells the host what stands in the input: a moment after typing, and at once before the page may go. */
export class DraftKeeper {
  readonly #post: (text: string) => void;
  readonly #unconfirmed = new UnconfirmedText('typed');
  #text = '';
  #told: string | undefined = '';
  /** What the host has. */
  #kept = '';
  /** The session is not this window's, so its draft is not either. */
  #held = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(post: (text: string) => void) {
    this.#post = post;
    addEventListener('pagehide', () => this.flush());
    addEventListener('blur', () => this.flush());
    document.addEventListener('visibilitychange', () => this.flush());
  }

  /**
   * Says whose session it is, and what the host has as its draft. Returns what was typed before and
   * never reached the host, if there is such a text.
   */
  begin(sessionId: string, owner: ChatState['owner'], draft: string): string | undefined {
    // what stands in the input goes with it to the other side
    this.#unconfirmed.clear();
    // a session that was deleted was another window's before
    const side = owner === 'here' ? 'here' : 'elsewhere';
    this.#unconfirmed.select(sessionId, side);
    this.#held = side === 'elsewhere';
    this.#told = draft;
    this.#kept = draft;
    return this.#unconfirmed.get();
  }

  changed(text: string): void {
    this.#text = text;
    this.#unconfirmed.set(text);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush(), delayMs);
  }

  /** A message left: the host is told what stays of the text, unless it has just said that it keeps that. */
  left(text: string): void {
    this.#told = text === this.#kept ? text : undefined;
    this.changed(text);
    this.flush();
  }

  flush(): void {
    clearTimeout(this.#timer);
    if (this.#text === this.#kept) this.#unconfirmed.clear();
    if (this.#held || this.#text === this.#told) return;
    this.#told = this.#text;
    this.#post(this.#text);
  }

  /** The host has this text, be it as a draft or as a message. */
  confirmed(text: string): void {
    this.#kept = text;
    if (text === this.#text) this.#unconfirmed.clear();
  }

  /** The input shows what the host has. */
  known(text: string): void {
    this.#text = text;
    this.#told = text;
    this.confirmed(text);
  }
}
