import * as z from 'zod';
import type { AuditEntry, AuditLog, AuditPage } from '../core/ports/AuditLog.ts';
import { number, text } from './columns.ts';
import type { Database, Row } from './Database.ts';
import { lazySchema } from '../protocol/lazySchema.ts';

/** How an entry is kept: as JSON. */
export const keptAuditEntry = lazySchema(() => z.object({
  eventId: z.string(),
  sessionId: z.string(),
  type: z.string(),
  timestamp: z.string(),
  correlationId: z.string(),
  actor: z.string().exactOptional(),
  callId: z.string().exactOptional(),
  tool: z.string().exactOptional(),
  approvalId: z.string().exactOptional(),
  questionId: z.string().exactOptional(),
  argumentsHash: z.string().exactOptional(),
  outcome: z.string().exactOptional(),
  object: z.string().exactOptional(),
  editedHash: z.string().exactOptional(),
  feedbackHash: z.string().exactOptional(),
  rule: z.string().exactOptional(),
  source: z.string().exactOptional(),
  scope: z.string().exactOptional(),
  preset: z.string().exactOptional(),
  undoId: z.string().exactOptional(),
  of: z.string().exactOptional(),
  files: z.array(z.string()).exactOptional(),
  refused: z.array(z.string()).exactOptional(),
}));

/** A page ends with whichever comes first. */
const PAGE_ROWS = 500;
const PAGE_MS = 4;

export class SqliteAudit implements AuditLog {
  readonly #database: Database;

  constructor(dependencies: { database: Database }) {
    this.#database = dependencies.database;
  }

  add(entries: readonly AuditEntry[]): void {
    const add = (): number => {
      let added = 0;
      for (const entry of entries) {
        const json = JSON.stringify(entry);
        added += this.#database.run('INSERT OR IGNORE INTO audit (event_id, session_id, entry) VALUES (?, ?, ?)', entry.eventId, entry.sessionId, json);
      }
      return added;
    };
    this.#database.query('audit.add', () => this.#database.transaction(add), (added) => added);
  }

  eventIds(sessionId: string): string[] {
    const read = (): string[] => this.#database.all('SELECT event_id FROM audit WHERE session_id = ?', sessionId).map((row) => text(row, 'event_id'));
    return this.#database.query('audit.eventIds', read, (ids) => ids.length);
  }

  read(sessionId?: string): AuditEntry[] {
    const read = (): AuditEntry[] => {
      const rows =
        sessionId === undefined
          ? this.#database.all('SELECT entry FROM audit ORDER BY position')
          : this.#database.all('SELECT entry FROM audit WHERE session_id = ? ORDER BY position', sessionId);
      return rows.map(toEntry);
    };
    return this.#database.query('audit.read', read, (entries) => entries.length);
  }

  page(after: number): AuditPage {
    return this.#database.query('audit.page', () => this.#page(after), ({ entries }) => entries.length);
  }

  beforeLast(count: number): number {
    const read = (): Row[] => this.#database.all('SELECT position FROM audit ORDER BY position DESC LIMIT 1 OFFSET ?', count);
    const [row] = this.#database.query('audit.beforeLast', read, (rows) => rows.length);
    return row === undefined ? 0 : number(row, 'position');
  }

  #page(after: number): AuditPage {
    const page: AuditPage = { entries: [], next: after, more: false };
    const end = performance.now() + PAGE_MS;
    for (const row of this.#database.iterate('SELECT position, entry FROM audit WHERE position > ? ORDER BY position', after)) {
      if (page.entries.length > 0 && (page.entries.length >= PAGE_ROWS || performance.now() > end)) return { ...page, more: true };
      page.entries.push(toEntry(row));
      page.next = number(row, 'position');
    }
    return page;
  }
}

function toEntry(row: Row): AuditEntry {
  return keptAuditEntry().parse(JSON.parse(text(row, 'entry')));
}
