import { messageOf } from '../../core/tools/Tool.ts';
import type { UndoManager, UndoResult } from '../../core/undo/UndoManager.ts';
import { plainPath } from '../../text/hiddenText.ts';
import { foreignText } from '../foreignText.ts';
import type { Messages } from '../Messages.ts';

/** Files that a message names. */
const NAMED = 5;

export interface UndoTurnDependencies {
  undo: Pick<UndoManager, 'latest' | 'undo'>;
  messages: Messages;
}

/**
 * Puts the files back that the last turn of a session changed, says which, and which not, and offers to do it again. Rejects
 * in words for the person where nothing was put back at all.
 */
export async function undoTurn(active: { sessionId: string } | undefined, { undo, messages }: UndoTurnDependencies): Promise<void> {
  if (active === undefined) {
    void messages.showInformationMessage('No chat is in front. Open the chat whose last turn you want to undo.');
    return;
  }
  const { sessionId } = active;
  const latest = await undo.latest(sessionId);
  if (latest === undefined) {
    void messages.showInformationMessage('No turn of this chat has changed a file, so there is nothing to undo.');
    return;
  }
  const next = new Repeat({ undo, messages }, sessionId);
  if (latest.undoneBy === undefined || latest.refused) next.tell(await undo.undo(sessionId, latest.turn), 'Redo');
  else next.offer(messages.showInformationMessage('The changes of the last turn are undone already.', 'Redo'), latest.undoneBy, 'Redo');
}

type Step = 'Undo' | 'Redo';

/** Undoes what was undone, as often as the person presses the button. */
class Repeat {
  readonly #dependencies: UndoTurnDependencies;
  readonly #sessionId: string;

  constructor(dependencies: UndoTurnDependencies, sessionId: string) {
    this.#dependencies = dependencies;
    this.#sessionId = sessionId;
  }

  /** `next`: what undoes it. */
  tell({ undoId, restored, refused }: UndoResult, next: Step): void {
    const { messages } = this.#dependencies;
    const done = restored.length === 0 ? 'No file was changed.' : `${next === 'Redo' ? 'Put back' : 'Changed again'}: ${named(restored.map(plainPath))}.`;
    const buttons = restored.length === 0 ? [] : [next];
    const left = named(refused.map(({ path, reason }) => `${plainPath(path)} (${plainPath(reason).replace(/\.$/, '')})`));
    // not waited for: the message may stand as long as the person likes
    if (refused.length === 0) this.offer(messages.showInformationMessage(foreignText(done), ...buttons), undoId, next);
    else this.offer(messages.showWarningMessage(foreignText(`${done} Left alone: ${left}.`), ...buttons), undoId, next);
  }

  offer(choice: Thenable<string | undefined>, changesId: string, step: Step): void {
    void this.#on(choice, changesId, step);
  }

  async #on(choice: Thenable<string | undefined>, changesId: string, step: Step): Promise<void> {
    if ((await choice) !== step) return;
    const { undo, messages } = this.#dependencies;
    try {
      this.tell(await undo.undo(this.#sessionId, changesId), step === 'Redo' ? 'Undo' : 'Redo');
    } catch (error) {
      void messages.showErrorMessage(foreignText(`No file was changed: ${messageOf(error)}.`));
    }
  }
}

function named(files: readonly string[]): string {
  const more = files.length - NAMED;
  return more > 0 ? `${files.slice(0, NAMED).join(', ')} and ${more} more` : files.join(', ');
}
