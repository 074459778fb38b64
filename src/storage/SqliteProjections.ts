import * as z from 'zod';
import type { ContextRow, MessageRow, Projected, ProjectedSession, Projections, SessionRow } from '../core/ports/Projections.ts';
import { jsonText, number, text } from './columns.ts';
import type { Database, Row } from './Database.ts';
import { NO_SESSION } from './eventRows.ts';
import { lazySchema } from '../protocol/lazySchema.ts';
import { ERASING } from './schema.ts';

const messageRole = lazySchema(() => z.enum(['user', 'assistant', 'tool']));
const agentSwitches = lazySchema(() => z.array(z.object({ from: z.string(), to: z.string(), reason: z.string(), at: z.string() })));

/** A late row of a session that is being erased, or is gone, would bring back what was to be forgotten. */
const IS_KEPT = `EXISTS (SELECT 1 FROM heads WHERE session_id = ?1 AND deleted <> ${ERASING})`;

export class SqliteProjections implements Projections {
  readonly #database: Database;

  constructor(dependencies: { database: Database }) {
    this.#database = dependencies.database;
  }

  session(sessionId: string): Projected<SessionRow> | undefined {
    const [row] = this.#query('projections.session', () => this.#database.all('SELECT * FROM sessions WHERE session_id = ?', sessionId));
    return row === undefined ? undefined : { seq: number(row, 'seq'), row: toSession(row) };
  }

  context(sessionId: string): Projected<ContextRow> | undefined {
    const [row] = this.#query('projections.context', () => this.#database.all('SELECT * FROM contexts WHERE session_id = ?', sessionId));
    if (row === undefined) return undefined;
    const switches = agentSwitches().parse(JSON.parse(text(row, 'switches')));
    return { seq: number(row, 'seq'), row: { sessionId, currentAgent: text(row, 'current_agent'), switches } };
  }

  writeSessions(changes: readonly ProjectedSession[]): void {
    this.#write('projections.writeSessions', changes, (change) => this.#writeSession(change));
  }

  writeContexts(changes: readonly Projected<ContextRow>[]): void {
    this.#write('projections.writeContexts', changes, (change) => this.#writeContext(change));
  }

  messages(sessionId: string): MessageRow[] {
    const read = (): MessageRow[] =>
      this.#database
        .all('SELECT message_id, seq, role, timestamp, excerpt FROM messages WHERE session_id = ? ORDER BY seq', sessionId)
        .map(toMessage);
    return this.#database.query('projections.messages', read, (messages) => messages.length);
  }

  lagging(table: 'sessions' | 'contexts'): string[] {
    const sql = `SELECT h.session_id FROM heads h LEFT JOIN ${table} t USING (session_id)
      WHERE h.session_id <> '${NO_SESSION}' AND h.deleted = 0 AND (t.seq IS NULL OR t.seq < h.seq) ORDER BY h.position DESC`;
    return this.#query('projections.lagging', () => this.#database.all(sql)).map((row) => text(row, 'session_id'));
  }

  list(): SessionRow[] {
    const sql = `SELECT s.session_id, s.title, s.created_at, s.updated_at, s.message_count FROM sessions s JOIN heads h USING (session_id)
      WHERE h.deleted = 0 ORDER BY s.updated_at DESC, h.position DESC`;
    return this.#database.query('projections.list', () => this.#database.all(sql).map(toSession), (sessions) => sessions.length);
  }

  #query<T>(operation: string, body: () => T[]): T[] {
    return this.#database.query(operation, body, (rows) => rows.length);
  }

  #write<Change>(operation: string, changes: readonly Change[], write: (change: Change) => number): void {
    const all = (): number => changes.reduce((written, change) => written + write(change), 0);
    this.#database.query(operation, () => this.#database.transaction(all), (written) => written);
  }

  #writeSession({ seq, row, messages }: ProjectedSession): number {
    const { sessionId, title, createdAt, updatedAt, messageCount } = row;
    const written = this.#database.run(
      `INSERT INTO sessions (session_id, seq, title, created_at, updated_at, message_count) SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE ${IS_KEPT}
       ON CONFLICT (session_id) DO UPDATE SET seq = excluded.seq, title = excluded.title, created_at = excluded.created_at,
         updated_at = excluded.updated_at, message_count = excluded.message_count
       WHERE excluded.seq >= seq`,
      sessionId,
      seq,
      JSON.stringify(title),
      createdAt,
      updatedAt,
      messageCount,
    );
    if (written > 0) for (const message of messages) this.#writeMessage(sessionId, message);
    return written;
  }

  #writeMessage(sessionId: string, { messageId, seq, role, timestamp, excerpt }: MessageRow): void {
    this.#database.run(
      'INSERT OR IGNORE INTO messages (session_id, message_id, seq, role, timestamp, excerpt) VALUES (?, ?, ?, ?, ?, ?)',
      sessionId,
      messageId,
      seq,
      role,
      timestamp,
      JSON.stringify(excerpt),
    );
  }

  #writeContext({ seq, row }: Projected<ContextRow>): number {
    return this.#database.run(
      `INSERT INTO contexts (session_id, seq, current_agent, switches) SELECT ?1, ?2, ?3, ?4 WHERE ${IS_KEPT}
       ON CONFLICT (session_id) DO UPDATE SET seq = excluded.seq, current_agent = excluded.current_agent, switches = excluded.switches
       WHERE excluded.seq >= seq`,
      row.sessionId,
      seq,
      row.currentAgent,
      JSON.stringify(row.switches),
    );
  }
}

function toSession(row: Row): SessionRow {
  return {
    sessionId: text(row, 'session_id'),
    title: jsonText(row, 'title'),
    createdAt: text(row, 'created_at'),
    updatedAt: text(row, 'updated_at'),
    messageCount: number(row, 'message_count'),
  };
}

function toMessage(row: Row): MessageRow {
  return {
    messageId: text(row, 'message_id'),
    seq: number(row, 'seq'),
    role: messageRole().parse(row['role']),
    timestamp: text(row, 'timestamp'),
    excerpt: jsonText(row, 'excerpt'),
  };
}
