import * as path from 'node:path';
import * as vscode from 'vscode';
import type { HitlManager } from '../../core/hitl/HitlManager.ts';
import type { PolicyManager } from '../../core/hitl/PolicyManager.ts';
import type { Agent } from '../../core/agents/Agent.ts';
import type { Clock } from '../../core/ports/Clock.ts';
import type { DraftStore } from '../../core/ports/DraftStore.ts';
import type { Log } from '../../core/ports/Log.ts';
import type { Workspace } from '../../core/ports/Workspace.ts';
import { messageOf } from '../../core/tools/Tool.ts';
import type { Preview, ToolExecutor } from '../../core/tools/ToolExecutor.ts';
import type { ToolRegistry } from '../../core/tools/ToolRegistry.ts';
import type { PolicyRule } from '../../protocol/policy.ts';
import { approvalFromWebview, type ApprovalFromWebview, type ApprovalPanel, type ApprovalToWebview } from '../../protocol/approvalWebview.ts';
import { foreignPath, foreignText } from '../foreignText.ts';
import { webviewHtml, webviewOptions } from '../panel/webviewHtml.ts';
import type { AllowRules } from './AllowRules.ts';
import { approvalView, type ApprovalWords } from './approvalView.ts';
import { countMatches } from './countMatches.ts';
import { DialogDecisions, type Shown } from './DialogDecisions.ts';
import type { DiffDocuments } from './DiffDocuments.ts';
import { EditChecks } from './EditChecks.ts';
import type { Requested } from './endings.ts';
import { KeptDraft } from './KeptDraft.ts';
import { checkedWords } from './whyAsked.ts';

export const APPROVAL_VIEW_TYPE = 'agentRuntime.approval';
export interface ApprovalTabDependencies extends ApprovalWords {
  hitl: Pick<HitlManager, 'decide' | 'shown' | 'find'>;
  policy: Pick<PolicyManager, 'state'>;
  tools: Pick<ToolExecutor, 'preview'>;
  registry: Pick<ToolRegistry, 'parametersOf'>;
  workspace: Pick<Workspace, 'folders'>;
  /** An agent of an earlier start may not be registered in this one. */
  agentOf: (name: string) => Agent | undefined;
  rules: Pick<AllowRules, 'add'>;
  diffs: Pick<DiffDocuments, 'open'>;
  drafts: DraftStore;
  clock: Clock;
  log: Log;
  extensionUri: vscode.Uri;
}


/** One question, and the editor tab that it stands in. A tab that is closed decides nothing, and can be opened again. */
export class ApprovalTab {
  readonly requested: Requested;
  readonly draft: KeptDraft;
  readonly #dependencies: ApprovalTabDependencies;
  readonly #edits: EditChecks;
  readonly #decisions: DialogDecisions;
  #panel: vscode.WebviewPanel | undefined;
  /** Where the person goes on, once the page is there. */
  #wanted: ApprovalPanel | undefined;
  /** The page that stands open has drawn the question whole. */
  #drawn = false;
  /** What the page that stands open has before it. */
  #shown: Shown | undefined;
  /** Nothing is decided here any more, and the tab stands for what was typed in it. */
  #closed: string | undefined;

