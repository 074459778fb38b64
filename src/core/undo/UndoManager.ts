import { randomUUID } from 'node:crypto';
import * as path from 'node:path';
import { RuntimeError } from '../../protocol/RuntimeError.ts';
import type { EventData } from '../../protocol/events.ts';
import type { EventBus } from '../bus/EventBus.ts';
import { TurnScope } from '../bus/TurnScope.ts';
import type { MultiAgentOrchestrator } from '../orchestration/MultiAgentOrchestrator.ts';
import type { Clock } from '../ports/Clock.ts';
import type { Log } from '../ports/Log.ts';
import type { Workspace } from '../ports/Workspace.ts';
import { retryWhileBusy } from '../retryWhileBusy.ts';
import type { Ownership } from '../sessions/Ownership.ts';
import type { SessionManager } from '../sessions/SessionManager.ts';
import { contentHash } from '../tools/approvalRequest.ts';
import { resolveWorkspacePath } from '../tools/ide/workspacePath.ts';
import { messageOf } from '../tools/Tool.ts';
import { changeTypes, readChangeSet, type ChangedFile } from './changeSet.ts';
import { latestChanges, type LatestChanges } from './latestChanges.ts';

const SOURCE = 'UndoManager';
const CHANGED = 'It changed since.';

export interface UndoResult {
  /** Undoes this undo. */
  undoId: string;
  /** Files that are as they were before, relative to the workspace. */
  restored: string[];
  /** Files that were left alone, each with why, in one or two sentences for the person. */
  refused: { path: string; reason: string }[];
}

interface Dependencies {
  bus: EventBus;
  sessions: SessionManager;
  ownership: Ownership;
  orchestrator: Pick<MultiAgentOrchestrator, 'isRunning'>;
  workspace: Workspace;
  clock: Clock;
  log: Log;
}

/** A file that is to be put back. */
interface Step {
  file: ChangedFile;
  /** What is there now, and stays what an undo of this undo brings; `null`: no file. */
  there: string | null;
}

/**
 * Puts files back as they were before a turn, or before an undo. Only what the turn or the undo left is replaced: what
 * anybody changed since is refused and named. Folders that a write made are left.
 */
export class UndoManager {
  readonly #dependencies: Dependencies;
  /** Sessions in which one runs. */
  readonly #running = new Set<string>();

  constructor(dependencies: Dependencies) {
    this.#dependencies = dependencies;
  }

