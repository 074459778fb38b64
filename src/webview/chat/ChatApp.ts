import { html, nothing, render } from 'lit-html';
import type { TemplateResult } from 'lit-html';
import type { ChatFromWebview, ChatItem, ChatState, ChatToWebview, QuestionItem } from '../../protocol/webview.ts';
import { Announcer } from '../ui/Announcer.ts';
import { connectionLost, spokenConnectionLost } from '../ui/connectionLost.ts';
import { Heartbeat } from '../ui/Heartbeat.ts';
import { icon } from '../ui/icon.ts';
import { keepFocus } from '../ui/keepFocus.ts';
import { announce, announceState, announceWaiting } from './announcements.ts';
import { Answering } from './Answering.ts';
import { cardPlace, findCard } from './cardPlace.ts';
import { Cards } from './Cards.ts';
import type { ChatContext } from './ChatContext.ts';
import { ChatModel } from './ChatModel.ts';
import type { Composer, SentText } from './Composer.ts';
import { Dock } from './dock/Dock.ts';
import { ownerWords } from './dock/stateRows.ts';
import { emptyChat } from './emptyChat.ts';
import { RetryClock } from './retryWait.ts';
import { ScrollKeeper } from './ScrollKeeper.ts';
import { TranscriptView } from './TranscriptView.ts';