  constructor(requested: Requested, dependencies: ApprovalTabDependencies) {
    const { sessionId = '', data } = requested;
    const { drafts, clock, log, registry } = dependencies;
    this.requested = requested;
    this.#dependencies = dependencies;
    this.draft = new KeptDraft({ drafts, clock, log, sessionId, callId: data.callId });
    this.#edits = new EditChecks({
      data,
      parameters: registry.parametersOf(data.tool),
      preview: (edited) => this.#preview(edited),
      checked: (paths) => checkedWords(paths, dependencies.workspace.folders()),
      answer: (revision, check) => this.#post({ type: 'checked', revision, check }),
    });
    this.#decisions = new DialogDecisions({
      ...dependencies,
      requested,
      edits: this.#edits,
      shown: () => this.#shown,
      post: (message) => this.#post(message),
      tell: (text) => void vscode.window.showErrorMessage(foreignText(text)),
    });
  }

  get approvalId(): string {
    return this.requested.data.approvalId;
  }

  get isOpen(): boolean {
    return this.#panel !== undefined;
  }

  get hasFocus(): boolean {
    return this.#panel?.active === true;
  }

  /** The person has it before them, whole, and is in it. */
  get canDecide(): boolean {
    return this.hasFocus && this.#drawn && this.#closed === undefined;
  }

  /** Brings it to the front; without the focus where the person did not ask for it. */
  show({ preserveFocus, panel }: { preserveFocus: boolean; panel?: ApprovalPanel | undefined }): void {
    if (this.#panel === undefined) {
      this.#wanted = panel;
      this.#open(preserveFocus);
    } else {
      this.#panel.reveal(undefined, preserveFocus);
      if (panel !== undefined) this.#post({ type: 'openPanel', panel });
    }
  }

  /** Presses the page's own button, as it stands. */
  press(decision: 'approve' | 'reject'): void {
    this.#post({ type: 'decide', decision });
  }

  /** The question is over; the tab stays, since something was typed in it. */
  close(reason: string): void {
    this.#closed = reason;
    this.#post({ type: 'closed', reason });
  }

  dispose(): void {
    this.#panel?.dispose();
  }

  #open(preserveFocus: boolean): void {
    const { extensionUri, log } = this.#dependencies;
    const panel = vscode.window.createWebviewPanel(
      APPROVAL_VIEW_TYPE,
      `Approve: ${foreignPath(path.basename(this.requested.data.preview.path))}`,
      { viewColumn: vscode.ViewColumn.Beside, preserveFocus },
      // what the person has typed stays while another tab covers this one
      { ...webviewOptions(extensionUri), retainContextWhenHidden: true },
    );
    this.#panel = panel;
    this.#drawn = false;
    panel.iconPath = new vscode.ThemeIcon('shield');
    panel.webview.onDidReceiveMessage((message: unknown) => {
      const parsed = approvalFromWebview().safeParse(message);
      if (parsed.success) this.#receive(parsed.data);
      else log.warn(`An approval dialog sent a message that it must not: ${parsed.error.message}`);
    });
    let visible = true;
    panel.onDidChangeViewState(() => {
      if (panel.visible && !visible) this.#post({ type: 'uncovered' });
      visible = panel.visible;
    });
    panel.onDidDispose(() => {
      if (this.#panel === panel) this.#panel = undefined;
    });
    panel.webview.html = webviewHtml(panel.webview, extensionUri, 'approval');
  }

  #post(message: ApprovalToWebview): void {
    void this.#panel?.webview.postMessage(message);
  }

  #receive(message: ApprovalFromWebview): void {
    const leftMs = this.#dependencies.hitl.find(this.approvalId)?.leftMs;
    if (message.type === 'ping') this.#post({ type: 'pong', ...(leftMs === undefined ? {} : { leftMs }) });
    else if (this.#closed !== undefined) this.#post({ type: 'closed', reason: this.#closed });
    else this.#hear(message);
  }

  #hear(message: Exclude<ApprovalFromWebview, { type: 'ping' }>): void {
    switch (message.type) {
      case 'ready':
        void this.#show();
        break;
      case 'shown':
        if (this.#decisions.shown(message.approvalId)) this.#drawn = true;
        break;
      case 'feedback':
        this.draft.feedback(message.feedback);
        break;
      case 'edit':
        this.draft.edit(message.values);
        void this.#edits.check(message.values === null ? undefined : { revision: message.revision, values: message.values });
        break;
      case 'match':
        void this.#match(message.rule);
        break;
      case 'openDiff':
        void this.#openDiff(message.edited);
        break;
      default:
        void this.#decisions.hear(message);
    }
  }

  async #show(): Promise<void> {
    const { hitl, policy, registry, workspace } = this.#dependencies;
    const { requested } = this;
    const { tool, arguments: given, timeoutMs } = requested.data;
    // as it is now: a question that ends meanwhile takes its draft along
    const { draft } = this.draft;
    const preview = await this.#preview(given).catch(() => undefined);
    const view = approvalView(requested, this.#dependencies, {
      leftMs: hitl.find(this.approvalId)?.leftMs ?? timeoutMs,
      paths: preview?.ok === true ? preview.paths : undefined,
      preset: policy.state.preset,
      folders: workspace.folders(),
      parameters: registry.parametersOf(tool),
    });
    this.#shown = { allow: view.allow, paths: preview?.ok === true ? preview.paths : [] };
    const panel = this.#wanted;
    this.#wanted = undefined;
    this.#post({ type: 'show', approval: view, draft, ...(panel === undefined ? {} : { panel }) });
    if (this.#closed !== undefined) this.#post({ type: 'closed', reason: this.#closed });
  }

  #preview(edited: Record<string, unknown>): Promise<Preview> {
    const { sessionId = '', data } = this.requested;
    const { agentOf, tools } = this.#dependencies;
    const agent = agentOf(data.agent);
    if (agent === undefined) return Promise.resolve({ ok: false, message: `There is no agent ${data.agent} any more.` });
    return tools.preview(agent, { sessionId, callId: data.callId, tool: data.tool }, edited);
  }

  async #match(rule: PolicyRule): Promise<void> {
    try {
      this.#post({ type: 'matched', rule, ...(await countMatches(rule, this.#dependencies.workspace.folders())) });
    } catch (error) {
      this.#dependencies.log.warn(`The files that a rule matches could not be counted: ${messageOf(error)}`);
    }
  }

  async #openDiff(edited: boolean): Promise<void> {
    const { hitl, diffs } = this.#dependencies;
    const files = edited ? this.#edits.files : hitl.find(this.approvalId)?.files;
    try {
      for (const file of files ?? []) await diffs.open(file);
    } catch (error) {
      void vscode.window.showErrorMessage(`The change could not be opened: ${foreignText(messageOf(error))}`);
    }
  }
}
