import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/bus/Disposable.ts';
import type { PolicyManager } from '../../core/hitl/PolicyManager.ts';
import type { OpenPanels } from '../../core/ports/OpenPanels.ts';
import type { OpenSession, OpenSessions } from '../../core/sessions/OpenSessions.ts';
import type { SessionManager } from '../../core/sessions/SessionManager.ts';
import { messageOf } from '../../core/tools/Tool.ts';
import { ChatPanel, type ChatPanelDependencies } from './ChatPanel.ts';
import type { PageTab } from './leftOverTabs.ts';
import { webviewHtml, webviewOptions } from './webviewHtml.ts';

export const CHAT_VIEW_TYPE = 'agentRuntime.chat';

export interface ChatPanelsDependencies extends ChatPanelDependencies {
  extensionUri: vscode.Uri;
  openSessions: Pick<OpenSessions, 'open' | 'close'>;
  sessions: Pick<SessionManager, 'create' | 'latestId'>;
  openPanels: OpenPanels;
  policy: ChatPanelDependencies['policy'] & Pick<PolicyManager, 'onChange'>;
  modelSettings: ChatPanelDependencies['modelSettings'] & { onChange: (run: () => void) => Disposable };
}

const columns: readonly vscode.ViewColumn[] = [
  vscode.ViewColumn.One,
  vscode.ViewColumn.Two,
  vscode.ViewColumn.Three,
  vscode.ViewColumn.Four,
  vscode.ViewColumn.Five,
  vscode.ViewColumn.Six,
  vscode.ViewColumn.Seven,
  vscode.ViewColumn.Eight,
  vscode.ViewColumn.Nine,
];

interface Place {
  viewColumn: vscode.ViewColumn;
  preserveFocus: boolean;
}

const here: Place = { viewColumn: vscode.ViewColumn.Active, preserveFocus: false };

/** The chat's editor tabs: one a session. */
export class ChatPanels implements Disposable {
  readonly #dependencies: ChatPanelsDependencies;
  readonly #panels = new Map<string, ChatPanel>();
  /** Sessions that are being read for a tab, each once, whoever asks. */
  readonly #opening = new Map<string, Promise<unknown>>();
  /** Sessions whose tabs VS Code brought back itself. */
  readonly #restored = new Set<string>();
  readonly #disposables = new DisposableStore();
  #disposed = false;

