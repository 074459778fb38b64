import * as vscode from 'vscode';
import type { DeletionWithUndo } from '../sessions/DeletionWithUndo.ts';

/** Deletes the session of the chat that the person is in. */
export async function deleteSession(active: { sessionId: string; title: string } | undefined, deletion: DeletionWithUndo): Promise<void> {
  if (active === undefined) {
    void vscode.window.showInformationMessage('No chat is in front. Open the session that you want to delete, or use the bin in “Agent Runtime: Show Sessions”.');
    return;
  }
  await deletion.delete(active.sessionId, active.title);
}
