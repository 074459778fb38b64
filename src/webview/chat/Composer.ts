import type { TemplateResult } from 'lit-html';
import type { ChatFromWebview, ChatState, QuestionItem } from '../../protocol/webview.ts';
import type { Announcer } from '../ui/Announcer.ts';
import { composerTemplate } from './composerTemplate.ts';
import { DraftKeeper } from './DraftKeeper.ts';
import { inputAtBeginning, joined, withoutSent } from './inputAtBeginning.ts';
import { UnconfirmedText } from './UnconfirmedText.ts';

/** After this, a message that was neither taken nor refused may be changed and sent again. */
const confirmMs = 15_000;
/** From then on the input says that a message is on its way. */
const slowMs = 300;

const lostText = 'The connection is lost, so your message was not sent. It stays here.';
const notHereText = 'Your text stays here.';

export interface ComposerDependencies {
  post: (message: ChatFromWebview) => void;
  /** Posts what a press of the person wants, or tells them that nobody hears it. */
  reach: (message: ChatFromWebview) => void;
  announcer: Pick<Announcer, 'say'>;
  changed: () => void;
  /** The person's last message, for Up in an empty input. */
  lastMessage: () => string | undefined;
}

/** As much of the text area as the input works with. */
export type TextField = Pick<HTMLTextAreaElement, 'value' | 'selectionStart' | 'selectionEnd' | 'setSelectionRange' | 'focus'>;

export interface SentText {
  messageId: string;
  text: string;
}

/** A message on its way: its text stays in the input, in front of what is typed meanwhile, until the host has it. */
interface Outgoing extends SentText {
  /** Nothing else is sent until the host said something to it. */
  locked: boolean;
  /** It opens a turn, as far as this page knows. */
  opens: boolean;
}

export interface Beginning {
  sessionId: string;
  owner: ChatState['owner'];
  draft: string;
  sent: readonly string[];
  hasArrived: (message: SentText) => boolean;
}

type KeyPress = Pick<KeyboardEvent, 'key' | 'isComposing' | 'shiftKey' | 'ctrlKey' | 'altKey' | 'metaKey' | 'repeat' | 'preventDefault'>;

/** The input: what is typed, what is on its way, and what the host said to it. */
export class Composer {
  readonly #deps: ComposerDependencies;
  readonly #draft: DraftKeeper;
  /** For a page that comes before the host has the message. */
  readonly #onItsWay = new UnconfirmedText('sending');
  /** For a page that comes while an answer is written. */
  readonly #answerBegun = new UnconfirmedText('answering');
  #textarea: TextField | undefined;
  #state: ChatState | undefined;
  /** The question that stands before the person. */
  #asked: QuestionItem | undefined;
  /** The question before which the input was empty: what stands in it since then was written for it. */
  #writtenFor: string | undefined;
  /** An input method composes a character: it would break off if the text was changed. */
  #composing = false;
  /** A text that leaves the input when that is done. */
  #leaving: string | undefined;
  #lost = false;
  #outgoing: Outgoing | undefined;
  /** Texts that were taken back from the queue while a message was on its way. */
  #returned: string[] = [];
  /** What was removed from the queue last, until something else is sent: Up brings it back. */
  #removed: string | undefined;
  #problem: string | undefined;
  #hint: string | undefined;

  constructor(deps: ComposerDependencies) {
    this.#deps = deps;
    this.#draft = new DraftKeeper((text) => deps.post({ type: 'draft', text }));
  }

