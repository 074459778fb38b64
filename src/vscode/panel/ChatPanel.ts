import * as vscode from 'vscode';
import { messageOf } from '../../core/tools/Tool.ts';
import { resolveWorkspacePath } from '../../core/tools/ide/workspacePath.ts';
import { DisposableStore, type Disposable } from '../../core/bus/Disposable.ts';
import type { MultiAgentOrchestrator } from '../../core/orchestration/MultiAgentOrchestrator.ts';
import type { Clock } from '../../core/ports/Clock.ts';
import type { DraftStore } from '../../core/ports/DraftStore.ts';
import type { Log } from '../../core/ports/Log.ts';
import type { Workspace } from '../../core/ports/Workspace.ts';
import { retryWhileBusy } from '../../core/retryWhileBusy.ts';
import type { OpenSession } from '../../core/sessions/OpenSessions.ts';
import type { Transcripts } from '../../core/transcript/Transcripts.ts';
import { chatFromWebview, type ChatAction, type ChatOp, type ChatState, type ChatToWebview } from '../../protocol/webview.ts';
import { openModelSettings } from '../commands/openModelSettings.ts';
import { readModelSettings } from '../config/modelSettings.ts';
import { foreignText } from '../foreignText.ts';

const refusals = {
  busy: 'A turn is running. Send your message when it is done, or stop it.',
  elsewhere: 'This session is open in another window, so your message was not sent. Send it there, or here once that window is closed.',
  deleted: 'This session was deleted in another window, so your message was not sent. Copy it to a new session.',
} as const;

export interface ChatPanelDependencies {
  orchestrator: Pick<MultiAgentOrchestrator, 'submit' | 'resume' | 'stop'>;
  transcripts: Pick<Transcripts, 'onChange'>;
  drafts: DraftStore;
  workspace: Workspace;
  clock: Clock;
  log: Log;
  /** Brings the dialog of a pending approval to the front. */
  review: (approvalId: string) => void;
  /** Another window has the session now: what it asks is not to be decided here. */
  withdraw: (sessionId: string) => void;
  /** Asks for the key of the address that the settings name. */
  setApiKey: () => Promise<void>;
}

/** One session in one editor tab. Posts deltas; the whole goes out only when the page asks for it. */
export class ChatPanel implements Disposable {
  readonly #panel: vscode.WebviewPanel;
  readonly #open: OpenSession;
  readonly #dependencies: ChatPanelDependencies;
  readonly #disposables = new DisposableStore();
  #changes: Disposable;
  /** The page has the state as of `#seq`. A hidden page is gone, and asks again when it is back. */
  #listening = false;
  #seq = 0;
  #ops: ChatOp[] = [];
  #state = '';
  #disposed = false;

