import type { ChatItem, ToolItem } from '../../protocol/webview.ts';
import { InputGuard } from '../ui/InputGuard.ts';
import { deadlineNews, secondsLeft } from './deadline.ts';

/** Where a card stands in the transcript. */
export interface CardPlace {
  /** Of the card and its Approve: another text where either moved. */
  at: string;
  /** Its beginning is in view. */
  top: boolean;
  /** Its end, where its buttons are, is in view. */
  bottom: boolean;
  /** There is room for the whole of it. */
  fits: boolean;
}

/** How a card is drawn. */
export interface CardState {
  /** A press of Approve counts. */
  ready: boolean;
  /** Approve was pressed, and the host has not answered. */
  pressed: boolean;
  /** Why the last press was not taken. */
  problem: string | undefined;
  /** Seconds until it counts as rejected. */
  left: number | undefined;
}

interface CardsDependencies {
  /** `undefined` where the card is not drawn. */
  place: (approvalId: string) => CardPlace | undefined;
  /** A card stands before the person, drawn whole, for the first time. */
  shown: (approvalId: string) => void;
  say: (text: string) => void;
  changed: () => void;
  now: () => number;
}

interface Card {
  item: ToolItem;
  guard: InputGuard;
  /** Where it stood when it was last looked at. */
  at: string | undefined;
  whole: boolean;
  topSeen: boolean;
  told: boolean;
  pressed: boolean;
  /** The pointer went down on its Approve when a press counted. */
  begun: boolean;
  problem: string | undefined;
  left: number | undefined;
}

const unknown: CardState = { ready: false, pressed: false, problem: undefined, left: undefined };

/** The calls that wait for the person: which of their presses count, and how long they wait still. */
export class Cards {
  readonly #deps: CardsDependencies;
  readonly #cards = new Map<string, Card>();
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(deps: CardsDependencies) {
    this.#deps = deps;
    document.addEventListener('visibilitychange', () => this.uncovered());
  }

  /** What the transcript holds now. */
  update(items: readonly ChatItem[]): void {
    const waiting = new Map(items.flatMap((item): [string, ToolItem][] => (item.kind === 'tool' && item.approval !== undefined ? [[item.approval.approvalId, item]] : [])));
    for (const approvalId of this.#cards.keys()) if (!waiting.has(approvalId)) this.#cards.delete(approvalId);
    for (const [approvalId, item] of waiting) {
      const known = this.#cards.get(approvalId);
      if (known === undefined) this.#cards.set(approvalId, this.#newCard(item));
      else known.item = item;
    }
    this.#watch();
  }

  state(approvalId: string): CardState {
    const card = this.#cards.get(approvalId);
    if (card === undefined) return unknown;
    const { pressed, problem, left } = card;
    return { ready: isReady(card), pressed, problem, left };
  }

  /** To be called when something was drawn, scrolled or resized: what moved counts for nothing for a moment. */
  look(): void {
    let changed = false;
    for (const [approvalId, card] of this.#cards) {
      const was = isReady(card);
      this.#lookAt(approvalId, card);
      if (was !== isReady(card)) changed = true;
    }
    if (changed) this.#deps.changed();
  }

  /** The page was covered by another tab, or the cards by something on it. */
  uncovered(): void {
    for (const card of this.#cards.values()) card.guard.restart();
    this.#deps.changed();
  }

  /** The pointer goes down on Approve: what ends there is a press only where it began as one. */
  begin(approvalId: string): void {
    const card = this.#cards.get(approvalId);
    if (card === undefined) return;
    this.#lookAt(approvalId, card);
    card.begun = isReady(card) && card.guard.open;
  }

  /** Whether a press of Approve counts; gives the hash of what was shown. It does not a second time. */
  press(approvalId: string, { pointer }: { pointer: boolean }): { argumentsHash: string } | undefined {
    const card = this.#cards.get(approvalId);
    const { approval } = card?.item ?? {};
    if (card === undefined || approval === undefined) return undefined;
    const { begun } = card;
    card.begun = false;
    this.#lookAt(approvalId, card);
    if (!isReady(card) || !card.guard.open || (pointer && !begun)) return undefined;
    card.pressed = true;
    card.problem = undefined;
    this.#deps.changed();
    return { argumentsHash: approval.argumentsHash };
  }

  /** The host did not take the decision. */
  refused(approvalId: string, problem: string): void {
    const card = this.#cards.get(approvalId);
    if (card === undefined) return;
    card.pressed = false;
    card.problem = problem;
    card.guard.restart();
    this.#deps.changed();
  }

  /** The host says how everything is: what was pressed and still waits did not arrive. */
  reset(): void {
    for (const card of this.#cards.values()) card.pressed = false;
  }

  #newCard(item: ToolItem): Card {
    const guard = new InputGuard(() => this.#deps.changed());
    const left = item.approval === undefined ? undefined : secondsLeft(item.approval, this.#deps.now());
    return { item, guard, at: undefined, whole: false, topSeen: false, told: false, pressed: false, begun: false, problem: undefined, left };
  }

  #lookAt(approvalId: string, card: Card): void {
    const place = document.visibilityState === 'visible' ? this.#deps.place(approvalId) : undefined;
    if (place?.top === true) card.topSeen = true;
    // one that is larger than its room was read from its beginning to its end
    const whole = place?.bottom === true && (place.fits ? place.top : card.topSeen);
    if (whole && (!card.whole || card.at !== place.at)) card.guard.restart();
    card.whole = whole;
    card.at = place?.at;
    if (!whole || card.told) return;
    card.told = true;
    this.#deps.shown(approvalId);
  }

  /** Once a second, while a deadline comes nearer. */
  #watch(): void {
    const counts = [...this.#cards.values()].some(({ left }) => left !== undefined);
    if (counts) this.#timer ??= setInterval(() => this.#tick(), 1_000);
    else {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
  }

  #tick(): void {
    for (const card of this.#cards.values()) {
      const { item, left: before } = card;
      if (item.approval === undefined) continue;
      card.left = secondsLeft(item.approval, this.#deps.now());
      const news = card.left === undefined ? undefined : deadlineNews(item, before, card.left);
      if (news !== undefined) this.#deps.say(news);
    }
    this.#deps.changed();
  }
}

function isReady({ whole, guard, pressed }: Card): boolean {
  return whole && guard.settled && !pressed;
}
