import type { Disposable } from '../../core/bus/Disposable.ts';
import type { Clock } from '../../core/ports/Clock.ts';
import type { Log } from '../../core/ports/Log.ts';
import { retryWhileBusy } from '../../core/retryWhileBusy.ts';
import { messageOf } from '../../core/tools/Tool.ts';
import { errorInfoOf } from '../../protocol/errors.ts';
import { foreignText } from '../foreignText.ts';
import type { Messages } from '../Messages.ts';

/** Milliseconds in which a deletion can be taken back. */
const UNDO_TIME = 10_000;
const UNDO = 'Undo';

export interface DeletableSessions {
  /** Rejects, in words, where another window has the session. Stops a turn of it first. */
  delete(sessionId: string): Promise<void>;
  /** Takes the deletion back. Throws where the session is erased already. */
  restore(sessionId: string): void;
  /** Erases what was deleted, for good. */
  erase(sessionId: string): Promise<void>;
}

export interface DeletionWithUndoDependencies {
  sessions: DeletableSessions;
  chats: { close(sessionId: string): void; show(sessionId: string): Promise<void> };
  messages: Messages;
  clock: Clock;
  log: Log;
}

/**
 * Deletes sessions, with time for a second thought. What this host does not come to erase, since VS Code closes,
 * is erased at the next start.
 */
export class DeletionWithUndo implements Disposable {
  readonly #dependencies: DeletionWithUndoDependencies;
  /** Deletions that can be taken back. */
  readonly #timers = new Map<string, Disposable>();

  constructor(dependencies: DeletionWithUndoDependencies) {
    this.#dependencies = dependencies;
  }

  /** Deletes a session and offers to take it back. Rejects where it could not be deleted. */
  async delete(sessionId: string, title: string): Promise<void> {
    const { sessions, chats, messages, clock } = this.#dependencies;
    await retryWhileBusy(clock, () => sessions.delete(sessionId));
    chats.close(sessionId);
    this.#eraseLater(sessionId);
    const message = `“${foreignText(title)}” was deleted. You can undo this for ${UNDO_TIME / 1000} seconds.`;
    // not waited for: the message may stand longer than its button counts
    void this.#undoOn(messages.showInformationMessage(message, UNDO), sessionId, title);
  }

  dispose(): void {
    for (const timer of this.#timers.values()) timer.dispose();
    this.#timers.clear();
  }

  #eraseLater(sessionId: string): void {
    this.#timers.get(sessionId)?.dispose();
    this.#timers.set(
      sessionId,
      this.#dependencies.clock.every(UNDO_TIME, () => void this.#erase(sessionId)),
    );
  }

  /** Returns whether there was time. */
  #stopErasing(sessionId: string): boolean {
    this.#timers.get(sessionId)?.dispose();
    return this.#timers.delete(sessionId);
  }

  async #undoOn(choice: Thenable<string | undefined>, sessionId: string, title: string): Promise<void> {
    if ((await choice) === UNDO) await this.#undo(sessionId, title);
  }

  async #undo(sessionId: string, title: string): Promise<void> {
    const { chats, sessions, clock, messages, log } = this.#dependencies;
    const name = `“${foreignText(title)}”`;
    if (!this.#stopErasing(sessionId)) {
      void messages.showWarningMessage(`${name} is erased already: a deletion can be undone for ${UNDO_TIME / 1000} seconds.`);
      return;
    }
    try {
      await retryWhileBusy(clock, () => sessions.restore(sessionId));
    } catch (error) {
      log.error(`The session ${sessionId} could not be brought back`, error);
      const why = `${name} could not be brought back: ${foreignText(messageOf(error))}`;
      if (errorInfoOf(error).code === 'session_deleted') {
        void messages.showErrorMessage(why);
        return;
      }
      // it is only marked as deleted: there is time for another try
      this.#eraseLater(sessionId);
      void this.#undoOn(messages.showErrorMessage(why, UNDO), sessionId, title);
      return;
    }
    try {
      await chats.show(sessionId);
    } catch (error) {
      log.error(`The session ${sessionId} could not be opened`, error);
      void messages.showErrorMessage(`${name} was brought back, but it could not be opened: ${foreignText(messageOf(error))}`);
    }
  }

  async #erase(sessionId: string): Promise<void> {
    const { sessions, clock, log } = this.#dependencies;
    this.#stopErasing(sessionId);
    try {
      await retryWhileBusy(clock, () => sessions.erase(sessionId));
    } catch (error) {
      log.error(`The deleted session ${sessionId} could not be erased; it is tried again at the next start`, error);
    }
  }
}
