import { html, nothing, render } from 'lit-html';
import type { TemplateResult } from 'lit-html';
import { guard } from 'lit-html/directives/guard.js';
import { repeat } from 'lit-html/directives/repeat.js';
import type { AnswerItem, ChatFromWebview, ChatItem, ChatState, ChatToWebview } from '../../protocol/webview.ts';
import { Announcer } from '../ui/Announcer.ts';
import { connectionLost, spokenConnectionLost } from '../ui/connectionLost.ts';
import { Heartbeat } from '../ui/Heartbeat.ts';
import { icon } from '../ui/icon.ts';
import { announce } from './announcements.ts';
import type { ChatContext } from './ChatContext.ts';
import { ChatModel } from './ChatModel.ts';
import { Composer } from './Composer.ts';
import { ownerWords } from './composerTemplate.ts';
import { emptyChat } from './emptyChat.ts';
import { answerItem } from './items/answerItem.ts';
import { problemItem } from './items/problemItem.ts';
import { routeItem } from './items/routeItem.ts';
import { opensByItself, toolItem } from './items/toolItem.ts';
import { turnEndItem } from './items/turnEndItem.ts';
import { userItem } from './items/userItem.ts';
import { MarkdownDocument } from './markdown/MarkdownDocument.ts';
import { ScrollKeeper } from './ScrollKeeper.ts';

const keyOf = ({ kind, id }: ChatItem): string => `${kind}:${id}`;

/** The chat panel: takes the host's messages, and draws at most once a frame. */
export class ChatApp {
  readonly #root: HTMLElement;
  readonly #post: (message: ChatFromWebview) => void;
  readonly #announcer: Announcer;
  readonly #model = new ChatModel();
  readonly #composer: Composer;
  readonly #heartbeat: Heartbeat;
  readonly #context: ChatContext;
  readonly #scroll: ScrollKeeper;
  readonly #documents = new Map<string, MarkdownDocument>();
  /** Rows that a person has folded or unfolded. */
  readonly #folds = new Map<string, boolean>();
  #frame: number | undefined;
  #drawn: readonly ChatItem[] = [];
  /** The host has asked for the focus before there was an input. */
  #focusAsked = false;
  #lost = false;