  /** The changes that the person means by "the last turn's". Throws in words for the person. */
  latest(sessionId: string): Promise<LatestChanges | undefined> {
    return latestChanges(this.#dependencies.sessions.pages(sessionId, changeTypes));
  }

  /**
   * Puts the files back that a turn changed (`changesId`: its correlation id), or that an undo changed (its id). Of a session in memory.
   * Rejects in words for the person, and has changed nothing, where a turn or another undo of the session runs, the session is not
   * this host's, or deleted, the workspace is not trusted, or nothing was changed.
   */
  async undo(sessionId: string, changesId: string): Promise<UndoResult> {
    const { ownership } = this.#dependencies;
    this.#mustBeAllowed(sessionId);
    if (this.#running.has(sessionId)) throw refusal('Files of this session are being put back already. Wait a moment');
    this.#running.add(sessionId);
    // it may be closed meanwhile: it stays this host's until the end is in the journal
    ownership.take(sessionId, 'undo');
    try {
      return await this.#undo(sessionId, changesId);
    } finally {
      ownership.release(sessionId, 'undo');
      this.#running.delete(sessionId);
    }
  }

  async #undo(sessionId: string, changesId: string): Promise<UndoResult> {
    const { bus, sessions, clock, log } = this.#dependencies;
    const files = await readChangeSet(changesId, sessions.pages(sessionId, changeTypes));
    if (files.length === 0) throw refusal('No file was changed there, so there is nothing to put back');
    const result: UndoResult = { undoId: randomUUID(), restored: [], refused: [] };
    const { undoId, restored, refused } = result;
    const steps: Step[] = [];
    for (const file of files) {
      try {
        const { text: there } = await this.#look(file);
        if (there !== file.before && !file.after.has(contentHash(there))) throw new Error(CHANGED);
        steps.push({ file, there });
      } catch (error) {
        refused.push({ path: file.path, reason: messageOf(error) });
      }
    }
    this.#mustBeAllowed(sessionId);
    const scope = new TurnScope({ bus, sessionId, correlationId: undoId });
    const started = await retryWhileBusy(clock, () => scope.publish(SOURCE, 'session.undo.started', { undoId, of: changesId, files: steps.flatMap(recordOf) }));
    for (const step of steps) {
      try {
        if (step.there !== step.file.before) await this.#putBack(step);
        restored.push(step.file.path);
      } catch (error) {
        refused.push({ path: step.file.path, reason: messageOf(error) });
      }
    }
    try {
      await retryWhileBusy(clock, () => scope.causedBy(started).publish(SOURCE, 'session.undo.completed', { undoId, of: changesId, restored, refused }));
    } catch (error) {
      // what was done is done; an undo of it finds out what that was
      log.error('It could not be saved that files were put back', error);
    }
    return result;
  }

  /** Where a file is, and what is in it now; `null`: there is none. Throws, in words, where it is not to be touched. */
  async #look(file: ChangedFile): Promise<{ absolute: string; text: string | null }> {
    const { workspace } = this.#dependencies;
    const { absolute, real } = await resolveWorkspacePath(workspace, file.path);
    // so nothing is written but where it was approved before
    if (real !== file.real) throw new Error('A link leads to another file by now.');
    const kind = await workspace.kind(absolute);
    if (kind === 'folder') throw new Error('It is a folder now.');
    if (await workspace.hasUnsavedChanges(absolute)) throw new Error('An editor has changes of it that are not saved. Save or revert them, and try again.');
    return { absolute, text: kind === 'missing' ? null : await workspace.readForWrite(absolute) };
  }

  /** Looks once more: time has passed since the undo began. */
  async #putBack({ file, there }: Step): Promise<void> {
    const { workspace } = this.#dependencies;
    const absolute = await this.#lookAgain(file, there);
    if (file.before === null) {
      await workspace.deleteFile(absolute);
      return;
    }
    if (there === null) {
      await workspace.createFolder(path.dirname(absolute));
      // that took its time: a link may lead elsewhere by now
      await this.#lookAgain(file, there);
    }
    await workspace.writeText(absolute, file.before);
  }

  /** Its absolute path. Throws where it is not as it was. */
  async #lookAgain(file: ChangedFile, there: string | null): Promise<string> {
    const { absolute, text } = await this.#look(file);
    if (text !== there) throw new Error(CHANGED);
    return absolute;
  }

  #mustBeAllowed(sessionId: string): void {
    const { sessions, ownership, orchestrator, workspace } = this.#dependencies;
    if (!ownership.owns(sessionId) && !ownership.owns(sessionId, 'undo')) {
      throw new RuntimeError({ code: 'session_not_owned', message: 'This session is in use in another window. Put its changes back there' });
    }
    if (sessions.find(sessionId)?.deleted === true) throw new RuntimeError({ code: 'session_deleted', message: 'This session is deleted, so its changes stay as they are' });
    if (orchestrator.isRunning(sessionId)) throw refusal('A turn of this session runs. Stop it, or wait for its end, then put its changes back');
    if (!workspace.trusted()) throw refusal('The workspace is in Restricted Mode, so no file is changed. Trust it first');
  }
}

/** How a step is journaled: a file that is as before already counts with what an earlier undo took out of it, so that it comes back with the others. */
function recordOf({ file: { path, real, before, takenOut }, there }: Step): EventData<'session.undo.started'>['files'] {
  const taken = there === before ? takenOut : there;
  if (taken === undefined) return [];
  return [{ path, ...(real === path ? {} : { real }), before: taken, after: contentHash(before) }];
}

function refusal(message: string): RuntimeError {
  return new RuntimeError({ code: 'internal', message });
}