/** The chat panel: takes the host's messages, and draws at most once a frame. */
export class ChatApp {
  readonly #root: HTMLElement;
  readonly #post: (message: ChatFromWebview) => void;
  readonly #announcer: Announcer;
  readonly #model = new ChatModel();
  readonly #dock: Dock;
  readonly #answering = new Answering(() => this.#schedule());
  readonly #cards: Cards;
  readonly #retries = new RetryClock({
    changed: () => this.#schedule(),
    now: () => Date.now(),
    after: (milliseconds, run) => {
      const timer = setTimeout(run, milliseconds);
      return () => clearTimeout(timer);
    },
  });
  readonly #view = new TranscriptView();
  readonly #heartbeat: Heartbeat;
  readonly #context: ChatContext;
  readonly #scroll: ScrollKeeper;
  #frame: number | undefined;
  /** The first words of an answer are here: they are drawn at once, so that the next frame has only to paint them. */
  #answerBegins = false;
  #drawn: readonly ChatItem[] = [];
  /** The host has asked for the focus before there was an input. */
  #focusAsked = false;
  #lost = false;
  /** The changes that are being put back. */
  #undoing: string | undefined;

  constructor(root: HTMLElement, post: (message: ChatFromWebview) => void) {
    this.#root = root;
    this.#post = post;
    this.#announcer = new Announcer(document.body);
    this.#dock = new Dock({
      post,
      reach: (message) => this.#reach(message),
      announcer: this.#announcer,
      changed: () => this.#schedule(),
      uncovered: () => this.#cards.uncovered(),
      lastMessage: () => this.#lastMessage(),
    });
    this.#cards = new Cards({
      place: (approvalId) => cardPlace(root, approvalId),
      shown: (approvalId) => this.#tellWhenDrawn(approvalId),
      say: (text) => this.#announcer.say(text),
      changed: () => this.#schedule(),
      now: () => Date.now(),
    });
    const isLost = (): boolean => this.#lost;
    const isUndoable = (): boolean => isHere() && this.#model.state?.turn === 'idle';
    const undoing = (): string | undefined => this.#undoing;
    const isHere = (): boolean => (this.#model.state?.owner ?? 'here') === 'here';
    const isAnswerable = (): boolean => this.#answering.ready;
    const isElsewhere = (): boolean => this.#model.state?.owner === 'elsewhere';
    this.#context = {
      get here() {
        return isHere();
      },
      get elsewhere() {
        return isElsewhere();
      },
      get answerable() {
        return isAnswerable();
      },
      get lost() {
        return isLost();
      },
      get undoable() {
        return isUndoable();
      },
      get undoing() {
        return undoing();
      },
      act: (action) => {
        if (!this.#reach({ type: 'action', action })) return;
        // its button goes with the next turn
        if (action === 'retry' || action === 'resume' || action === 'continue') this.#composer.focus();
      },
      stop: () => {
        // its button goes with the wait
        this.#composer.focus();
        this.#composer.stop();
      },
      openFile: (path) => this.#reach({ type: 'openFile', path }),
      openApproval: (approvalId, panel) => this.#reach({ type: 'openApproval', approvalId, ...(panel === undefined ? {} : { panel }) }),
      card: ({ approval }) => this.#cards.state(approval?.approvalId ?? ''),
      secondsToRetry: (item) => this.#retries.secondsLeft(item),
      beginApprove: (approvalId) => this.#cards.begin(approvalId),
      approve: (approvalId, by) => this.#approve(approvalId, by),
      undo: (changesId) => this.#undo(changesId),
      choose: (questionId, choice) => this.#choose(questionId, choice),
      fold: (id, open) => {
        this.#view.fold(id, open);
        this.#schedule();
      },
      fill: (text) => this.#composer.fill(text),
    };
    this.#heartbeat = new Heartbeat(
      () => post({ type: 'ping' }),
      (lost) => this.#connection(lost),
    );
    render(this.#template(), root);
    const log = root.querySelector<HTMLElement>('.log');
    const items = root.querySelector<HTMLElement>('.items');
    if (log === null || items === null) throw new Error('The page has no transcript.');
    this.#scroll = new ScrollKeeper(log, items, () => this.#schedule());
    log.addEventListener('scroll', () => this.#cards.look(), { passive: true });
    addEventListener('resize', () => this.#cards.look());
    addEventListener('focus', () => this.#focusReturns());
    document.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || event.isComposing || event.defaultPrevented) return;
      // out of a card it leads back first: who only leaves it loses no turn
      if (event.target instanceof Element && event.target.closest('.tool.ask') !== null) this.#composer.focus();
      else this.#composer.stop();
    });
  }

  receive(message: ChatToWebview): void {
    this.#heartbeat.heard();
    this.#take(message);
    if (this.#answerBegins) this.#draw();
  }

  #take(message: ChatToWebview): void {
    switch (message.type) {
      case 'snapshot':
        this.#load(message);
        return;
      case 'delta':
        this.#apply(message);
        return;
      case 'together':
        for (const one of message.messages) this.#take(one);
        return;
      case 'accepted':
        // one that is queued is not in the transcript yet
        if (this.#composer.accepted(message.messageId)) this.#scroll.toEnd();
        return;
      case 'refused':
        this.#composer.refused(message.messageId, message.reason);
        return;
      case 'withdrawn':
        this.#composer.withdrawn(message.text);
        return;
      case 'removed':
        this.#composer.removed(message.text);
        return;
      case 'draftKept':
        this.#composer.draftKept(message.text);
        return;
      case 'notDecided':
        this.#cards.refused(message.approvalId, message.reason);
        this.#announcer.interrupt(message.reason);
        return;
      case 'pong':
        return;
      case 'focusInput':
        if (this.#frame !== undefined) this.#draw();
        this.#focusAsked = this.#model.state === undefined;
        this.#composer.focus();
    }
  }

  #load(message: Extract<ChatToWebview, { type: 'snapshot' }>): void {
    const { items: known, state: before } = this.#model;
    this.#model.load(message.seq, message.items, message.state);
    this.#view.keepOnly(message.items);
    this.#undoing = undefined;
    this.#answering.reset();
    this.#answering.waits(message.state.question?.id);
    this.#cards.reset();
    this.#cards.update(this.#waiting);
    this.#retries.update(this.#waiting);
    if (message.state.owner === 'here') announceWaiting(known, message.items, this.#announcer);
    const { sessionId, draft, state } = message;
    if (before?.owner === state.owner) {
      this.#schedule();
      return;
    }
    // The input has to be there to take the draft, and a message that follows at once.
    this.#draw();
    this.#composer.begin({ sessionId, owner: state.owner, draft, sent: this.#sent(), hasArrived: (sent) => this.#hasArrived(sent) });
    if (before !== undefined) this.#announcer.say(ownerWords[state.owner]);
    else if (this.#focusAsked) this.#composer.focus();
    else if (document.hasFocus()) this.#focusIfNothingIs();
  }

  #apply(message: Extract<ChatToWebview, { type: 'delta' }>): void {
    const { items: before, state } = this.#model;
    const result = this.#model.apply(message.seq, message.ops);
    if (result === 'gap') this.#post({ type: 'ready' });
    if (result !== 'applied') return;
    announce(message.ops, before, this.#model.items, this.#announcer);
    if (state !== undefined && this.#model.state !== undefined) announceState(state, this.#model.state, this.#announcer);
    this.#answering.waits(this.#model.state?.question?.id);
    this.#cards.update(this.#waiting);
    this.#retries.update(this.#waiting);
    if (message.ops.some((op) => op.op === 'add' && op.item.kind === 'answer')) this.#answerBegins = true;
    this.#schedule();
  }

  #choose(questionId: string, choice: string): void {
    if (!this.#answering.press(questionId)) return;
    // its button goes with the answer
    if (this.#reach({ type: 'choose', questionId, messageId: crypto.randomUUID(), choice })) this.#composer.focus();
    else this.#answering.reset();
    this.#schedule();
  }

  #approve(approvalId: string, by: { pointer: boolean }): void {
    if (this.#lost) {
      this.#announcer.interrupt(spokenConnectionLost);
      return;
    }
    const pressed = this.#cards.press(approvalId, by);
    if (pressed !== undefined) this.#post({ type: 'approve', approvalId, ...pressed });
    // the whole of it comes before the person first
    else findCard(this.#root, approvalId)?.scrollIntoView({ block: 'nearest' });
  }

  #undo(changesId: string): void {
    if (this.#undoing !== undefined || !this.#reach({ type: 'undo', changesId })) return;
    this.#undoing = changesId;
    this.#schedule();
  }

  /** A frame begins only where the page is seen, and the next one when the first is on the screen. */
  #tellWhenDrawn(approvalId: string): void {
    requestAnimationFrame(() => {
      requestAnimationFrame(() => this.#post({ type: 'shown', approvalId }));
    });
  }

  /** What waits for a decision in this window. */
  get #waiting(): readonly ChatItem[] {
    return this.#context.here ? this.#model.items : [];
  }

  get #composer(): Composer {
    return this.#dock.composer;
  }

  #lastMessage(): string | undefined {
    return this.#model.items.findLast((item) => item.kind === 'user')?.text;
  }

  #lastAnswer(): string | undefined {
    const answered = this.#model.items.findLast((item) => item.kind === 'question' && item.state === 'answered');
    return answered?.kind === 'question' ? answered.answer : undefined;
  }

  /** What the person sent last, and each way that it can have gone. Of a long message in the queue only its beginning is here. */
  #sent(): string[] {
    const queued = this.#model.state?.queue.map(({ text }) => text) ?? [];
    return [this.#lastMessage(), this.#lastAnswer(), ...queued].filter((text) => text !== undefined);
  }

  /** Whether a message is with the host, whichever way it went. */
  #hasArrived({ messageId, text }: SentText): boolean {
    const { items, state } = this.#model;
    const isQueued = state?.queue.some((message) => message.messageId === messageId) === true;
    return isQueued || items.some((item) => item.kind === 'user' && item.id === messageId) || this.#lastAnswer() === text;
  }

  #connection(lost: boolean): void {
    this.#lost = lost;
    this.#composer.connection(lost);
    if (lost) this.#announcer.interrupt(spokenConnectionLost);
    else this.#announcer.say('Connected again.');
    this.#schedule();
  }

  /** Posts what a press of the person wants. Where nobody hears it they are told so: false. */
  #reach(message: ChatFromWebview): boolean {
    if (this.#lost) this.#announcer.interrupt(spokenConnectionLost);
    else this.#post(message);
    return !this.#lost;
  }

  /** Who comes back stands before the question that waits, and not on its Approve: a key may be meant for something else. */
  #focusReturns(): void {
    const { activeElement } = document;
    if (activeElement?.matches('.approve') === true) activeElement.closest('.tool.ask')?.querySelector<HTMLElement>('.q')?.focus({ preventScroll: true });
    this.#focusIfNothingIs();
  }

  #focusIfNothingIs(): void {
    if (document.activeElement === null || document.activeElement === document.body) this.#composer.focus();
  }

  #schedule(): void {
    this.#frame ??= requestAnimationFrame(() => this.#draw());
  }

  #draw(): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#frame = undefined;
    this.#answerBegins = false;
    const { items } = this.#model;
    const grown = items !== this.#drawn;
    this.#drawn = items;
    keepFocus(
      this.#root,
      () => render(this.#template(), this.#root),
      () => this.#composer.focus(),
    );
    this.#scroll.afterRender(grown);
    this.#cards.look();
    this.#dock.afterRender();
  }

  #template(): TemplateResult {
    const { items, state } = this.#model;
    const empty = items.length === 0 && state !== undefined;
    return html`<main class="chat">
      ${this.#lost ? connectionLost() : nothing}
      <div class="log" role="log" aria-label="Conversation" aria-live="off" tabindex="0">
        <div class="items">${empty ? emptyChat(state, this.#context) : this.#view.template(items, this.#context)}</div>
      </div>
      ${state === undefined ? nothing : this.#dockTemplate(state)}
    </main>`;
  }

  #dockTemplate(state: ChatState): TemplateResult {
    const isWaiting = this.#waiting.some((item) => item.kind === 'tool' && item.approval !== undefined);
    const showPending = isWaiting ? (): void => this.#showPending() : undefined;
    // what is sent a moment after a question came was not written for it
    const question = this.#waitingQuestion();
    const asked = this.#answering.ready ? question : undefined;
    const view = { state, showPending, waiting: question, showQuestion: () => this.#showQuestion(), asked };
    return html`<div class="dock">${this.#scroll.unseen ? this.#jump() : nothing}${this.#dock.template(view)}</div>`;
  }

  #waitingQuestion(): QuestionItem | undefined {
    const { items, state } = this.#model;
    const item = items.findLast(({ kind, id }) => kind === 'question' && id === state?.question?.id);
    return item?.kind === 'question' ? item : undefined;
  }

  /** The words of the first one get the focus, and never its Approve. */
  #showPending(): void {
    const card = this.#root.querySelector('.tool.ask');
    card?.scrollIntoView({ block: 'nearest' });
    card?.querySelector<HTMLElement>('.q')?.focus({ preventScroll: true });
  }

  /** Its first choice gets the focus; where it has none, its words do. */
  #showQuestion(): void {
    const card = this.#root.querySelector('.question.card');
    card?.scrollIntoView({ block: 'nearest' });
    (card?.querySelector<HTMLElement>('button') ?? card?.querySelector<HTMLElement>('.q'))?.focus({ preventScroll: true });
  }

  #jump(): TemplateResult {
    const press = (): void => {
      this.#scroll.toEnd();
      this.#root.querySelector<HTMLElement>('.log')?.focus({ preventScroll: true });
    };
    return html`<div class="jump"><button type="button" class="btn sm" @click=${press}>New answer ${icon('arrow-down', { small: true })}</button></div>`;
  }
}
