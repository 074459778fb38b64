import * as vscode from 'vscode';
import { messageOf } from '../../core/tools/Tool.ts';
import { resolveWorkspacePath } from '../../core/tools/ide/workspacePath.ts';
import { DisposableStore, type Disposable } from '../../core/bus/Disposable.ts';
import type { MultiAgentOrchestrator } from '../../core/orchestration/MultiAgentOrchestrator.ts';
import type { Workspace } from '../../core/ports/Workspace.ts';
import type { OpenSession } from '../../core/sessions/OpenSessions.ts';
import type { Transcripts } from '../../core/transcript/Transcripts.ts';
import { chatFromWebview, type ChatAction, type ChatFromWebview, type ChatOp, type ChatState, type ChatToWebview, type QuestionItem } from '../../protocol/webview.ts';
import { openModelSettings } from '../commands/openModelSettings.ts';
import { openRuleSettings } from '../commands/openRuleSettings.ts';
import { foreignText } from '../foreignText.ts';
import { chatState, type ChatStateDependencies } from './chatState.ts';
import { HiddenQuestions } from './HiddenQuestions.ts';
import { Outbox } from './Outbox.ts';
import { PersonDecisions, type PersonDecisionsDependencies } from './PersonDecisions.ts';
import { PersonInput, type PersonInputDependencies } from './PersonInput.ts';

export interface ChatPanelDependencies extends ChatStateDependencies, PersonInputDependencies, PersonDecisionsDependencies {
  policy: ChatStateDependencies['policy'] & PersonDecisionsDependencies['policy'];
  modelSettings: ChatStateDependencies['modelSettings'] & PersonDecisionsDependencies['modelSettings'];
  orchestrator: PersonInputDependencies['orchestrator'] & Pick<MultiAgentOrchestrator, 'stop'>;
  transcripts: Pick<Transcripts, 'onChange'>;
  workspace: Workspace;
  /** Brings the dialog of a pending approval to the front; `panel`: there, where the person goes on. */
  review: (approvalId: string, panel?: 'reject' | 'edit' | 'allow') => void;
  /** Another window has the session now: what it asks is not to be decided here. */
  withdraw: (sessionId: string) => void;
  /** Opens a new session with the summary of this one in its input. */
  newSessionWithSummary: (sessionId: string) => Promise<void>;
  /** Somebody has the session before them, and may write. */
  warmUp: (sessionId: string) => Promise<void>;
  /** Asks for the key of the address that the settings name. */
  setApiKey: () => Promise<void>;
}

/** One session in one editor tab. Posts deltas; the whole goes out only when the page asks for it. */
export class ChatPanel implements Disposable {
  readonly #panel: vscode.WebviewPanel;
  readonly #open: OpenSession;
  readonly #dependencies: ChatPanelDependencies;
  readonly #disposables = new DisposableStore();
  readonly #input: PersonInput;
  readonly #decisions: PersonDecisions;
  readonly #questions: HiddenQuestions;
  #changes: Disposable;
  /** The page has the state as of `#seq`. A hidden page is gone, and asks again when it is back. */
  #listening = false;
  #seq = 0;
  readonly #outbox = new Outbox({ send: (ops, messages) => this.#flush(ops, messages) });
  /** The chat's state may be another than `#state`. */
  #stateMayDiffer = false;
  #state = '';
  #disposed = false;

