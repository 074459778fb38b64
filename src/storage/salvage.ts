import { RuntimeError } from '../protocol/RuntimeError.ts';
import type { RuntimeEvent } from '../protocol/events.ts';
import type { Database } from './Database.ts';
import { NO_SESSION, readEvent, readEventOfVersion1 } from './eventRows.ts';
import { PageImage } from './PageImage.ts';
import { encodePayload, hashOf } from './payloads.ts';
import { rowsInPages, valuesAt, type Place, type RawRow, type Value } from './records.ts';
import { keptAuditEntry } from './SqliteAudit.ts';

/** What was saved of a damaged file. */
export interface Salvage {
  /** Where the damaged file is now, as it was. */
  setAside: string;
  events: number;
  sessions: number;
  /** Rows that were found, and could not be read. What a cut has taken away is not among them. */
  unreadable: number;
  /** For the person; names both files. */
  message: string;
}

const COLUMNS = ['position', 'session_id', 'seq', 'event_id', 'type', 'timestamp', 'correlation_id', 'causation_id', 'source', 'version', 'data'] as const;

/** What {@link salvage} found in the file. */
export type Found = Omit<Salvage, 'setAside' | 'message'>;

/**
 * Copies what can be read from `damaged`, which stays as it is, into an empty `database`: events that are whole, in their
 * order, with new gapless `seq`s; what they name; drafts and the audit log. Leases, panels and projections are left behind.
 * `goesOn` is called for every row.
 */
export function salvage(damaged: string, database: Database, goesOn: () => void): Found {
  const image = new PageImage(damaged);
  try {
    return database.transaction(() => new Salvager(image, database, goesOn).run());
  } finally {
    image.close();
  }
}

class Salvager {
  readonly #image: PageImage;
  readonly #database: Database;
  readonly #goesOn: () => void;
  readonly #seqs = new Map<string, number>();
  #unreadable = 0;
  #events = 0;

  constructor(image: PageImage, database: Database, goesOn: () => void) {
    this.#image = image;
    this.#database = database;
    this.#goesOn = goesOn;
  }

  run(): Found {
    // not the rows themselves: they may be too many to be held
    const events = new Map<number, Place>();
    const audit: RawRow[] = [];
    for (const row of this.#rows('table')) {
      this.#goesOn();
      if (row.values.length === COLUMNS.length) events.set(row.rowid, { page: row.page, pointer: row.pointer });
      else if (row.values.length === 4) audit.push(row);
      else if (row.values.length === 2) this.#copyBlobOrDraft(row.values);
    }
    for (const [, place] of [...events].sort(([a], [b]) => a - b)) this.#copyEvent(valuesAt(this.#image, place));
    for (const { values } of audit.sort((a, b) => a.rowid - b.rowid)) this.#copyAudit(values);
    if (this.#image.version === 1) for (const { values } of this.#rows('index')) this.#copyDraftOfVersion1(values);
    this.#database.run('DELETE FROM blobs WHERE hash NOT IN (SELECT hash FROM blob_refs)');
    const sessions = [...this.#seqs.keys()].filter((id) => id !== NO_SESSION).length;
    return { events: this.#events, sessions, unreadable: this.#unreadable };
  }

  #rows(kind: 'table' | 'index'): Generator<RawRow> {
    return rowsInPages(this.#image, kind, () => (this.#unreadable += 1));
  }

  #copyBlobOrDraft([key, text]: readonly Value[]): void {
    if (typeof key !== 'string' || typeof text !== 'string') return;
    if (hashOf(text) === key) this.#database.run('INSERT OR IGNORE INTO blobs (hash, text) VALUES (?, ?)', key, text);
    else if (typeof parsed(text) === 'string') this.#database.run('INSERT OR IGNORE INTO drafts (session_id, text) VALUES (?, ?)', key, text);
  }

  #copyDraftOfVersion1(values: readonly Value[]): void {
    const [sessionId, text] = values;
    if (values.length !== 2 || typeof sessionId !== 'string' || typeof text !== 'string') return;
    this.#database.run('INSERT OR IGNORE INTO drafts (session_id, text) VALUES (?, ?)', sessionId, JSON.stringify(text));
  }

  #copyAudit([, eventId, sessionId, json]: readonly Value[]): void {
    if (typeof eventId !== 'string' || typeof sessionId !== 'string' || typeof json !== 'string') return;
    const entry = keptAuditEntry().safeParse(parsed(json));
    if (!entry.success || entry.data.eventId !== eventId) return;
    this.#database.run('INSERT OR IGNORE INTO audit (event_id, session_id, entry) VALUES (?, ?, ?)', eventId, sessionId, json);
  }

  #copyEvent(values: readonly Value[]): void {
    this.#goesOn();
    const event = this.#readEvent(values);
    if (event === undefined) {
      this.#unreadable += 1;
      return;
    }
    const sessionId = event.sessionId ?? NO_SESSION;
    const seq = (this.#seqs.get(sessionId) ?? 0) + 1;
    this.#seqs.set(sessionId, seq);
    const { json, blobs } = encodePayload(event.data, { type: event.type });
    this.#database.run(
      `INSERT INTO events (session_id, seq, event_id, type, timestamp, correlation_id, causation_id, source, version, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      sessionId,
      seq,
      event.eventId,
      event.type,
      event.timestamp,
      event.correlationId,
      event.causationId ?? null,
      event.source,
      event.version,
      json,
    );
    for (const [hash, text] of blobs) {
      this.#database.run('INSERT OR IGNORE INTO blobs (hash, text) VALUES (?, ?)', hash, text);
      this.#database.run('INSERT OR IGNORE INTO blob_refs (session_id, hash) VALUES (?, ?)', sessionId, hash);
    }
    this.#events += 1;
  }

  /** `undefined` where the row is no event, or what it names is not there. */
  #readEvent(values: readonly Value[]): RuntimeEvent | undefined {
    const row = Object.fromEntries(COLUMNS.map((column, index) => [column, values[index] ?? null]));
    try {
      return this.#image.version === 1 ? readEventOfVersion1(row) : readEvent(row, (hash) => this.#blob(hash));
    } catch {
      return undefined;
    }
  }

  #blob(hash: string): string {
    const text = this.#database.all('SELECT text FROM blobs WHERE hash = ?', hash)[0]?.['text'];
    if (typeof text !== 'string') throw new RuntimeError({ code: 'journal_read', message: `The content ${hash} is not there` });
    return text;
  }
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
