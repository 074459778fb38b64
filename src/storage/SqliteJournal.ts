import type { Journal, JournalPage, SessionHead, UncommittedEvent } from '../core/ports/Journal.ts';
import { RuntimeError } from '../protocol/RuntimeError.ts';
import type { EventType, RuntimeEvent } from '../protocol/events.ts';
import { number, text } from './columns.ts';
import type { Database, Row } from './Database.ts';
import { NO_SESSION, readEvent } from './eventRows.ts';
import type { SessionEraser } from './SessionEraser.ts';
import { encodePayload, type Encoded } from './payloads.ts';
import { DELETED, ERASING } from './schema.ts';
import type { WriteAheadLog } from './WriteAheadLog.ts';

/** A page ends with whichever comes first. */
const PAGE_ROWS = 500;
const PAGE_MS = 4;

interface PageOptions {
  types?: readonly EventType[];
  limit?: number;
}


/** No row, where this host may not append. */
const APPEND = `
  INSERT INTO events (session_id, seq, event_id, type, timestamp, correlation_id, causation_id, source, version, data)
  SELECT :session, coalesce((SELECT seq FROM heads WHERE session_id = :session), 0) + 1,
    :event, :type, :timestamp, :correlation, :causation, :source, :version, :data
  WHERE (:session = '${NO_SESSION}' OR EXISTS (SELECT 1 FROM leases WHERE session_id = :session AND host_id = :host))
    AND coalesce((SELECT deleted FROM heads WHERE session_id = :session), (:type = 'session.restored') * ${ERASING}) <= (:type = 'session.restored') * ${DELETED}
  RETURNING seq`;

const HEADS = 'SELECT session_id, seq, turn_open, deleted FROM heads';

export class SqliteJournal implements Journal {
  readonly #database: Database;
  readonly #host: string;
  readonly #eraser: SessionEraser;
  readonly #log: WriteAheadLog;

  constructor(dependencies: { database: Database; host: string; eraser: SessionEraser; log: WriteAheadLog }) {
    this.#database = dependencies.database;
    this.#host = dependencies.host;
    this.#eraser = dependencies.eraser;
    this.#log = dependencies.log;
  }

  append(event: UncommittedEvent, { powerCut }: { powerCut: boolean }): number {
    this.#database.mustBeInPlace();
    const payload = encodePayload(event.data, { type: event.type });
    const append = (): number | undefined => (payload.blobs.size === 0 ? this.#insert(event, payload) : this.#insertWithBlobs(event, payload));
    const seq = powerCut ? this.#database.synced(append) : append();
    if (seq === undefined) throw this.#refusal(event);
    return seq;
  }

  page(sessionId: string, after: number, options: PageOptions = {}): JournalPage {
    return this.#database.query('journal.page', () => this.#page(sessionId, after, options), ({ events }) => events.length);
  }

  head(sessionId: string): SessionHead | undefined {
    return this.#heads('journal.head', `${HEADS} WHERE session_id = ?`, sessionId)[0];
  }

  unfinished(): SessionHead[] {
    return this.#heads('journal.unfinished', `${HEADS} WHERE session_id <> '${NO_SESSION}' AND (turn_open OR deleted) ORDER BY position DESC`);
  }

  latestSessionId(): string | undefined {
    const latest = `${HEADS} WHERE session_id <> '${NO_SESSION}' AND deleted = 0 ORDER BY position DESC LIMIT 1`;
    return this.#heads('journal.latest', latest)[0]?.sessionId;
  }

  erase(sessionId: string): boolean {
    return this.#database.query('journal.erase', () => this.#eraser.erase(sessionId), Number);
  }

  /** Costs a look at a number where nothing was written since the last. */
  checkpoint(): void {
    this.#log.checkpoint();
  }

  #insert(event: UncommittedEvent, { json }: Encoded): number | undefined {
    const [row] = this.#database.write(APPEND, {
      session: event.sessionId ?? NO_SESSION,
      event: event.eventId,
      type: event.type,
      timestamp: event.timestamp,
      correlation: event.correlationId,
      causation: event.causationId ?? null,
      source: event.source,
      version: event.version,
      data: json,
      host: this.#host,
    });
    return row === undefined ? undefined : number(row, 'seq');
  }

  #insertWithBlobs(event: UncommittedEvent, payload: Encoded): number | undefined {
    return this.#database.transaction(() => {
      const seq = this.#insert(event, payload);
      if (seq === undefined) return undefined;
      for (const [hash, text] of payload.blobs) {
        this.#database.run('INSERT OR IGNORE INTO blobs (hash, text) VALUES (?, ?)', hash, text);
        this.#database.run('INSERT OR IGNORE INTO blob_refs (session_id, hash) VALUES (?, ?)', event.sessionId ?? NO_SESSION, hash);
      }
      return seq;
    });
  }

  /** Why an event was not taken. */
  #refusal({ sessionId = NO_SESSION, type }: UncommittedEvent): RuntimeError {
    const [lease] = this.#database.all('SELECT 1 FROM leases WHERE session_id = ? AND host_id = ?', sessionId, this.#host);
    if (lease === undefined) {
      return new RuntimeError({ code: 'session_not_owned', message: 'This session is in use in another window. Go on there, or close it there and try again here.' });
    }
    const message =
      type === 'session.restored'
        ? 'This session was deleted for good, so it cannot come back.'
        : 'This session was deleted, so nothing more is added to it. Restore it first, or go on in another session.';
    return new RuntimeError({ code: 'session_deleted', message });
  }

  #page(sessionId: string, after: number, { types, limit = PAGE_ROWS }: PageOptions): JournalPage {
    const filter = types === undefined ? '' : `AND type IN (${types.map(() => '?').join(', ')})`;
    const rows = this.#database.iterate(`SELECT * FROM events WHERE session_id = ? AND seq > ? ${filter} ORDER BY seq`, sessionId, after, ...(types ?? []));
    const end = performance.now() + PAGE_MS;
    const events: RuntimeEvent[] = [];
    for (const row of rows) {
      if (events.length > 0 && (events.length >= Math.min(limit, PAGE_ROWS) || performance.now() > end)) return { events, more: true };
      events.push(this.#read(row));
    }
    return { events, more: false };
  }

  #read(row: Row): RuntimeEvent {
    try {
      return readEvent(row, (hash) => this.#blob(hash));
    } catch (error) {
      this.#database.suspect();
      throw error;
    }
  }

  #blob(hash: string): string {
    const [row] = this.#database.all('SELECT text FROM blobs WHERE hash = ?', hash);
    if (row === undefined) throw new Error(`its content ${hash} is not there`);
    return text(row, 'text');
  }

  #heads(operation: string, sql: string, ...values: string[]): SessionHead[] {
    return this.#database.query(operation, () => this.#database.all(sql, ...values).map(toHead), (heads) => heads.length);
  }
}

function toHead(row: Row): SessionHead {
  return { sessionId: text(row, 'session_id'), seq: number(row, 'seq'), turnOpen: number(row, 'turn_open') !== 0, deleted: number(row, 'deleted') !== 0 };
}
