import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/bus/Disposable.ts';
import type { AgentContextManager } from '../../core/context/AgentContextManager.ts';
import type { OpenedSession, SessionManager } from '../../core/sessions/SessionManager.ts';
import { SECTION } from '../config/modelSettings.ts';
import { ChatPanel, type ChatPanelDependencies } from './ChatPanel.ts';
import { webviewHtml, webviewRoot } from './webviewHtml.ts';

const CHAT_VIEW_TYPE = 'agentRuntime.chat';

export interface ChatPanelsDependencies extends ChatPanelDependencies {
  extensionUri: vscode.Uri;
  sessions: SessionManager;
  contexts: AgentContextManager;
}

/** The chat's editor tabs: one a session. */
export class ChatPanels implements Disposable {
  readonly #dependencies: ChatPanelsDependencies;
  readonly #panels = new Map<string, ChatPanel>();
  readonly #disposables = new DisposableStore();

  constructor(dependencies: ChatPanelsDependencies) {
    this.#dependencies = dependencies;
    const refresh = (): void => {
      for (const panel of this.#panels.values()) panel.refresh();
    };
    this.#disposables.add(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(`${SECTION}.model`)) refresh();
      }),
    );
    this.#disposables.add(vscode.workspace.onDidGrantWorkspaceTrust(refresh));
    this.#disposables.add(vscode.workspace.onDidChangeWorkspaceFolders(refresh));
  }

  /** Shows the chat that is open, else the latest session, else a new one. */
  open(): void {
    const [shown] = this.#panels.values();
    if (shown !== undefined) shown.reveal();
    else this.#show(this.#dependencies.sessions.latestId() ?? this.#dependencies.sessions.create().id);
  }

  /** Shows an empty session; the one that is open, where nothing was said in it yet. */
  openNew(): void {
    const { sessions } = this.#dependencies;
    const empty = [...this.#panels.values()].find(({ sessionId }) => sessions.get(sessionId).messages.length === 0);
    if (empty !== undefined) empty.reveal();
    else this.#show(sessions.create().id);
  }

  /** Puts the focus into a session's chat, where it is open. */
  focus(sessionId: string): void {
    this.#panels.get(sessionId)?.reveal();
  }

  /** Brings a tab back after a reload, with the session that it showed. Throws where that cannot be read. */
  restore(panel: vscode.WebviewPanel, state: unknown): void {
    const kept = typeof state === 'object' && state !== null && 'sessionId' in state ? state.sessionId : undefined;
    const id = typeof kept === 'string' ? kept : this.#dependencies.sessions.latestId();
    const opened = id !== undefined && this.#panels.has(id) ? undefined : this.#dependencies.sessions.open(id ?? this.#dependencies.sessions.create().id);
    if (opened === undefined) panel.dispose();
    else this.#attach(panel, opened);
  }

  dispose(): void {
    this.#disposables.dispose();
    for (const panel of this.#panels.values()) panel.dispose();
  }

  #show(sessionId: string): void {
    const opened = this.#dependencies.sessions.open(sessionId);
    if (opened !== undefined) this.#attach(vscode.window.createWebviewPanel(CHAT_VIEW_TYPE, opened.session.title, vscode.ViewColumn.Active), opened);
  }

  #attach(panel: vscode.WebviewPanel, opened: OpenedSession): void {
    const { contexts, orchestrator, transcripts, extensionUri } = this.#dependencies;
    const sessionId = opened.session.id;
    if (!orchestrator.isRunning(sessionId)) contexts.restore(sessionId, opened.events);
    panel.webview.options = { enableScripts: true, localResourceRoots: [webviewRoot(extensionUri)] };
    panel.iconPath = new vscode.ThemeIcon('comment-discussion');
    const transcript = transcripts.open(sessionId, opened.events);
    const chat = new ChatPanel({ panel, session: opened.session, transcript, dependencies: this.#dependencies });
    this.#panels.set(sessionId, chat);
    panel.onDidDispose(() => {
      this.#panels.delete(sessionId);
      chat.dispose();
      if (!orchestrator.isRunning(sessionId)) transcripts.close(sessionId);
    });
    panel.webview.html = webviewHtml(panel.webview, extensionUri, 'chat');
  }
}
