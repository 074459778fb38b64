import * as path from 'node:path';
import * as vscode from 'vscode';
import type { EventBus } from '../../core/bus/EventBus.ts';
import { DisposableStore, type Disposable } from '../../core/bus/Disposable.ts';
import type { DecisionInput, DecisionResult } from '../../core/hitl/HitlManager.ts';
import type { Clock } from '../../core/ports/Clock.ts';
import type { DraftStore } from '../../core/ports/DraftStore.ts';
import type { Log } from '../../core/ports/Log.ts';
import { retryWhileBusy } from '../../core/retryWhileBusy.ts';
import { messageOf } from '../../core/tools/Tool.ts';
import type { EventOf, EventType } from '../../protocol/events.ts';
import { approvalFromWebview, type ApprovalFromWebview, type ApprovalToWebview } from '../../protocol/webview.ts';
import { foreignText } from '../foreignText.ts';
import { webviewHtml, webviewOptions } from '../panel/webviewHtml.ts';
import { closeTabs, webviewTabs } from '../panel/webviewTabs.ts';
import { approvalView } from './approvalView.ts';
import { endedBy, endings, endingTypes, type Ending, type EndingEvent, type Requested } from './endings.ts';
import { KeptFeedback } from './KeptFeedback.ts';

const VIEW_TYPE = 'agentRuntime.approval';
const ACTOR = 'approval dialog';

const answers: Record<Exclude<DecisionResult, 'decided'>, string> = {
  already_decided: 'This was already decided.',
  not_what_was_shown: 'What was asked has changed, so nothing was decided.',
};

interface Waiting {
  requested: Requested;
  panel: vscode.WebviewPanel | undefined;
  /** For a rejection, should the tab or VS Code be closed. */
  feedback: KeptFeedback;
  /** It was before the person once. */
  shown: boolean;
  /** Nothing is decided here any more, and the tab stands for what was typed in it. */
  closed?: string;
}

/** What the dialogs tell whoever asks. */
export interface Decisions {
  decide(input: DecisionInput): DecisionResult;
  /** The question is before the person, drawn whole. */
  shown(approvalId: string, surface: string): void;
}

export interface ApprovalDialogsDependencies {
  bus: EventBus;
  hitl: Decisions;
  drafts: DraftStore;
  clock: Clock;
  log: Log;
  extensionUri: vscode.Uri;
  titleOf: (sessionId: string) => string;
  agentTitle: (agent: string) => string;
  /** Whether the person was asked about the call before, under another id. */
  askedBefore: (requested: Requested) => boolean;
  /** The person decided in a dialog, which is closed now: they go on in the chat. */
  backToChat: (sessionId: string) => void;
}

/**
 * Closes the dialogs of a host that was killed: they hear nobody. For the start, when this host has none of its own
 * yet; what they asked is asked again.
 */
export async function closeDeadDialogs(): Promise<void> {
  await closeTabs(webviewTabs(VIEW_TYPE));
}

/**
 * The approval dialogs: an editor tab for each question, beside the chat and without taking the
 * focus. A tab that is closed decides nothing; the chat opens it again. A question that ends without the person's
 * decision leaves its tab where they had typed something: the text stays until they close it.
 */
export class ApprovalDialogs implements Disposable {
  readonly #dependencies: ApprovalDialogsDependencies;
  readonly #waiting = new Map<string, Waiting>();
  /** Questions that are over, in tabs that stand for what was typed. */
  readonly #over = new Set<Waiting>();
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

  /** Brings a question to the front, since the person asked for it. */
  review(approvalId: string): void {
    const waiting = this.#waiting.get(approvalId);
    if (waiting === undefined) return;
    if (waiting.panel === undefined) this.#open(waiting, false);
    else waiting.panel.reveal(undefined, false);
  }

  /** Another window has the session now, and asks there. */
  withdraw(sessionId: string): void {
    this.#end(endings.elsewhere, (requested) => requested.sessionId === sessionId);
  }

  dispose(): void {
    this.#disposables.dispose();
    this.#end(endings.hostEnds, () => true);
    for (const { panel } of this.#over) panel?.dispose();
  }

  #ask(requested: Requested): void {
    const { sessionId = '', data } = requested;
    const { drafts, clock, log } = this.#dependencies;
    // asked again: the earlier question of the call holds no more
    this.#end(endings.askedAnew, (earlier) => earlier.sessionId === requested.sessionId && earlier.data.callId === data.callId);
    const feedback = new KeptFeedback({ drafts, clock, log, sessionId, callId: data.callId });
    const waiting: Waiting = { requested, panel: undefined, feedback, shown: false };
    this.#waiting.set(data.approvalId, waiting);
    this.#open(waiting, true);
  }