  /** Why a message was not sent. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** `agents`, `models`, `presets`: the pickers of them. */
  template(state: ChatState, { asked, ...pickers }: { asked: QuestionItem | undefined; agents: unknown; models: unknown; presets: unknown }): TemplateResult {
    if (state.turn !== this.#state?.turn || state.owner !== this.#state.owner) this.#hint = undefined;
    this.#state = state;
    this.#asked = asked;
    this.#noteEmpty();
    return composerTemplate({
      state,
      asked,
      answers: this.#answersNow,
      ...pickers,
      hasText: this.#text.trim() !== '',
      sending: this.#sending,
      lost: this.#lost,
      hint: this.#hint,
      textarea: (element) => {
        this.attach(element instanceof HTMLTextAreaElement ? element : undefined);
      },
      onInput: () => this.typed(),
      onComposition: ({ type }) => this.composing(type === 'compositionstart'),
      onKey: (event) => this.key(event),
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
    });
  }

  attach(textarea: TextField | undefined): void {
    this.#textarea = textarea;
  }

  focus(): void {
    this.#textarea?.focus({ preventScroll: true });
  }

  stop(): void {
    if (this.#state !== undefined && this.#state.turn !== 'idle') this.#deps.reach({ type: 'stop' });
  }

  /** Asks for a queued message to be written on. What stands in the input is the host's first: the two are joined there. */
  editQueued(messageId: string): void {
    this.focus();
    this.#draft.flush();
    this.#deps.reach({ type: 'withdraw', messageId, edit: true });
  }

  /** A queued message was taken back: its text comes before what stands here. It was no answer, and becomes none. */
  withdrawn(text: string): void {
    if (this.#sending) this.#returned.push(text);
    else this.#bringBack(text);
  }

  /** A queued message was removed, as the person wanted. */
  removed(text: string): void {
    this.#removed = text;
    this.#deps.announcer.say('Removed from the queue.');
  }

  /** Puts a text into an empty input as if it had been typed, with the cursor at its end; never over what is there. */
  fill(text: string): void {
    if (this.#textarea === undefined || this.#sending) return;
    if (this.#textarea.value !== '') {
      this.focus();
      return;
    }
    this.#putBefore(text);
  }

  /**
   * The page begins, or the session is another window's or this one's again: brings back what was typed, beside
   * what stands here. `sent` is what was sent last: a text like it was on its way when its page went, and arrived.
   * `hasArrived` knows that of a message.
   */
  begin({ sessionId, owner, draft, sent, hasArrived }: Beginning): void {
    const typed = this.#draft.begin(sessionId, owner, draft);
    const left = this.#takeLeft(sessionId, owner);
    const input = this.#textarea;
    if (input === undefined) return;
    const isHere = left !== undefined && hasArrived(left);
    // two texts in one are no answer
    if (input.value !== '') this.#writeFor(undefined);
    const kept = (text: string): string => (isHere ? withoutSent(text, left.text) : text);
    const text = inputAtBeginning({ standing: input.value, typed: typed === undefined ? undefined : kept(typed), draft: kept(draft), sent });
    if (input.value !== text) {
      input.value = text;
      input.setSelectionRange(text.length, text.length);
      this.#deps.changed();
    }
    this.#noteEmpty();
    // it may be with the host still: then it arrives, or goes out again as the same message
    if (left !== undefined && !isHere && text.startsWith(left.text)) this.#outgoing = { ...left, locked: false, opens: false };
    else if (left !== undefined) this.#onItsWay.clear();
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

  /** The host has the message: only now its text leaves the input; what was typed behind it stays. True where it opened a turn. */
  accepted(messageId: string): boolean {
    if (this.#outgoing?.messageId !== messageId) return false;
    const { text, opens } = this.#outgoing;
    this.#outgoing = undefined;
    this.#onItsWay.clear();
    this.#problem = undefined;
    if (this.#composing) this.#leaving = text;
    else this.#leave(text);
    this.#putBack();
    this.#deps.changed();
    return opens;
  }

  refused(messageId: string, reason: string): void {
    if (this.#outgoing?.messageId !== messageId) return;
    this.#onItsWay.clear();
    this.#unlock(reason);
  }

  /** The person has changed the text. */
  typed(): void {
    this.#problem = undefined;
    this.#hint = undefined;
    this.#noteEmpty();
    this.#draft.changed(this.#text);
    this.#deps.changed();
  }

  /** An input method begins to compose, or has done so. */
  composing(composing: boolean): void {
    this.#composing = composing;
    if (composing || this.#leaving === undefined) return;
    this.#leave(this.#leaving);
    this.#leaving = undefined;
    this.#deps.changed();
  }

  key(event: KeyPress): void {
    if (event.isComposing) return;
    const plain = !event.shiftKey && !event.ctrlKey && !event.altKey && !event.metaKey;
    if (event.key === 'Enter' && plain) {
      event.preventDefault();
      if (!event.repeat) this.#send();
    } else if (event.key === 'ArrowUp' && plain && this.#textarea?.value === '' && !this.#sending) {
      this.#recall(event);
    }
  }

  get #text(): string {
    return this.#textarea?.value ?? '';
  }

  /** Whether what is sent now is the answer to the question. */
  get #answersNow(): boolean {
    return this.#asked?.free === true && this.#writtenFor === this.#asked.id;
  }

  get #sending(): boolean {
    return this.#outgoing?.locked === true;
  }

  /** The same text goes out under the same id again: the host may have it all the same. */
  #unlock(problem: string): void {
    if (this.#outgoing === undefined) return;
    this.#outgoing = { ...this.#outgoing, locked: false };
    this.#putBack();
    this.#problem = problem;
    this.#deps.changed();
  }

  #putBack(): void {
    for (const text of this.#returned.splice(0)) this.#bringBack(text);
  }

  #bringBack(text: string): void {
    this.#writeFor(undefined);
    this.#putBefore(text);
  }

  #putBefore(text: string): void {
    const input = this.#textarea;
    if (input === undefined) return;
    input.value = joined(text, input.value);
    input.setSelectionRange(text.length, text.length);
    this.focus();
    this.typed();
  }

  /** What is typed into an empty input while a question stands before the person is written for it. */
  #noteEmpty(): void {
    if (this.#text !== '') return;
    this.#writeFor(this.#asked?.free === true ? this.#asked.id : undefined);
  }

  #writeFor(questionId: string | undefined): void {
    if (this.#writtenFor === questionId) return;
    this.#writtenFor = questionId;
    if (questionId === undefined) this.#answerBegun.clear();
    else this.#answerBegun.set(questionId);
  }

  /** What an earlier page left: a message on its way, and for which question it wrote. */
  #takeLeft(sessionId: string, owner: ChatState['owner']): SentText | undefined {
    const side = owner === 'here' ? 'here' : 'elsewhere';
    this.#onItsWay.select(sessionId, side);
    this.#answerBegun.select(sessionId, side);
    this.#writtenFor = this.#answerBegun.get();
    if (this.#outgoing !== undefined) return undefined;
    const [messageId, ...lines] = this.#onItsWay.get()?.split('\n') ?? [];
    return messageId === undefined ? undefined : { messageId, text: lines.join('\n') };
  }

  /** A text that is sent leaves the input; nothing that was typed meanwhile does. */
  #leave(text: string): void {
    const input = this.#textarea;
    if (input === undefined) return;
    if (input.value.startsWith(text)) {
      const { selectionStart, selectionEnd } = input;
      input.value = withoutSent(input.value, text);
      input.setSelectionRange(Math.max(selectionStart - text.length, 0), Math.max(selectionEnd - text.length, 0));
      this.#noteEmpty();
    }
    this.#draft.left(input.value);
  }

  /** What was removed from the queue a moment ago; else the last message of the queue, to be changed; else the last one that was sent, to be sent again. */
  #recall(event: KeyPress): void {
    const queued = this.#state?.owner === 'here' ? this.#state.queue.at(-1) : undefined;
    const last = this.#deps.lastMessage();
    const removed = this.#removed;
    if (removed === undefined && queued === undefined && last === undefined) return;
    event.preventDefault();
    this.#removed = undefined;
    if (removed !== undefined) this.#bringBack(removed);
    else if (queued !== undefined) {
      if (!event.repeat) this.editQueued(queued.messageId);
    } else if (last !== undefined) this.fill(last);
  }

  #send(): void {
    const text = this.#text;
    const state = this.#state;
    if (text.trim() === '' || this.#sending || state === undefined) return;
    if (this.#lost || state.owner !== 'here') {
      if (this.#lost) this.#problem = lostText;
      else {
        this.#hint = notHereText;
        this.#deps.announcer.say(notHereText);
      }
      this.#deps.changed();
      return;
    }
    // The same text under the same id: if the first one did arrive, the host knows it.
    const messageId = this.#outgoing?.text === text ? this.#outgoing.messageId : crypto.randomUUID();
    this.#outgoing = { messageId, text, locked: true, opens: state.turn === 'idle' };
    this.#removed = undefined;
    if (this.#problem !== undefined) this.#deps.changed();
    this.#problem = undefined;
    // what is typed from now on comes behind it
    this.#textarea?.setSelectionRange(text.length, text.length);
    this.#draft.flush();
    const asked = this.#answersNow ? this.#asked : undefined;
    this.#deps.post({ type: 'send', messageId, text, ...(asked === undefined ? {} : { answerTo: asked.id }) });
    this.#onItsWay.set(`${messageId}\n${text}`);
    // most are taken before a frame could say that they are on their way, and a frame would hold them up
    setTimeout(() => this.#deps.changed(), slowMs);
    setTimeout(() => this.#release(messageId), confirmMs);
  }

  #release(messageId: string): void {
    if (this.#outgoing?.messageId === messageId && this.#outgoing.locked) this.#unlock('The message was not confirmed. It is kept here; send it again.');
  }
}
