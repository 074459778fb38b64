import * as vscode from 'vscode';
import type { SessionList } from '../../core/persistence/createPersistence.ts';
import type { SessionRow } from '../../core/ports/Projections.ts';
import { messageOf } from '../../core/tools/Tool.ts';
import { age } from '../sessions/age.ts';
import { foreignText } from '../foreignText.ts';

interface SessionItem extends vscode.QuickPickItem {
  /** None for the item that tells of sessions which cannot be read. */
  session: SessionRow | undefined;
}

export interface ShowSessionsDependencies {
  /** The latest first. */
  list: () => Promise<SessionList>;
  /** The session of the chat that the person is in. */
  activeId: string | undefined;
  open: (sessionId: string) => Promise<void>;
  delete: (sessionId: string, title: string) => Promise<void>;
}

const bin: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('trash'), tooltip: 'Delete' };

/** Shows every session: one is opened when it is picked, or deleted by its bin. Rejects where they cannot be read. */
export async function showSessions({ list, activeId, open, delete: remove }: ShowSessionsDependencies): Promise<void> {
  const pick = vscode.window.createQuickPick<SessionItem>();
  pick.title = 'Sessions';
  pick.placeholder = 'Open a session';
  pick.matchOnDescription = true;
  pick.busy = true;
  pick.onDidHide(() => pick.dispose());
  const andSay = async (what: string, step: Promise<void>): Promise<void> => {
    try {
      await step;
    } catch (error) {
      void vscode.window.showErrorMessage(`${what}: ${foreignText(messageOf(error))}`);
    }
  };
  pick.onDidAccept(() => {
    const [item] = pick.selectedItems;
    pick.hide();
    if (item?.session !== undefined) void andSay(`“${item.label}” could not be opened`, open(item.session.sessionId));
    else if (item !== undefined) void vscode.commands.executeCommand('agentRuntime.showLog');
  });
  pick.onDidTriggerItemButton(({ item: { session, label } }) => {
    pick.hide();
    if (session !== undefined) void andSay(`“${label}” could not be deleted`, remove(session.sessionId, session.title));
  });
  pick.show();
  try {
    const now = new Date();
    const { sessions, unreadable } = await list();
    const items: SessionItem[] = sessions.map((session) => sessionItem(session, session.sessionId === activeId, now));
    if (unreadable.size > 0) items.push(unreadableItem(unreadable));
    if (items.length === 0) pick.placeholder = 'There is no session yet';
    pick.items = items;
    pick.busy = false;
  } catch (error) {
    pick.hide();
    throw new Error(`The sessions could not be read: ${messageOf(error)}. Nothing was changed. Try it again; the log has the details`, { cause: error });
  }
}

function unreadableItem(unreadable: ReadonlyMap<string, string>): SessionItem {
  const label = unreadable.size === 1 ? 'One session cannot be read' : `${unreadable.size} sessions cannot be read`;
  const [reason] = unreadable.values();
  return { session: undefined, label, detail: `${reason ?? ''}. Nothing of it was changed.`, iconPath: new vscode.ThemeIcon('warning'), alwaysShow: true };
}

function sessionItem(session: SessionRow, active: boolean, now: Date): SessionItem {
  const { title, updatedAt, messageCount } = session;
  const messages = messageCount === 1 ? '1 message' : `${messageCount} messages`;
  const facts = [...(active ? ['current'] : []), age(new Date(updatedAt), now), messages];
  return { session, label: foreignText(title), description: facts.join(' · '), iconPath: new vscode.ThemeIcon(active ? 'check' : 'comment-discussion'), buttons: [bin] };
}
