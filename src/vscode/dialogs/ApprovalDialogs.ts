import * as path from 'node:path';
import * as vscode from 'vscode';
import type { EventBus } from '../../core/bus/EventBus.ts';
import { DisposableStore, type Disposable } from '../../core/bus/Disposable.ts';
import type { DecisionInput, DecisionResult, HitlManager } from '../../core/hitl/HitlManager.ts';
import type { Log } from '../../core/ports/Log.ts';
import { messageOf } from '../../core/tools/Tool.ts';
import type { EventOf } from '../../protocol/events.ts';
import { ApprovalFromWebview, type ApprovalToWebview } from '../../protocol/webview.ts';
import { webviewHtml, webviewRoot } from '../panel/webviewHtml.ts';
import { approvalView } from './approvalView.ts';

const VIEW_TYPE = 'agentRuntime.approval';
const ACTOR = 'approval dialog';

const answers: Record<Exclude<DecisionResult, 'decided'>, string> = {
  already_decided: 'This was already decided.',
  not_what_was_shown: 'What was asked has changed, so nothing was decided.',
};

interface Waiting {
  requested: EventOf<'hitl.approval.requested'>;
  panel: vscode.WebviewPanel | undefined;
  /** What the person has typed for a rejection, should they close the tab. */
  feedback: string;
}

export interface ApprovalDialogsDependencies {
  bus: EventBus;
  hitl: HitlManager;
  log: Log;
  extensionUri: vscode.Uri;
  titleOf: (sessionId: string) => string;
  agentTitle: (agent: string) => string;
  /** The person decided in a dialog, which is closed now: they go on in the chat. */
  backToChat: (sessionId: string) => void;
}

/**
 * The approval dialogs: an editor tab for each question, beside the chat and without taking the
 * focus. A tab that is closed decides nothing; the chat opens it again.
 */
export class ApprovalDialogs implements Disposable {
  readonly #dependencies: ApprovalDialogsDependencies;
  readonly #waiting = new Map<string, Waiting>();
  readonly #disposables = new DisposableStore();

  constructor(dependencies: ApprovalDialogsDependencies) {
    this.#dependencies = dependencies;
    const { bus } = dependencies;
    this.#disposables.add(bus.on('hitl.approval.requested', (event) => this.#ask(event)));
    this.#disposables.add(bus.on('hitl.decision.made', (event) => this.#close(({ data }) => data.approvalId === event.data.approvalId)));
    this.#disposables.add(bus.on('tool.execution.failed', (event) => this.#close(({ sessionId, data }) => sessionId === event.sessionId && data.callId === event.data.callId)));
  }

  /** Brings a question to the front, since the person asked for it. */
  review(approvalId: string): void {
    const waiting = this.#waiting.get(approvalId);
    if (waiting === undefined) return;
    if (waiting.panel === undefined) this.#open(waiting, false);
    else waiting.panel.reveal(undefined, false);
  }

  dispose(): void {
    this.#disposables.dispose();
    this.#close(() => true);
  }

  #ask(requested: EventOf<'hitl.approval.requested'>): void {
    const waiting: Waiting = { requested, panel: undefined, feedback: '' };
    this.#waiting.set(requested.data.approvalId, waiting);
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
      { enableScripts: true, retainContextWhenHidden: true, localResourceRoots: [webviewRoot(extensionUri)] },
    );
    waiting.panel = panel;
    panel.iconPath = new vscode.ThemeIcon('shield');
    panel.webview.onDidReceiveMessage((message: unknown) => {
      const parsed = ApprovalFromWebview.safeParse(message);
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
    });
    panel.webview.html = webviewHtml(panel.webview, extensionUri, 'approval');
  }

  #receive(waiting: Waiting, { webview }: vscode.WebviewPanel, message: ApprovalFromWebview): void {
    const { requested } = waiting;
    const post = (answer: ApprovalToWebview): void => void webview.postMessage(answer);
    switch (message.type) {
      case 'ready':
        post({ type: 'show', approval: approvalView(requested, this.#dependencies), feedback: waiting.feedback });
        break;
      case 'feedback':
        waiting.feedback = message.feedback;
        break;
      case 'approve':
        this.#decide({ ...message, decision: 'approve', feedback: '' }, requested, post);
        break;
      case 'reject':
        this.#decide({ ...message, decision: 'reject' }, requested, post);
        break;
    }
  }

  #decide(
    { approvalId, argumentsHash, decision, feedback }: Omit<DecisionInput, 'actor'>,
    requested: EventOf<'hitl.approval.requested'>,
    post: (answer: ApprovalToWebview) => void,
  ): void {
    const { hitl, log } = this.#dependencies;
    // a dialog decides its own question and no other
    if (approvalId !== requested.data.approvalId) return;
    try {
      const result = hitl.decide({ approvalId, argumentsHash, decision, feedback, actor: ACTOR });
      if (result !== 'decided') post({ type: 'closed', reason: answers[result] });
    } catch (error) {
      log.error('A decision could not be saved', error);
      void vscode.window.showErrorMessage(`Your decision could not be saved, so nothing was decided: ${messageOf(error)}`);
      post({ type: 'show', approval: approvalView(requested, this.#dependencies), feedback });
    }
  }

  #close(matches: (requested: EventOf<'hitl.approval.requested'>) => boolean): void {
    for (const [id, { requested, panel }] of this.#waiting) {
      if (!matches(requested)) continue;
      this.#waiting.delete(id);
      const hadFocus = panel?.active === true;
      panel?.dispose();
      if (hadFocus && requested.sessionId !== undefined) this.#dependencies.backToChat(requested.sessionId);
    }
  }
}
