import { randomUUID } from 'node:crypto';
import type { EventBus } from '../bus/EventBus.ts';
import { RuntimeError } from '../../protocol/RuntimeError.ts';
import type { MultiAgentOrchestrator } from '../orchestration/MultiAgentOrchestrator.ts';
import type { Journal } from '../ports/Journal.ts';
import { auditedTypes } from '../audit/auditEntry.ts';
import type { AuditLogger } from '../subscribers/AuditLogger.ts';
import { pause } from '../pause.ts';
import type { Clock } from '../ports/Clock.ts';
import type { Ownership } from './Ownership.ts';
import type { SessionManager } from './SessionManager.ts';

/** Deleting is part of what sessions are: the events carry this source. */
const SOURCE = 'SessionManager';
/** Milliseconds between two steps, in which another window gets to write: it waits for at most 50. */
const REST = 5;

interface Dependencies {
  bus: EventBus;
  journal: Journal;
  sessions: SessionManager;
  ownership: Ownership;
  orchestrator: MultiAgentOrchestrator;
  audit: AuditLogger;
  clock: Clock;
}

/** Deletes sessions: first so that it can be taken back, then for good. Until then no other host can touch them. */
export class SessionDeletion {
  readonly #dependencies: Dependencies;
  readonly #erasing = new Set<string>();

  constructor(dependencies: Dependencies) {
    this.#dependencies = dependencies;
  }

  /** Stops the session's turn and hides it. Rejects with words for the person where another window has it. */
  async delete(sessionId: string): Promise<void> {
    const { orchestrator, ownership } = this.#dependencies;
    const deletedHere = ownership.owns(sessionId, 'deletion');
    // before it is taken: a turn that lost the session while a tool acted must not find it its own again
    if (!ownership.owns(sessionId)) await this.#stopTurn(sessionId);
    this.#take(sessionId, 'delete it');
    while (orchestrator.isRunning(sessionId)) await this.#stopTurn(sessionId);
    try {
      this.#publish(sessionId, 'session.deleted');
    } catch (error) {
      if (!deletedHere) ownership.release(sessionId, 'deletion');
      throw error;
    }
  }

  /** Takes a deletion back that is not yet for good. Throws where it is; does nothing where nothing is deleted. */
  restore(sessionId: string): void {
    const { ownership } = this.#dependencies;
    if (this.#isDeleted(sessionId) === false) return;
    this.#take(sessionId, 'take it back');
    this.#publish(sessionId, 'session.restored');
    ownership.release(sessionId, 'deletion');
  }

  /** Erases a deleted session, little by little. The audit log keeps who decided what in it. */
  async erase(sessionId: string): Promise<void> {
    const { ownership } = this.#dependencies;
    if (this.#erasing.has(sessionId) || this.#isDeleted(sessionId) !== true || !ownership.take(sessionId, 'deletion')) return;
    this.#erasing.add(sessionId);
    try {
      await this.#erase(sessionId);
      ownership.release(sessionId, 'deletion');
    } finally {
      this.#erasing.delete(sessionId);
    }
  }

  async #stopTurn(sessionId: string): Promise<void> {
    this.#dependencies.orchestrator.stop(sessionId);
    await this.#dependencies.orchestrator.over(sessionId);
  }

  async #erase(sessionId: string): Promise<void> {
    const { journal, sessions, audit, clock } = this.#dependencies;
    await audit.catchUp(sessions.pages(sessionId, auditedTypes));
    while (journal.erase(sessionId)) await pause(clock, REST);
  }

  /** Throws for a session that is gone, or that another host has. */
  #take(sessionId: string, wish: string): void {
    if (this.#isDeleted(sessionId) === undefined || this.#erasing.has(sessionId)) {
      throw new RuntimeError({ code: 'session_deleted', message: 'This session was deleted for good' });
    }
    if (this.#dependencies.ownership.take(sessionId, 'deletion')) return;
    throw new RuntimeError({ code: 'session_not_owned', message: `This session is open in another window. Close it there first, then ${wish}` });
  }

  /** `undefined` where the journal has nothing of it. */
  #isDeleted(sessionId: string): boolean | undefined {
    return this.#dependencies.journal.head(sessionId)?.deleted;
  }

  #publish(sessionId: string, type: 'session.deleted' | 'session.restored'): void {
    this.#dependencies.bus.publish({ type, source: SOURCE, sessionId, correlationId: randomUUID(), data: {} });
  }
}