  constructor(options: { panel: vscode.WebviewPanel; open: OpenSession; dependencies: ChatPanelDependencies }) {
    this.#panel = options.panel;
    this.#open = options.open;
    this.#dependencies = options.dependencies;
    const person = {
      open: this.#open,
      dependencies: this.#dependencies,
      post: (message: ChatToWebview) => this.#post(message),
      refresh: () => {
        if (this.#listening) this.#snapshot();
      },
      tell: (text: string) => void vscode.window.showErrorMessage(text),
    };
    this.#input = new PersonInput(person);
    this.#decisions = new PersonDecisions(person);
    this.#questions = new HiddenQuestions({ visible: () => this.#panel.visible, tell: (question) => void this.#tellQuestion(question) });
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

  /** Something outside the transcript changed: the model, the workspace, its trust, the policy. */
  refresh(): void {
    this.#queue([]);
  }

  /** Closes the tab. */
  close(): void {
    this.#panel.dispose();
  }

  dispose(): void {
    this.#disposed = true;
    this.#outbox.dispose();
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

  /** A question in a hidden chat; only the chat shows it whole and takes the answer. */
  async #tellQuestion({ agent: name, free }: QuestionItem): Promise<void> {
    if (!this.#owned) return;
    const agent = foreignText(this.#dependencies.agents().find((choice) => choice.name === name)?.title ?? name);
    const title = foreignText(this.title);
    const pressed = await vscode.window.showInformationMessage(free ? `${agent} asks in “${title}”.` : `${agent} waits for you in “${title}”.`, 'Show');
    if (pressed !== undefined && !this.#disposed) this.reveal();
  }

  #queue(ops: readonly ChatOp[]): void {
    this.#questions.changed(ops);
    // a token changes nothing but its answer
    if (ops.length === 0 || ops.some(({ op }) => op !== 'appendText')) this.#stateMayDiffer = true;
    this.#outbox.queue(ops);
  }

  #flush(ops: ChatOp[], waiting: ChatToWebview[]): void {
    if (this.#disposed) return;
    if (this.#panel.title !== this.title) this.#panel.title = this.title;
    if (this.#stateMayDiffer) this.#addState(ops);
    const messages = this.#listening && ops.length > 0 ? [this.#delta(ops), ...waiting] : waiting;
    const [only] = messages;
    if (messages.length > 1) this.#send({ type: 'together', messages });
    else if (only !== undefined) this.#send(only);
  }

  #delta(ops: ChatOp[]): ChatToWebview {
    this.#seq += 1;
    return { type: 'delta', seq: this.#seq, ops };
  }

  #addState(ops: ChatOp[]): void {
    this.#stateMayDiffer = false;
    const state = this.#chatState();
    const serialized = JSON.stringify(state);
    if (serialized !== this.#state) ops.push({ op: 'state', state });
    this.#state = serialized;
  }

  #chatState(): ChatState {
    return chatState(this.#open, this.#dependencies);
  }

  #snapshot(): void {
    this.#outbox.forgetChanges();
    const state = this.#chatState();
    this.#state = JSON.stringify(state);
    this.#listening = true;
    this.#post({ type: 'snapshot', seq: this.#seq, sessionId: this.sessionId, items: this.#open.transcript.items, state, draft: this.#input.draft });
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
        if (this.#owned) void this.#dependencies.warmUp(this.sessionId);
        break;
      case 'ping':
        this.#post({ type: 'pong' });
        break;
      case 'send':
        void this.#input.send(message);
        break;
      case 'choose':
        void this.#input.choose(message);
        break;
      case 'withdraw':
        void this.#input.withdraw(message);
        break;
      case 'chooseAgent':
        void this.#input.chooseAgent(message.agent);
        break;
      case 'stop':
        this.#dependencies.orchestrator.stop(this.sessionId);
        break;
      case 'draft':
        this.#input.saveDraft(message.text);
        break;
      case 'openFile':
        void this.#openFile(message.path);
        break;
      case 'action':
        void this.#act(message.action);
        break;
      default:
        this.#decide(message);
        break;
    }
  }

  #decide(message: Extract<ChatFromWebview, { type: 'openApproval' | 'approve' | 'shown' | 'choosePreset' | 'chooseModel' | 'undo' }>): void {
    switch (message.type) {
      case 'openApproval':
        this.#review(message);
        break;
      case 'approve':
        void this.#decisions.approve(message);
        break;
      case 'shown':
        this.#decisions.shown(message.approvalId);
        break;
      case 'choosePreset':
        void this.#decisions.choosePreset(message.preset);
        break;
      case 'chooseModel':
        void this.#decisions.chooseModel(message.name);
        break;
      case 'undo':
        void this.#decisions.undo(message.changesId);
        break;
    }
  }

  /** Opens the dialog of a call that waits in this session. */
  #review({ approvalId, panel }: Extract<ChatFromWebview, { type: 'openApproval' }>): void {
    const { hitl, review, log } = this.#dependencies;
    if (hitl.find(approvalId)?.sessionId === this.sessionId) review(approvalId, panel);
    else log.warn(`The chat asked for an approval that does not wait in its session: ${approvalId}`);
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
      case 'continue':
      case 'resume':
        this.#input.resume();
        break;
      case 'newSession':
        await vscode.commands.executeCommand('agentRuntime.newSession');
        break;
      case 'setUpModel':
        await vscode.commands.executeCommand('agentRuntime.setUpModel');
        break;
      case 'newSessionWithSummary':
        await this.#goOnInNewSession();
        break;
      case 'setApiKey':
        await this.#dependencies.setApiKey();
        break;
      case 'openSettings':
        await openModelSettings();
        break;
      case 'openRules':
        await openRuleSettings();
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

  async #goOnInNewSession(): Promise<void> {
    try {
      await this.#dependencies.newSessionWithSummary(this.sessionId);
    } catch (error) {
      void vscode.window.showErrorMessage(`No new session was opened: ${foreignText(messageOf(error))}. This one stays as it is.`);
    }
  }

  /** In the order of what is posted; that a message or a draft is kept may wait for a frame. */
  #post(message: ChatToWebview): void {
    if (message.type === 'accepted' || message.type === 'draftKept') {
      this.#outbox.add(message);
      return;
    }
    if (message.type !== 'snapshot' && message.type !== 'pong') this.#outbox.flush();
    this.#send(message);
  }

  #send(message: ChatToWebview): void {
    // a tab that was closed while something was waited for has nobody to tell
    if (!this.#disposed) void this.#panel.webview.postMessage(message);
  }
}