  constructor(dependencies: ChatPanelsDependencies) {
    this.#dependencies = dependencies;
    const refresh = (): void => {
      for (const panel of this.#panels.values()) panel.refresh();
    };
    this.#disposables.add(dependencies.modelSettings.onChange(refresh));
    this.#disposables.add(dependencies.policy.onChange(refresh));
    this.#disposables.add(vscode.workspace.onDidGrantWorkspaceTrust(refresh));
    this.#disposables.add(vscode.workspace.onDidChangeWorkspaceFolders(refresh));
  }

  /** The session whose tab the person is in. */
  get active(): { sessionId: string; title: string } | undefined {
    return [...this.#panels.values()].find(({ active }) => active);
  }

  /** Shows the chat that is open, else the latest session, else a new one. Rejects where it cannot be read. */
  async open(): Promise<void> {
    const { sessions } = this.#dependencies;
    const [open] = [...this.#panels.keys(), ...this.#opening.keys()];
    await this.show(open ?? sessions.latestId() ?? sessions.create().id);
  }

  /** Shows an empty session; the one that is open, where nothing was said in it yet. */
  async openNew(): Promise<void> {
    const fresh = [...this.#panels.values()].find(({ isFresh }) => isFresh);
    await this.show(fresh?.sessionId ?? this.#dependencies.sessions.create().id);
  }

  /** Shows a session, in the tab that it has or in a new one. Rejects where it cannot be read. */
  async show(sessionId: string): Promise<void> {
    for (let opening = this.#opening.get(sessionId); opening !== undefined; opening = this.#opening.get(sessionId)) await opening;
    const panel = this.#panels.get(sessionId);
    if (panel !== undefined) panel.reveal();
    else await this.whileOpening([sessionId], () => this.#openTab(sessionId));
  }

  /** Puts the focus into a session's chat, where it is open. */
  focus(sessionId: string): void {
    this.#panels.get(sessionId)?.reveal();
  }

  /** Closes a session's tab, where it has one. */
  close(sessionId: string): void {
    this.#panels.get(sessionId)?.close();
  }

  /** Brings a tab back after a reload, with the session that it showed. Rejects where that cannot be read. */
  async restore(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const { sessions } = this.#dependencies;
    const kept = typeof state === 'object' && state !== null && 'sessionId' in state ? state.sessionId : undefined;
    const id = typeof kept === 'string' ? kept : (sessions.latestId() ?? sessions.create().id);
    // another tab has the session, or will have it in a moment
    if (this.#panels.has(id) || this.#opening.has(id)) panel.dispose();
    else await this.whileOpening([id], () => this.#fillTab(panel, id));
  }

  /** The tabs of this host. */
  get tabs(): PageTab[] {
    return [...this.#panels.values()].map(({ tab }) => tab);
  }

  /** The sessions that have a tab here, and whether the person has it before them. */
  get sessions(): { sessionId: string; title: string; visible: boolean }[] {
    return [...this.#panels.values()].map(({ sessionId, title, tab }) => ({ sessionId, title, visible: tab.shown }));
  }

  /** Whether a tab of this host shows the session. */
  has(sessionId: string): boolean {
    return this.#panels.has(sessionId);
  }

  /** Whether VS Code itself brought the session's tab back. */
  broughtBack(sessionId: string): boolean {
    return this.#restored.has(sessionId);
  }

  /** Resolves when no tab is on its way. */
  async settled(): Promise<void> {
    while (this.#opening.size > 0) await Promise.allSettled(this.#opening.values());
  }

  /** Whoever wants to show one of the sessions meanwhile waits for `open`. To be called when they are {@link settled}. */
  async whileOpening<T>(sessionIds: readonly string[], open: () => Promise<T>): Promise<T> {
    const opening = open();
    for (const id of sessionIds) this.#opening.set(id, opening);
    try {
      return await opening;
    } finally {
      for (const id of sessionIds) this.#opening.delete(id);
    }
  }

  /** A new tab for a session that has none, without the focus. */
  openBehind(open: OpenSession, viewColumn: number): void {
    this.#attach(this.#createTab(open, { viewColumn: columns[viewColumn - 1] ?? vscode.ViewColumn.One, preserveFocus: true }), open);
  }

  dispose(): void {
    this.#disposed = true;
    this.#disposables.dispose();
    for (const panel of this.#panels.values()) panel.dispose();
  }

  async #openTab(sessionId: string): Promise<void> {
    const open = await this.#dependencies.openSessions.open(sessionId);
    if (open === undefined) throw new Error(`The session ${sessionId} is not there any more: it was deleted. Run “Agent Runtime: Show Sessions” to open another`);
    if (this.#disposed) return;
    this.#attach(this.#createTab(open, here), open);
  }

  async #fillTab(panel: vscode.WebviewPanel, sessionId: string): Promise<void> {
    const { openSessions } = this.#dependencies;
    const tab = { closed: false };
    const subscription = panel.onDidDispose(() => (tab.closed = true));
    const open = await openSessions.open(sessionId);
    subscription.dispose();
    if (open === undefined) panel.dispose();
    else if (tab.closed || this.#disposed) openSessions.close(sessionId);
    else {
      this.#restored.add(sessionId);
      this.#attach(panel, open);
    }
  }

  #createTab(open: OpenSession, { viewColumn, preserveFocus }: Place): vscode.WebviewPanel {
    return vscode.window.createWebviewPanel(CHAT_VIEW_TYPE, open.session.title, { viewColumn, preserveFocus });
  }

  #attach(panel: vscode.WebviewPanel, open: OpenSession): void {
    const { openSessions, extensionUri } = this.#dependencies;
    panel.webview.options = webviewOptions(extensionUri);
    panel.iconPath = new vscode.ThemeIcon('comment-discussion');
    const chat = new ChatPanel({ panel, open, dependencies: this.#dependencies });
    this.#panels.set(open.id, chat);
    this.#remember(panel, open.id);
    panel.onDidDispose(() => {
      this.#panels.delete(open.id);
      this.#restored.delete(open.id);
      chat.dispose();
      // this host ends with its tabs open: the next one finds them in the store
      if (this.#disposed) return;
      this.#record((openPanels) => openPanels.closed(open.id));
      openSessions.close(open.id);
    });
    panel.webview.html = webviewHtml(panel.webview, extensionUri, 'chat');
  }

  /** Keeps where the tab stands, for the next host. */
  #remember(panel: vscode.WebviewPanel, sessionId: string): void {
    let recorded: number | undefined;
    const record = (): void => {
      // a tab that is being opened has no column yet
      const column: number = panel.viewColumn ?? 0;
      const viewColumn = column >= 1 ? column : (recorded ?? 1);
      if (viewColumn === recorded) return;
      recorded = viewColumn;
      this.#record((openPanels) => openPanels.opened({ sessionId, viewColumn }));
    };
    record();
    panel.onDidChangeViewState(record);
  }

  /** A tab that is not in the store is missed by the next host alone: nothing here fails for it. */
  #record(action: (openPanels: OpenPanels) => void): void {
    try {
      action(this.#dependencies.openPanels);
    } catch (error) {
      this.#dependencies.log.warn(`It could not be noted which chats are open: ${messageOf(error)}`);
    }
  }
}
