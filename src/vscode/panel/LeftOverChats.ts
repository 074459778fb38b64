import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/bus/Disposable.ts';
import type { Clock } from '../../core/ports/Clock.ts';
import type { LeftOverPanel, OpenPanels } from '../../core/ports/OpenPanels.ts';
import type { Log } from '../../core/ports/Log.ts';
import type { OpenSession, OpenSessions } from '../../core/sessions/OpenSessions.ts';
import { retryWhileBusy } from '../../core/retryWhileBusy.ts';
import { messageOf } from '../../core/tools/Tool.ts';
import { foreignText } from '../foreignText.ts';
import { CHAT_VIEW_TYPE, type ChatPanels } from './ChatPanels.ts';
import { goodbyeLeftDeadTabs, matchTabs, unknownTabs } from './leftOverTabs.ts';
import { closeTabs, filesInFront, webviewTabs, type WebviewTab } from './webviewTabs.ts';

/** Milliseconds after which VS Code has brought back, or begun to bring back, every tab that is seen. */
const BROUGHT_BACK = 3_000;

export interface LeftOverChatsDependencies {
  openPanels: OpenPanels;
  openSessions: Pick<OpenSessions, 'open' | 'close'>;
  chats: ChatPanels;
  /** The sessions' titles, by id. */
  titles: () => Promise<ReadonlyMap<string, string>>;
  /** Whether the store is this window's own: its workspace's. Without a folder, windows share one. */
  ownStore: boolean;
  clock: Clock;
  log: Log;
}

interface TitledPanel extends LeftOverPanel {
  title: string;
}

interface Read extends TitledPanel {
  /** Absent where a tab of this host shows it already. */
  open?: OpenSession;
}

/**
 * Brings back the chats of a host that ended in this window: VS Code leaves their tabs as they are, and tells the next
 * host nothing of them. After a reload of the window it brings them back itself, unless the host was killed: then it may
 * have forgotten the tabs. In a store that windows share, sessions that no tab of this window showed are left
 * alone: another window may have had them.
 */
export class LeftOverChats implements Disposable {
  readonly #dependencies: LeftOverChatsDependencies;
  readonly #disposables = new DisposableStore();
  #disposed = false;

  constructor(dependencies: LeftOverChatsDependencies) {
    this.#dependencies = dependencies;
  }

  /** Replaces the tabs of killed hosts; those of hosts that said goodbye a while later, where they are dead. */
  async reopen(): Promise<void> {
    const { openPanels, clock, log } = this.#dependencies;
    const leftOver = await retryWhileBusy(clock, () => openPanels.leftOver());
    if (leftOver.length === 0) return;
    const killed = leftOver.filter((panel) => panel.killed);
    const failed = await this.#replace(killed, () => true);
    const timer = this.#disposables.add(
      clock.every(BROUGHT_BACK, () => {
        timer.dispose();
        this.#rest(leftOver, failed).catch((error: unknown) => log.error('Chats of a host that ended could not be opened again', error));
      }),
    );
  }

  dispose(): void {
    this.#disposed = true;
    this.#disposables.dispose();
  }

  async #rest(leftOver: readonly LeftOverPanel[], failed: Set<string>): Promise<void> {
    const { chats, openPanels, ownStore } = this.#dependencies;
    const others = leftOver.filter(({ killed }) => !killed);
    for (const id of await this.#replace(others, goodbyeLeftDeadTabs)) failed.add(id);
    if (this.#disposed) return;
    // one that could not be read is tried again by the next host
    for (const { sessionId } of leftOver) {
      // what no tab here shows may be another window's, which has not come to it yet
      if (!failed.has(sessionId) && (ownStore || chats.has(sessionId))) openPanels.forget(sessionId);
    }
  }

  /** Replaces those tabs that showed one of the sessions, if they are dead. Returns the sessions that could not be read. */
  async #replace(leftOver: readonly LeftOverPanel[], areDead: (unknown: readonly WebviewTab[]) => boolean): Promise<Set<string>> {
    const { chats, titles, log } = this.#dependencies;
    const failed = new Set<string>();
    if (leftOver.length === 0 || !areDead(this.#unknown())) return failed;
    const titleOf = await titles();
    const titled = leftOver.flatMap((panel) => {
      const title = titleOf.get(panel.sessionId);
      return title === undefined ? [] : [{ ...panel, title }];
    });
    // a tab on its way, asked for by the person or by VS Code, is there then
    await chats.settled();
    const unknown = this.#unknown();
    if (this.#disposed || !areDead(unknown)) return failed;
    const candidates = titled.filter(({ sessionId }) => !chats.broughtBack(sessionId));
    const showed = new Set(matchTabs(unknown, candidates).map(({ chat }) => chat));
    const wanted = candidates.filter((panel) => showed.has(panel) || (this.#isForgotten(panel) && !chats.has(panel.sessionId)));
    if (wanted.length === 0) return failed;
    log.info(`${wanted.length} chats stood open in a host that ended; they are opened again`);
    const ids = wanted.map(({ sessionId }) => sessionId);
    await chats.whileOpening(ids, async () => this.#show(await this.#readAll(wanted, failed)));
    return failed;
  }

  /** Whether a chat without a tab was this window's. */
  #isForgotten({ killed }: LeftOverPanel): boolean {
    return killed && this.#dependencies.ownStore;
  }

  #unknown(): WebviewTab[] {
    return unknownTabs(webviewTabs(CHAT_VIEW_TYPE), this.#dependencies.chats.tabs);
  }

  async #show(read: readonly Read[]): Promise<void> {
    const { chats, openSessions } = this.#dependencies;
    // from here on nothing is waited for, so that the tabs are those that VS Code has now
    const unknown = this.#unknown();
    // a host may be killed before a tab has its session's new title
    const areAll = read.every((panel) => this.#isForgotten(panel)) && unknown.length <= read.length;
    const dead = areAll ? unknown : matchTabs(unknown, read).map(({ tab }) => tab);
    const files = filesInFront();
    // before the old ones are closed: a column without tabs would be gone. A tab that VS Code brought back meanwhile is
    // closed already, since this one was on its way
    for (const { open, sessionId, viewColumn } of read) {
      if (open === undefined) continue;
      if (this.#disposed) openSessions.close(sessionId);
      else chats.openBehind(open, viewColumn);
    }
    await closeTabs(dead);
    // a new tab covers its column: what the person had before them is in front again
    const covered: ReadonlySet<number> = new Set(read.map(({ viewColumn }) => viewColumn));
    for (const [viewColumn, file] of files) {
      if (covered.has(viewColumn)) await vscode.window.showTextDocument(file, { viewColumn, preserveFocus: true });
    }
  }

  async #readAll(wanted: readonly TitledPanel[], failed: Set<string>): Promise<Read[]> {
    const read = await Promise.all(wanted.map((panel) => this.#read(panel, failed)));
    return read.filter((panel) => panel !== undefined);
  }

  async #read(panel: TitledPanel, failed: Set<string>): Promise<Read | undefined> {
    const { chats, openSessions, log } = this.#dependencies;
    if (chats.has(panel.sessionId)) return panel;
    try {
      const open = await openSessions.open(panel.sessionId);
      return open === undefined ? undefined : { ...panel, open };
    } catch (error) {
      failed.add(panel.sessionId);
      log.error(`The session ${panel.sessionId} could not be opened again`, error);
      void vscode.window.showErrorMessage(`“${foreignText(panel.title)}” could not be opened again: ${foreignText(messageOf(error))}`);
      return undefined;
    }
  }
}
