import type { EventType, RuntimeEvent } from '../../protocol/events.ts';

/** `seq` is assigned by the journal. */
export type UncommittedEvent = Omit<RuntimeEvent, 'seq'>;

/** Some of a session's events, in order. */
export interface JournalPage {
  events: RuntimeEvent[];
  /** Whether later ones follow. */
  more: boolean;
}

/** What the journal knows of a session without reading its events. */
export interface SessionHead {
  sessionId: string;
  /** Of its last event. */
  seq: number;
  /** The person sent a message, or a turn went on, and nobody saw the turn's end. */
  turnOpen: boolean;
  /** Deleted by the person, and not yet erased. */
  deleted: boolean;
}

/** The append-only record of durable events: the truth that everything else is folded from. */
export interface Journal {
  /**
   * Commits one event and returns its `seq`: the session's last plus 1.
   * `powerCut`: returns only when the event would survive a power cut.
   * Synchronous, so that nothing is dispatched that is not committed. Throws when it could not be written; a
   * {@link RuntimeError} with the code `session_not_owned` where this host does not hold the session's
   * lease, `session_deleted` where the session was deleted and the event does not restore it,
   * `journal_busy` where another program holds the database.
   */
  append(event: UncommittedEvent, options: { powerCut: boolean }): number;
  /**
   * The events of a session with a `seq` above `after`, of the given types or of all: as many as can be read without
   * holding the host, at most `limit`, at least one where there is one. None for a session that it does not know. Throws where a row cannot be read.
   */
  page(sessionId: string, after: number, options?: { types?: readonly EventType[]; limit?: number }): JournalPage;
  head(sessionId: string): SessionHead | undefined;
  /** The sessions whose last turn is open, or that are to be erased. */
  unfinished(): SessionHead[];
  /** The session that an event was last written for, of those that are not deleted. */
  latestSessionId(): string | undefined;
  /**
   * Erases some of a deleted session: its events, what only they held, its projections and its draft. True while more is left.
   * The audit log stays. Throws for a session that is not deleted.
   */
  erase(sessionId: string): boolean;
  /** Moves written events into the main file; call when nothing streams. */
  checkpoint(): void;
}