  #open(waiting: Waiting, preserveFocus: boolean): void {
    const { extensionUri, log } = this.#dependencies;
    const { data } = waiting.requested;
    const panel = vscode.window.createWebviewPanel(
      VIEW_TYPE,
      `Approve: ${path.basename(data.preview.path)}`,
      { viewColumn: vscode.ViewColumn.Beside, preserveFocus },
      // what the person has typed as feedback stays while another tab covers this one
      { ...webviewOptions(extensionUri), retainContextWhenHidden: true },
    );
    waiting.panel = panel;
    panel.iconPath = new vscode.ThemeIcon('shield');
    panel.webview.onDidReceiveMessage((message: unknown) => {
      const parsed = approvalFromWebview().safeParse(message);
      if (parsed.success) this.#receive(waiting, panel, parsed.data);
      else log.warn(`An approval dialog sent a message that it must not: ${parsed.error.message}`);
    });
    let visible = true;
    panel.onDidChangeViewState(() => {
      const message: ApprovalToWebview = { type: 'uncovered' };
      if (panel.visible && !visible) void panel.webview.postMessage(message);
      visible = panel.visible;
    });
    panel.onDidDispose(() => {
      if (waiting.panel === panel) waiting.panel = undefined;
      this.#over.delete(waiting);
    });
    panel.webview.html = webviewHtml(panel.webview, extensionUri, 'approval');
  }

  #receive(waiting: Waiting, { webview }: vscode.WebviewPanel, message: ApprovalFromWebview): void {
    const { closed } = waiting;
    const post = (answer: ApprovalToWebview): void => void webview.postMessage(answer);
    if (message.type === 'ping') post({ type: 'pong' });
    else if (closed !== undefined) post({ type: 'closed', reason: closed });
    else this.#hear(waiting, message, post);
  }

  #hear(waiting: Waiting, message: Exclude<ApprovalFromWebview, { type: 'ping' }>, post: (answer: ApprovalToWebview) => void): void {
    const { requested } = waiting;
    switch (message.type) {
      case 'ready':
        post({ type: 'show', approval: approvalView(requested, this.#dependencies), feedback: waiting.feedback.text });
        break;
      case 'shown':
        this.#shown(waiting, message.approvalId);
        break;
      case 'feedback':
        waiting.feedback.typed(message.feedback);
        break;
      case 'approve':
        void this.#decide({ ...message, decision: 'approve', feedback: '' }, requested, post);
        break;
      case 'reject':
        void this.#decide({ ...message, decision: 'reject' }, requested, post);
        break;
    }
  }

  #shown(waiting: Waiting, approvalId: string): void {
    if (waiting.shown || approvalId !== waiting.requested.data.approvalId) return;
    const { hitl, log } = this.#dependencies;
    waiting.shown = true;
    try {
      hitl.shown(approvalId, ACTOR);
    } catch (error) {
      log.warn(`It could not be noted that a question was shown: ${messageOf(error)}`);
    }
  }

  async #decide(
    { approvalId, argumentsHash, decision, feedback }: Omit<DecisionInput, 'actor'>,
    requested: Requested,
    post: (answer: ApprovalToWebview) => void,
  ): Promise<void> {
    const { hitl, clock, log } = this.#dependencies;
    // a dialog decides its own question and no other
    if (approvalId !== requested.data.approvalId) return;
    try {
      const result = await retryWhileBusy(clock, () => hitl.decide({ approvalId, argumentsHash, decision, feedback, actor: ACTOR }));
      if (result !== 'decided') post({ type: 'closed', reason: answers[result] });
    } catch (error) {
      log.error('A decision could not be saved', error);
      void vscode.window.showErrorMessage(`Your decision could not be saved, so nothing was decided: ${foreignText(messageOf(error))}`);
      post({ type: 'show', approval: approvalView(requested, this.#dependencies), feedback });
    }
  }

  #endBy(event: EndingEvent): void {
    const end = endedBy(event);
    if (end !== undefined) this.#end(end.ending, end.matches);
  }

  #end(ending: Ending, matches: (requested: Requested) => boolean): void {
    for (const [id, waiting] of this.#waiting) {
      if (!matches(waiting.requested)) continue;
      this.#waiting.delete(id);
      this.#take(waiting, ending);
    }
  }

  /** Takes a question away; what was typed for it stays before the person, unless they decided. */
  #take(waiting: Waiting, { reason, forGood, decided = false }: Ending): void {
    const { panel, feedback, requested } = waiting;
    const typed = feedback.text.trim() !== '';
    if (forGood) feedback.forget();
    else feedback.dispose();
    if (panel === undefined) return;
    if (reason !== undefined && typed) {
      waiting.closed = reason;
      this.#over.add(waiting);
      const message: ApprovalToWebview = { type: 'closed', reason };
      void panel.webview.postMessage(message);
      return;
    }
    const hadFocus = panel.active;
    panel.dispose();
    if (decided && hadFocus && requested.sessionId !== undefined) this.#dependencies.backToChat(requested.sessionId);
  }
}
