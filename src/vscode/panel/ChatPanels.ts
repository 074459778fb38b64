import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/bus/Disposable.ts';
import type { AgentContextManager } from '../../core/context/AgentContextManager.ts';
import type { SessionManager } from '../../core/sessions/SessionManager.ts';
import { SECTION } from '../config/modelSettings.ts';
import { ChatPanel, type ChatPanelDependencies } from './ChatPanel.ts';
import { webviewHtml, webviewRoot } from './webviewHtml.ts';

export const CHAT_VIEW_TYPE = 'agentRuntime.chat';

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

  /** Brings a tab back after a reload, with the session that it showed. */
  restore(panel: vscode.WebviewPanel, state: unknown): void {
    const kept = typeof state === 'object' && state !== null && 'sessionId' in state ? state.sessionId : undefined;
    const id = typeof kept === 'string' ? kept : this.#dependencies.sessions.latestId();
    const twice = id !== undefined && this.#panels.has(id);
    if (twice || !this.#attach(panel, id ?? this.#dependencies.sessions.create().id)) panel.dispose();
  }

  dispose(): void {
    this.#disposables.dispose();
    for (const panel of this.#panels.values()) panel.dispose();
  }

  #show(sessionId: string): void {
    const panel = vscode.window.createWebviewPanel(CHAT_VIEW_TYPE, 'Agent Runtime', vscode.ViewColumn.Active);
    if (!this.#attach(panel, sessionId)) panel.dispose();
  }

  /** False for a session that nobody knows. */
  #attach(panel: vscode.WebviewPanel, sessionId: string): boolean {
    const { sessions, contexts, transcripts, extensionUri } = this.#dependencies;
    const opened = sessions.open(sessionId);
    if (opened === undefined) return false;
    if (!this.#dependencies.orchestrator.isRunning(sessionId)) contexts.restore(sessionId, opened.events);
    panel.webview.options = { enableScripts: true, localResourceRoots: [webviewRoot(extensionUri)] };
    panel.iconPath = new vscode.ThemeIcon('comment-discussion');
    const transcript = transcripts.open(sessionId, opened.events);
    const chat = new ChatPanel({ panel, session: opened.session, transcript, dependencies: this.#dependencies });
    this.#panels.set(sessionId, chat);
    panel.onDidDispose(() => {
      this.#panels.delete(sessionId);
      chat.dispose();
    });
    panel.webview.html = webviewHtml(panel.webview, extensionUri, 'chat');
    return true;
  }
}
