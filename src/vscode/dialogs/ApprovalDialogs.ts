import type { EventBus } from '../../core/bus/EventBus.ts';
import { DisposableStore, type Disposable } from '../../core/bus/Disposable.ts';
import type { EventOf, EventType } from '../../protocol/events.ts';
import type { ApprovalPanel } from '../../protocol/approvalWebview.ts';
import { closeTabs, webviewTabs } from '../panel/webviewTabs.ts';
import { ApprovalTab, APPROVAL_VIEW_TYPE, type ApprovalTabDependencies } from './ApprovalTab.ts';
import { endedBy, endings, endingTypes, type Ending, type EndingEvent, type Requested } from './endings.ts';

export interface ApprovalDialogsDependencies extends ApprovalTabDependencies {
  bus: EventBus;
  /** The session's chat is before the person: only there a dialog opens by itself. */
  chatIsVisible: (sessionId: string) => boolean;
  /** The person decided in a dialog, which is closed now: they go on in the chat. */
  backToChat: (sessionId: string) => void;
}

/**
 * Closes the dialogs of a host that was killed: they hear nobody. For the start, when this host has none of its own
 * yet; what they asked is asked again.
 */
export async function closeDeadDialogs(): Promise<void> {
  await closeTabs(webviewTabs(APPROVAL_VIEW_TYPE));
}

/**
 * The approval dialogs: an editor tab for each question, beside its chat and without taking the focus where that is before the person, else when
 * they ask for it. A tab that is closed decides nothing; the chat opens it again. A question that ends without the person's
 * decision leaves its tab where they had typed something: the text stays until they close it.
 */
export class ApprovalDialogs implements Disposable {
  readonly #dependencies: ApprovalDialogsDependencies;
  readonly #waiting = new Map<string, ApprovalTab>();
  /** Questions that are over, in tabs that stand for what was typed. */
  readonly #over = new Set<ApprovalTab>();
  readonly #disposables = new DisposableStore();

  constructor(dependencies: ApprovalDialogsDependencies) {
    this.#dependencies = dependencies;
    const { bus } = dependencies;
    const on = <T extends EventType>(type: T, handler: (event: EventOf<T>) => void): void => {
      this.#disposables.add(bus.on(type, handler, { priority: 2 }));
    };
    on('hitl.approval.requested', (event) => this.#ask(event));
    for (const type of endingTypes) on(type, (event) => this.#endBy(event));
  }

  /** The approval id of the dialog that the person is in, and has before them whole. */
  get active(): string | undefined {
    return this.#active?.approvalId;
  }

  /** Presses the button of the dialog that the person is in, as it stands; it says itself where that cannot be. False where they are in none. */
  decideActive(decision: 'approve' | 'reject'): boolean {
    const tab = this.#active;
    tab?.press(decision);
    return tab !== undefined;
  }

  /** Brings a question to the front, since the person asked for it; `panel`: there, where they go on. */
  review(approvalId: string, panel?: ApprovalPanel): void {
    this.#waiting.get(approvalId)?.show({ preserveFocus: false, panel });
  }

  /** Another window has the session now, and asks there. */
  withdraw(sessionId: string): void {
    this.#end(endings.elsewhere, (requested) => requested.sessionId === sessionId);
  }

  dispose(): void {
    this.#disposables.dispose();
    this.#end(endings.hostEnds, () => true);
    for (const tab of this.#over) tab.dispose();
  }

  get #active(): ApprovalTab | undefined {
    return [...this.#waiting.values()].find(({ canDecide }) => canDecide);
  }

  #ask(requested: Requested): void {
    const { sessionId = '', data } = requested;
    // asked again: the earlier question of the call holds no more
    this.#end(endings.askedAnew, (earlier) => earlier.sessionId === requested.sessionId && earlier.data.callId === data.callId);
    const tab = new ApprovalTab(requested, this.#dependencies);
    this.#waiting.set(data.approvalId, tab);
    // in a moment: what the person has approved as it was shown is decided as soon as it is asked
    queueMicrotask(() => {
      if (this.#waiting.get(data.approvalId) === tab && !tab.isOpen && this.#dependencies.chatIsVisible(sessionId)) tab.show({ preserveFocus: true });
    });
  }

  #endBy(event: EndingEvent): void {
    const end = endedBy(event);
    if (end !== undefined) this.#end(end.ending, end.matches);
  }

  #end(ending: Ending, matches: (requested: Requested) => boolean): void {
    for (const [id, tab] of this.#waiting) {
      if (!matches(tab.requested)) continue;
      this.#waiting.delete(id);
      this.#take(tab, ending);
    }
  }

  /** Takes a question away; what was typed for it stays before the person, unless they decided. */
  #take(tab: ApprovalTab, { reason, forGood, decided = false }: Ending): void {
    const { draft, requested } = tab;
    const { typed } = draft;
    if (forGood) draft.forget();
    else draft.dispose();
    if (!tab.isOpen) return;
    if (reason !== undefined && typed) {
      for (const earlier of this.#over) if (!earlier.isOpen) this.#over.delete(earlier);
      this.#over.add(tab);
      tab.close(reason);
      return;
    }
    const { hasFocus } = tab;
    tab.dispose();
    if (decided && hasFocus && requested.sessionId !== undefined) this.#dependencies.backToChat(requested.sessionId);
  }
}
