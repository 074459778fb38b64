import type { RuntimeEvent } from '../../protocol/events.ts';

/** `seq` is assigned by the journal. */
export type UncommittedEvent = Omit<RuntimeEvent, 'seq'>;

/** The append-only record of durable events: the truth that everything else is folded from. */
export interface Journal {
  /**
   * Commits one event and returns its `seq`: the session's last plus 1.
   * `powerCut`: returns only when the event would survive a power cut.
   * Synchronous, so that nothing is dispatched that is not committed. Throws when it could not be written.
   */
  append(event: UncommittedEvent, options: { powerCut: boolean }): number;
  /** The events of a session in order; none for a session that it does not know. Throws where a row cannot be read. */
  read(sessionId: string): RuntimeEvent[];
  /** The session that an event was last written for. */
  latestSessionId(): string | undefined;
  /** Moves written events into the main file; call when nothing streams. */
  checkpoint(): void;
}
