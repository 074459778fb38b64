import * as vscode from 'vscode';
import { messageOf } from '../../core/tools/Tool.ts';
import { resolveWorkspacePath } from '../../core/tools/ide/workspacePath.ts';
import { DisposableStore, type Disposable } from '../../core/bus/Disposable.ts';
import type { MultiAgentOrchestrator } from '../../core/orchestration/MultiAgentOrchestrator.ts';
import type { DraftStore } from '../../core/ports/DraftStore.ts';
import type { Log } from '../../core/ports/Log.ts';
import type { Workspace } from '../../core/ports/Workspace.ts';
import type { SessionState } from '../../core/sessions/SessionState.ts';
import type { Transcript } from '../../core/transcript/Transcript.ts';
import type { Transcripts } from '../../core/transcript/Transcripts.ts';
import { ChatFromWebview, type ChatAction, type ChatOp, type ChatState, type ChatToWebview } from '../../protocol/webview.ts';
import { openModelSettings } from '../commands/openModelSettings.ts';
import { readModelSettings } from '../config/modelSettings.ts';

export interface ChatPanelDependencies {
  orchestrator: MultiAgentOrchestrator;
  transcripts: Transcripts;
  drafts: DraftStore;
  workspace: Workspace;
  log: Log;
  /** Brings the dialog of a pending approval to the front. */
  review: (approvalId: string) => void;
  /** Asks for the key of the address that the settings name. */
  setApiKey: () => Promise<void>;
}

/** One session in one editor tab. Posts deltas; the whole goes out only when the page asks for it. */
export class ChatPanel implements Disposable {
  readonly #panel: vscode.WebviewPanel;
  readonly #session: SessionState;
  readonly #transcript: Transcript;
  readonly #dependencies: ChatPanelDependencies;
  readonly #disposables = new DisposableStore();
  /** The page has the state as of `#seq`. A hidden page is gone, and asks again when it is back. */
  #listening = false;
  #seq = 0;
  #ops: ChatOp[] = [];
  #state = '';

  constructor(options: { panel: vscode.WebviewPanel; session: SessionState; transcript: Transcript; dependencies: ChatPanelDependencies }) {
    this.#panel = options.panel;
    this.#session = options.session;
    this.#transcript = options.transcript;
    this.#dependencies = options.dependencies;
    const { webview } = this.#panel;
    this.#disposables.add(webview.onDidReceiveMessage((message: unknown) => this.#receive(message)));
    this.#disposables.add(this.#dependencies.transcripts.onChange(this.#session.id, (ops) => this.#queue(ops)));
    this.#disposables.add(
      this.#panel.onDidChangeViewState(() => {
        if (!this.#panel.visible) this.#listening = false;
      }),
    );
    this.#panel.title = this.#session.title;
  }

  get sessionId(): string {
    return this.#session.id;
  }

  reveal(): void {
    this.#panel.reveal();
    this.#post({ type: 'focusInput' });
  }

  /** Something outside the transcript changed: the model, the workspace, its trust. */
  refresh(): void {
    this.#queue([]);
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  #queue(ops: readonly ChatOp[]): void {
    const first = this.#ops.length === 0;
    this.#ops.push(...ops);
    if (first) queueMicrotask(() => this.#flush());
  }

  #flush(): void {
    const ops = this.#ops;
    this.#ops = [];
    if (this.#panel.title !== this.#session.title) this.#panel.title = this.#session.title;
    // a token changes nothing but its answer
    if (ops.length === 0 || ops.some(({ op }) => op !== 'appendText')) this.#addState(ops);
    if (!this.#listening || ops.length === 0) return;
    this.#seq += 1;
    this.#post({ type: 'delta', seq: this.#seq, ops });
  }

  #addState(ops: ChatOp[]): void {
    const state = this.#chatState();
    const serialized = JSON.stringify(state);
    if (serialized !== this.#state) ops.push({ op: 'state', state });
    this.#state = serialized;
  }

  #snapshot(): void {
    this.#ops = [];
    const state = this.#chatState();
    this.#state = JSON.stringify(state);
    this.#listening = true;
    const { id: sessionId } = this.#session;
    const draft = this.#dependencies.drafts.draft(sessionId);
    this.#post({ type: 'snapshot', seq: this.#seq, sessionId, items: this.#transcript.items, state, draft });
  }

  #chatState(): ChatState {
    const { workspace } = this.#dependencies;
    const { name } = readModelSettings();
    const { pending, running } = this.#transcript;
    return {
      title: this.#session.title,
      turn: pending > 0 ? 'waiting' : running ? 'running' : 'idle',
      pending,
      model: name === '' ? { name: 'Offline', offline: true } : { name, offline: false },
      workspace: workspace.folders().length === 0 ? 'none' : workspace.trusted() ? 'open' : 'untrusted',
    };
  }

  #receive(raw: unknown): void {
    const parsed = ChatFromWebview.safeParse(raw);
    if (!parsed.success) {
      this.#dependencies.log.warn(`The chat sent a message that it must not: ${parsed.error.message}`);
      return;
    }
    const message = parsed.data;
    switch (message.type) {
      case 'ready':
        this.#snapshot();
        break;
      case 'send':
        this.#send(message);
        break;
      case 'stop':
        this.#dependencies.orchestrator.stop(this.sessionId);
        break;
      case 'draft':
        this.#saveDraft(message.text);
        break;
      case 'openApproval':
        this.#dependencies.review(message.approvalId);
        break;
      case 'openFile':
        void this.#openFile(message.path);
        break;
      case 'action':
        void this.#act(message.action);
        break;
    }
  }

  #send({ messageId, text }: { messageId: string; text: string }): void {
    if (text.trim() === '') return;
    try {
      const answer = this.#dependencies.orchestrator.submit(this.sessionId, { messageId, text });
      if (answer === 'busy') {
        this.#post({ type: 'refused', messageId, reason: 'A turn is running. Send your message when it is done, or stop it.' });
        return;
      }
      this.#post({ type: 'accepted', messageId });
      this.#saveDraft('');
    } catch (error) {
      this.#dependencies.log.error('A message could not be saved', error);
      this.#post({ type: 'refused', messageId, reason: `Your message could not be saved, so it was not sent: ${messageOf(error)}` });
    }
  }

  #saveDraft(text: string): void {
    try {
      this.#dependencies.drafts.saveDraft(this.sessionId, text);
    } catch (error) {
      this.#dependencies.log.error('A draft could not be saved', error);
    }
  }

  async #openFile(input: string): Promise<void> {
    try {
      const file = await resolveWorkspacePath(this.#dependencies.workspace, input);
      await vscode.window.showTextDocument(vscode.Uri.file(file.absolute), { preview: true, viewColumn: vscode.ViewColumn.Beside });
    } catch (error) {
      void vscode.window.showWarningMessage(`${input} could not be opened: ${messageOf(error)}`);
    }
  }

  async #act(action: ChatAction): Promise<void> {
    switch (action) {
      case 'retry':
        this.#dependencies.orchestrator.resume(this.sessionId);
        break;
      case 'setApiKey':
        await this.#dependencies.setApiKey();
        break;
      case 'openSettings':
        await openModelSettings();
        break;
      case 'showLog':
        await vscode.commands.executeCommand('agentRuntime.showLog');
        break;
      case 'openFolder':
        await vscode.commands.executeCommand('workbench.action.files.openFolder');
        break;
      case 'manageTrust':
        await vscode.commands.executeCommand('workbench.trust.manage');
        break;
    }
  }

  #post(message: ChatToWebview): void {
    void this.#panel.webview.postMessage(message);
  }
}
