import type { AgentSwitch } from '../context/AgentContextManager.ts';

/** A session in the list of sessions. */
export interface SessionRow {
  sessionId: string;
  title: string;
  /** ISO 8601, UTC. */
  createdAt: string;
  /** ISO 8601, UTC: of its last title or message. */
  updatedAt: string;
  messageCount: number;
}

/** One message of a session, without its whole content: that is in the event with the same `seq`. */
export interface MessageRow {
  messageId: string;
  seq: number;
  role: 'user' | 'assistant' | 'tool';
  /** ISO 8601, UTC. */
  timestamp: string;
  /** How the content begins. */
  excerpt: string;
}

/** The agent context of a session. */
export interface ContextRow {
  sessionId: string;
  currentAgent: string;
  switches: readonly AgentSwitch[];
}

/** A row as of the event `seq` of its session. */
export interface Projected<Row> {
  seq: number;
  row: Row;
}

/** A session's row with the messages that it has more than the row before it. */
export interface ProjectedSession extends Projected<SessionRow> {
  messages: readonly MessageRow[];
}

/**
 * The tables `sessions`, `messages` and `contexts`: folds of the journal that can be written late, or anew.
 * A write is of all rows or none; a row older than the one that is there is left out, since another host was faster.
 * Every call throws where the database does not answer.
 */
export interface Projections {
  session(sessionId: string): Projected<SessionRow> | undefined;
  context(sessionId: string): Projected<ContextRow> | undefined;
  messages(sessionId: string): MessageRow[];
  writeSessions(changes: readonly ProjectedSession[]): void;
  writeContexts(changes: readonly Projected<ContextRow>[]): void;
  /** Sessions with events that the table does not know yet. */
  lagging(table: 'sessions' | 'contexts'): string[];
  /** The sessions that are not deleted, the latest first, as far as the table knows them. */
  list(): SessionRow[];
}