  constructor(root: HTMLElement, post: (message: ChatFromWebview) => void) {
    this.#root = root;
    this.#post = post;
    this.#announcer = new Announcer(document.body);
    this.#composer = new Composer({
      post,
      reach: (message) => this.#reach(message),
      announcer: this.#announcer,
      changed: () => this.#schedule(),
      lastMessage: () => this.#lastMessage(),
    });
    const isHere = (): boolean => (this.#model.state?.owner ?? 'here') === 'here';
    const isElsewhere = (): boolean => this.#model.state?.owner === 'elsewhere';
    this.#context = {
      get here() {
        return isHere();
      },
      get elsewhere() {
        return isElsewhere();
      },
      act: (action) => {
        if (!this.#reach({ type: 'action', action })) return;
        // its button goes with the next turn
        if (action === 'retry' || action === 'resume') this.#composer.focus();
      },
      openFile: (path) => this.#reach({ type: 'openFile', path }),
      openApproval: (approvalId) => this.#reach({ type: 'openApproval', approvalId }),
      fold: (toolId, open) => {
        this.#folds.set(toolId, open);
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
    addEventListener('focus', () => this.#focusIfNothingIs());
    document.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && !event.isComposing && !event.defaultPrevented) this.#composer.stop();
    });
  }

  receive(message: ChatToWebview): void {
    this.#heartbeat.heard();
    switch (message.type) {
      case 'snapshot':
        this.#load(message);
        return;
      case 'delta':
        this.#apply(message);
        return;
      case 'accepted':
        if (this.#composer.accepted(message.messageId)) this.#scroll.toEnd();
        return;
      case 'refused':
        this.#composer.refused(message.messageId, message.reason);
        return;
      case 'draftKept':
        this.#composer.draftKept(message.text);
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
    const before = this.#model.state;
    this.#model.load(message.seq, message.items, message.state);
    const ids = new Set(message.items.map((item) => item.id));
    for (const id of this.#documents.keys()) if (!ids.has(id)) this.#documents.delete(id);
    const { sessionId, draft, state } = message;
    if (before?.owner === state.owner) {
      this.#schedule();
      return;
    }
    // The input has to be there to take the draft, and a message that follows at once.
    this.#draw();
    this.#composer.begin({ sessionId, owner: state.owner, draft, sent: this.#lastMessage() });
    if (before !== undefined) this.#announcer.say(ownerWords[state.owner]);
    else if (this.#focusAsked) this.#composer.focus();
    else if (document.hasFocus()) this.#focusIfNothingIs();
  }

  #apply(message: Extract<ChatToWebview, { type: 'delta' }>): void {
    const before = this.#model.items;
    const result = this.#model.apply(message.seq, message.ops);
    if (result === 'gap') this.#post({ type: 'ready' });
    if (result !== 'applied') return;
    announce(message.ops, before, this.#model.items, this.#announcer);
    this.#schedule();
  }

  #lastMessage(): string | undefined {
    return this.#model.items.findLast((item) => item.kind === 'user')?.text;
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

  #focusIfNothingIs(): void {
    if (document.activeElement === null || document.activeElement === document.body) this.#composer.focus();
  }

  #schedule(): void {
    this.#frame ??= requestAnimationFrame(() => this.#draw());
  }

  #draw(): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#frame = undefined;
    const { items } = this.#model;
    const grown = items !== this.#drawn;
    this.#drawn = items;
    render(this.#template(), this.#root);
    this.#scroll.afterRender(grown);
  }

  #template(): TemplateResult {
    const { items, state } = this.#model;
    const empty = items.length === 0 && state !== undefined;
    return html`<main class="chat">
      ${this.#lost ? connectionLost() : nothing}
      <div class="log" role="log" aria-label="Conversation" aria-live="off" tabindex="0">
        <div class="items">${empty ? emptyChat(state, this.#context) : this.#items(items)}</div>
      </div>
      ${state === undefined ? nothing : this.#dock(state)}
    </main>`;
  }

  #dock(state: ChatState): TemplateResult {
    const waiting = this.#model.items.find((item) => item.kind === 'tool' && item.state === 'waiting');
    const approvalId = waiting?.kind === 'tool' ? waiting.approvalId : undefined;
    const review = approvalId === undefined || !this.#context.here ? undefined : (): void => this.#context.openApproval(approvalId);
    return html`<div class="dock">${this.#scroll.unseen ? this.#jump() : nothing}${this.#composer.template(state, review)}</div>`;
  }

  #jump(): TemplateResult {
    const press = (): void => {
      this.#scroll.toEnd();
      this.#root.querySelector<HTMLElement>('.log')?.focus({ preventScroll: true });
    };
    return html`<div class="jump"><button type="button" class="btn sm" @click=${press}>New answer ${icon('arrow-down', { small: true })}</button></div>`;
  }

  #items(items: readonly ChatItem[]): unknown {
    let answer: AnswerItem | undefined;
    const answers = items.map((item) => {
      if (item.kind === 'answer') answer = item;
      if (item.kind === 'user') answer = undefined;
      return answer;
    });
    return repeat(items, keyOf, (item, index) => this.#item(item, answers[index]));
  }

  /** Drawn again only when the item, or what it is drawn with, is another one. */
  #item(item: ChatItem, answer: AnswerItem | undefined): unknown {
    switch (item.kind) {
      case 'user':
        return guard([item], () => userItem(item));
      case 'route':
        return guard([item], () => routeItem(item));
      case 'answer':
        return guard([item], () => answerItem(item, this.#document(item.id), this.#context));
      case 'tool': {
        const open = this.#folds.get(item.id) ?? opensByItself(item);
        return guard([item, open, this.#context.here, this.#context.elsewhere], () => toolItem(item, open, this.#context));
      }
      case 'problem':
        return guard([item, this.#context.here], () => problemItem(item, this.#context));
      case 'turnEnd':
        return guard([item, answer], () => turnEndItem(item, answer));
    }
  }

  #document(id: string): MarkdownDocument {
    const known = this.#documents.get(id);
    if (known !== undefined) return known;
    const document = new MarkdownDocument();
    this.#documents.set(id, document);
    return document;
  }
}
