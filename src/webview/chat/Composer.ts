import { html, nothing } from 'lit-html';
import type { TemplateResult } from 'lit-html';
import type { ChatFromWebview, ChatState } from '../../protocol/webview.ts';
import type { Announcer } from '../ui/Announcer.ts';
import { icon } from '../ui/icon.ts';
import { composerTemplate } from './composerTemplate.ts';
import { DraftKeeper } from './DraftKeeper.ts';
import { inputAtBeginning } from './inputAtBeginning.ts';

/** After this, a message that was neither taken nor refused may be changed and sent again. */
const confirmMs = 15_000;

const lostText = 'The connection is lost, so your message was not sent. It stays here.';
const notHereText = 'Your text stays here.';
const waitText = 'The turn is still running. Your text stays here; send it when the turn is done.';

export interface ComposerDependencies {
  post: (message: ChatFromWebview) => void;
  /** Posts what a press of the person wants, or tells them that nobody hears it. */
  reach: (message: ChatFromWebview) => void;
  announcer: Announcer;
  changed: () => void;
  /** The person's last message, for Up in an empty input. */
  lastMessage: () => string | undefined;
}

/** What a message on its way is bound to: its text stays in the input until the host has it. */
interface Outgoing {
  messageId: string;
  text: string;
  locked: boolean;
}

/** The input: what is typed, what is on its way, and what the host said to it. */
export class Composer {
  readonly #deps: ComposerDependencies;
  readonly #draft: DraftKeeper;
  #textarea: HTMLTextAreaElement | undefined;
  #turn: ChatState['turn'] = 'idle';
  #owner: ChatState['owner'] = 'here';
  #lost = false;
  #outgoing: Outgoing | undefined;
  #problem: string | undefined;
  #hint: string | undefined;

  constructor(deps: ComposerDependencies) {
    this.#deps = deps;
    this.#draft = new DraftKeeper((text) => deps.post({ type: 'draft', text }));
  }

  template(state: ChatState, review: (() => void) | undefined): TemplateResult {
    if (state.turn !== this.#turn || state.owner !== this.#owner) this.#hint = undefined;
    this.#turn = state.turn;
    this.#owner = state.owner;
    return html`${this.#problemRow()}${composerTemplate({
      state,
      review,
      sending: this.#outgoing?.locked === true,
      lost: this.#lost,
      hint: this.#hint,
      textarea: (element) => {
        this.#textarea = element instanceof HTMLTextAreaElement ? element : undefined;
      },
      onInput: () => this.#onInput(),
      onKey: (event) => this.#onKey(event),
      onBlur: () => this.#draft.flush(),
      onSend: () => {
        this.focus();
        this.#send();
      },
      onStop: (event) => {
        // The second half of a double click on Send is no Stop.
        if (event.detail > 1) return;
        this.focus();
        this.stop();
      },
      onSettings: () => this.#deps.reach({ type: 'action', action: 'openSettings' }),
      onNewSession: () => this.#deps.reach({ type: 'action', action: 'newSession' }),
    })}`;
  }

  focus(): void {
    this.#textarea?.focus({ preventScroll: true });
  }

  stop(): void {
    if (this.#turn !== 'idle') this.#deps.reach({ type: 'stop' });
  }

  /** Puts a text into an empty input as if it had been typed, with the cursor at its end; never over what is there. */
  fill(text: string): void {
    if (this.#textarea === undefined || this.#outgoing?.locked === true) return;
    if (this.#textarea.value !== '') {
      this.focus();
      return;
    }
    this.#textarea.value = text;
    this.#textarea.setSelectionRange(text.length, text.length);
    this.focus();
    this.#onInput();
  }

  /**
   * The page begins, or the session is another window's or this one's again: brings back what was typed, beside
   * what stands here. `sent` is the last message: a text like it was on its way when its page went, and arrived.
   */
  begin({ sessionId, owner, draft, sent }: { sessionId: string; owner: ChatState['owner']; draft: string; sent: string | undefined }): void {
    const typed = this.#draft.begin(sessionId, owner, draft);
    const input = this.#textarea;
    if (input === undefined) return;
    const text = inputAtBeginning({ standing: input.value, typed, draft, sent });
    if (input.value !== text) {
      input.value = text;
      input.setSelectionRange(text.length, text.length);
    }
    if (text === draft) this.#draft.known(draft);
    else this.#draft.changed(text);
  }

  /** The host has this draft. */
  draftKept(text: string): void {
    this.#draft.confirmed(text);
  }

  /** Whether nobody hears this page: then nothing is sent. */
  connection(lost: boolean): void {
    this.#lost = lost;
    if (!lost && this.#problem === lostText) this.#problem = undefined;
  }

  /** The host has the message: only now is the text forgotten, if it is still that text. */
  accepted(messageId: string): boolean {
    if (this.#outgoing?.messageId !== messageId) return false;
    const { text } = this.#outgoing;
    this.#outgoing = undefined;
    this.#problem = undefined;
    if (this.#textarea?.value === text) {
      this.#textarea.value = '';
      this.#draft.changed('');
      this.#draft.flush();
    }
    this.#deps.changed();
    return true;
  }

  refused(messageId: string, reason: string): void {
    if (this.#outgoing?.messageId !== messageId) return;
    // the same text goes out under the same id again: the host may have it all the same
    this.#outgoing = { ...this.#outgoing, locked: false };
    this.#problem = reason;
    this.#deps.changed();
  }

  #problemRow(): TemplateResult {
    return html`<div role="alert">
      ${this.#problem === undefined
        ? nothing
        : html`<div class="stack refused"><div class="h wrap">${icon('error', { tone: 'bad' })}<span class="grow">${this.#problem}</span></div></div>`}
    </div>`;
  }

  #onInput(): void {
    this.#problem = undefined;
    this.#hint = undefined;
    this.#draft.changed(this.#textarea?.value ?? '');
    this.#deps.changed();
  }

  #onKey(event: KeyboardEvent): void {
    if (event.isComposing) return;
    const plain = !event.shiftKey && !event.ctrlKey && !event.altKey && !event.metaKey;
    if (event.key === 'Enter' && plain) {
      event.preventDefault();
      if (!event.repeat) this.#send();
    } else if (event.key === 'ArrowUp' && plain && this.#textarea?.value === '') {
      const last = this.#deps.lastMessage();
      if (last === undefined) return;
      event.preventDefault();
      this.fill(last);
    }
  }

  #send(): void {
    const text = this.#textarea?.value ?? '';
    if (text.trim() === '' || this.#outgoing?.locked === true) return;
    const wait = this.#owner !== 'here' ? notHereText : this.#turn === 'idle' ? undefined : waitText;
    if (this.#lost || wait !== undefined) {
      if (this.#lost) this.#problem = lostText;
      else this.#hint = wait;
      if (wait !== undefined) this.#deps.announcer.say(wait);
      this.#deps.changed();
      return;
    }
    // The same text under the same id: if the first one did arrive, the host knows it.
    const messageId = this.#outgoing?.text === text ? this.#outgoing.messageId : crypto.randomUUID();
    this.#outgoing = { messageId, text, locked: true };
    this.#problem = undefined;
    this.#draft.flush();
    this.#deps.post({ type: 'send', messageId, text });
    this.#deps.changed();
    setTimeout(() => this.#release(messageId), confirmMs);
  }

  #release(messageId: string): void {
    if (this.#outgoing?.messageId !== messageId || !this.#outgoing.locked) return;
    this.#outgoing = { ...this.#outgoing, locked: false };
    this.#problem = 'The message was not confirmed. It is kept here; send it again.';
    this.#deps.changed();
  }
}