  constructor(options: { panel: vscode.WebviewPanel; open: OpenSession; dependencies: ChatPanelDependencies }) {
    this.#panel = options.panel;
    this.#open = options.open;
    this.#dependencies = options.dependencies;
    const { webview } = this.#panel;
    this.#disposables.add(webview.onDidReceiveMessage((message: unknown) => this.#receive(message)));
    this.#changes = this.#listen();
    this.#disposables.add({ dispose: () => this.#changes.dispose() });
    this.#disposables.add(this.#open.onChangedHands(() => this.#changedHands()));
    this.#disposables.add(
      this.#panel.onDidChangeViewState(() => {
        if (!this.#panel.visible) this.#listening = false;
      }),
    );
    this.#panel.title = this.#open.session.title;
  }

  get sessionId(): string {
    return this.#open.id;
  }

  get title(): string {
    return this.#open.session.title;
  }

  get active(): boolean {
    return this.#panel.active;
  }

  /** Nothing was said in it yet, and something can be. */
  get isFresh(): boolean {
    return this.#owned && this.#open.session.messages.length === 0;
  }

  /** As the editor's tab shows it, to be found among the tabs. */
  get tab(): { label: string; viewColumn: number | undefined; shown: boolean } {
    return { label: this.#panel.title, viewColumn: this.#panel.viewColumn, shown: this.#panel.visible };
  }

  /** Whether something can be said and decided in it here. */
  get #owned(): boolean {
    return this.#open.owned && !this.#open.deleted;
  }

  reveal(): void {
    this.#panel.reveal();
    this.#post({ type: 'focusInput' });
  }

  /** Something outside the transcript changed: the model, the workspace, its trust. */
  refresh(): void {
    this.#queue([]);
  }

  /** Closes the tab. */
  close(): void {
    this.#panel.dispose();
  }

  dispose(): void {
    this.#disposed = true;
    this.#disposables.dispose();
  }

  #listen(): Disposable {
    return this.#dependencies.transcripts.onChange(this.sessionId, (ops) => this.#queue(ops));
  }

  /** Session and transcript are others now: the page gets the whole. */
  #changedHands(): void {
    this.#changes.dispose();
    this.#changes = this.#listen();
    if (!this.#owned) this.#dependencies.withdraw(this.sessionId);
    if (this.#listening) this.#snapshot();
    this.#queue([]);
  }

  #queue(ops: readonly ChatOp[]): void {
    const first = this.#ops.length === 0;
    this.#ops.push(...ops);
    if (first) queueMicrotask(() => this.#flush());
  }

  #flush(): void {
    const ops = this.#ops;
    this.#ops = [];
    if (this.#disposed) return;
    if (this.#panel.title !== this.title) this.#panel.title = this.title;
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
    this.#post({ type: 'snapshot', seq: this.#seq, sessionId: this.sessionId, items: this.#open.transcript.items, state, draft: this.#draft() });
  }

  /** A draft is its owner's; one that cannot be read keeps nobody from reading the session. */
  #draft(): string {
    if (!this.#owned) return '';
    try {
      return this.#dependencies.drafts.draft(this.sessionId);
    } catch (error) {
      this.#dependencies.log.error('A draft could not be read', error);
      return '';
    }
  }

  #chatState(): ChatState {
    const { workspace } = this.#dependencies;
    const { name } = readModelSettings();
    const { transcript } = this.#open;
    const owned = this.#owned;
    // what another window does is not this one's to stop or to decide
    const { pending, running } = owned ? transcript : { pending: 0, running: false };
    return {
      title: this.title,
      owner: owned ? 'here' : this.#open.deleted ? 'nobody' : 'elsewhere',
      turn: pending > 0 ? 'waiting' : running ? 'running' : 'idle',
      pending,
      model: name === '' ? { name: 'Offline', offline: true } : { name, offline: false },
      workspace: workspace.folders().length === 0 ? 'none' : workspace.trusted() ? 'open' : 'untrusted',
    };
  }

  #receive(raw: unknown): void {
    const parsed = chatFromWebview().safeParse(raw);
    if (!parsed.success) {
      this.#dependencies.log.warn(`The chat sent a message that it must not: ${parsed.error.message}`);
      return;
    }
    const message = parsed.data;
    switch (message.type) {
      case 'ready':
        this.#snapshot();
        break;
      case 'ping':
        this.#post({ type: 'pong' });
        break;
      case 'send':
        void this.#send(message);
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

  async #send({ messageId, text }: { messageId: string; text: string }): Promise<void> {
    if (text.trim() === '') return;
    if (this.#open.deleted) {
      this.#post({ type: 'refused', messageId, reason: refusals.deleted });
      return;
    }
    try {
      const { orchestrator, clock } = this.#dependencies;
      const answer = await retryWhileBusy(clock, () => orchestrator.submit(this.sessionId, { messageId, text }));
      if (answer !== 'accepted') {
        this.#post({ type: 'refused', messageId, reason: refusals[answer] });
        return;
      }
      // first: a page that goes in between must not find its message as a draft again
      this.#forgetDraft(text);
      this.#post({ type: 'accepted', messageId });
    } catch (error) {
      this.#dependencies.log.error('A message could not be saved', error);
      this.#post({ type: 'refused', messageId, reason: `Your message could not be saved, so it was not sent: ${messageOf(error)}` });
    }
  }

  /** What was typed after the message stays a draft. */
  #forgetDraft(sent: string): void {
    if (this.#draft() === sent) this.#saveDraft('');
  }

  #saveDraft(text: string): void {
    if (!this.#owned) return;
    try {
      this.#dependencies.drafts.saveDraft(this.sessionId, text);
      this.#post({ type: 'draftKept', text });
    } catch (error) {
      this.#dependencies.log.error('A draft could not be saved', error);
    }
  }

  #resume(): void {
    try {
      this.#dependencies.orchestrator.resume(this.sessionId);
    } catch (error) {
      this.#dependencies.log.error('A turn could not go on', error);
      void vscode.window.showErrorMessage(`“${foreignText(this.title)}” could not go on: ${foreignText(messageOf(error))}. Nothing ran. Try it again.`);
    }
  }

  async #openFile(input: string): Promise<void> {
    try {
      const file = await resolveWorkspacePath(this.#dependencies.workspace, input);
      await vscode.window.showTextDocument(vscode.Uri.file(file.absolute), { preview: true, viewColumn: vscode.ViewColumn.Beside });
    } catch (error) {
      void vscode.window.showWarningMessage(`${foreignText(input)} could not be opened: ${foreignText(messageOf(error))}`);
    }
  }

  async #act(action: ChatAction): Promise<void> {
    switch (action) {
      case 'retry':
      case 'resume':
        this.#resume();
        break;
      case 'newSession':
        await vscode.commands.executeCommand('agentRuntime.newSession');
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
    // a tab that was closed while something was waited for has nobody to tell
    if (!this.#disposed) void this.#panel.webview.postMessage(message);
  }
}
