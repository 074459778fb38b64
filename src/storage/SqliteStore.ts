import { mkdirSync } from 'node:fs';
import * as path from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import * as z from 'zod';
import { Category, parseEvent, type RuntimeEvent } from '../protocol/events.ts';
import type { DraftStore } from '../core/ports/DraftStore.ts';
import type { Journal, UncommittedEvent } from '../core/ports/Journal.ts';
import { SCHEMA, SCHEMA_VERSION } from './schema.ts';

const NO_SESSION = '';
/** The host belongs to every extension: a busy database is not waited for longer, in milliseconds. */
const BUSY_TIMEOUT = 50;

const EventRow = z.object({
  session_id: z.string(),
  seq: z.number(),
  event_id: z.string(),
  type: z.string(),
  timestamp: z.string(),
  correlation_id: z.string(),
  causation_id: z.string().nullable(),
  source: z.string(),
  version: z.number(),
  data: z.string(),
});
const SeqRow = z.object({ seq: z.number() });
const SessionRow = z.object({ session_id: z.string() });
const DraftRow = z.object({ text: z.string() });
const VersionRow = z.object({ user_version: z.number() });

/**
 * The journal and the drafts of a workspace, in one SQLite file.
 * Write-ahead log, `synchronous=NORMAL` (survives a killed process) and `FULL` where an event must
 * survive a power cut; see https://www.sqlite.org/pragma.html#pragma_synchronous.
 */
export class SqliteStore implements Journal, DraftStore {
  readonly #database: DatabaseSync;
  readonly #append: StatementSync;
  readonly #read: StatementSync;
  readonly #latest: StatementSync;

  /** Opens or creates `file`. Throws where it is no database, or was written by a newer version. */
  constructor(file: string) {
    mkdirSync(path.dirname(file), { recursive: true });
    this.#database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT });
    try {
      this.#database.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA wal_autocheckpoint=0;');
      this.#migrate(file);
      this.#append = this.#database.prepare(`
        INSERT INTO events (session_id, seq, event_id, type, timestamp, correlation_id, causation_id, source, version, data)
        VALUES (:session, (SELECT coalesce(max(seq), 0) + 1 FROM events WHERE session_id = :session),
                :event, :type, :timestamp, :correlation, :causation, :source, :version, :data)
        RETURNING seq`);
      this.#read = this.#database.prepare('SELECT * FROM events WHERE session_id = ? ORDER BY seq');
      this.#latest = this.#database.prepare(`SELECT session_id FROM events WHERE session_id <> '' ORDER BY position DESC LIMIT 1`);
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  append(event: UncommittedEvent, { powerCut }: { powerCut: boolean }): number {
    if (powerCut) this.#database.exec('PRAGMA synchronous=FULL');
    try {
      const row = this.#append.get({
        session: event.sessionId ?? NO_SESSION,
        event: event.eventId,
        type: event.type,
        timestamp: event.timestamp,
        correlation: event.correlationId,
        causation: event.causationId ?? null,
        source: event.source,
        version: event.version,
        data: JSON.stringify(event.data),
      });
      return SeqRow.parse(row).seq;
    } finally {
      if (powerCut) this.#database.exec('PRAGMA synchronous=NORMAL');
    }
  }

  read(sessionId: string): RuntimeEvent[] {
    return this.#read.all(sessionId).map(toEvent);
  }

  latestSessionId(): string | undefined {
    const row = this.#latest.get();
    return row === undefined ? undefined : SessionRow.parse(row).session_id;
  }

  checkpoint(): void {
    this.#database.exec('PRAGMA wal_checkpoint(PASSIVE)');
  }

  draft(sessionId: string): string {
    const row = this.#database.prepare('SELECT text FROM drafts WHERE session_id = ?').get(sessionId);
    return row === undefined ? '' : DraftRow.parse(row).text;
  }

  saveDraft(sessionId: string, text: string): void {
    if (text === '') this.#database.prepare('DELETE FROM drafts WHERE session_id = ?').run(sessionId);
    else this.#database.prepare('INSERT OR REPLACE INTO drafts (session_id, text) VALUES (?, ?)').run(sessionId, text);
  }

  close(): void {
    this.#database.close();
  }

  #migrate(file: string): void {
    const { user_version: version } = VersionRow.parse(this.#database.prepare('PRAGMA user_version').get());
    if (version > SCHEMA_VERSION) {
      throw new Error(`${file} was written by a newer version of Agent Runtime (schema ${version}, this one knows ${SCHEMA_VERSION}). Update the extension.`);
    }
    if (version === SCHEMA_VERSION) return;
    this.#database.exec(`BEGIN IMMEDIATE; ${SCHEMA}; PRAGMA user_version=${SCHEMA_VERSION}; COMMIT;`);
  }
}

function toEvent(row: unknown): RuntimeEvent {
  const { session_id, seq, event_id, causation_id, correlation_id, type, timestamp, source, version, data } = EventRow.parse(row);
  return parseEvent({
    eventId: event_id,
    seq,
    type,
    category: Category.parse(type.slice(0, type.indexOf('.'))),
    timestamp,
    ...(session_id === NO_SESSION ? {} : { sessionId: session_id }),
    correlationId: correlation_id,
    ...(causation_id === null ? {} : { causationId: causation_id }),
    source,
    version,
    data: JSON.parse(data) as unknown,
  });
}
