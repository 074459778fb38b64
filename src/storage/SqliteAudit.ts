import * as z from 'zod';
import type { AuditEntry, AuditLog } from '../core/ports/AuditLog.ts';
import { text } from './columns.ts';
import type { Database } from './Database.ts';
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
}));

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

  read(sessionId?: string): AuditEntry[] {
    const read = (): AuditEntry[] => {
      const rows =
        sessionId === undefined
          ? this.#database.all('SELECT entry FROM audit ORDER BY position')
          : this.#database.all('SELECT entry FROM audit WHERE session_id = ? ORDER BY position', sessionId);
      return rows.map((row) => keptAuditEntry().parse(JSON.parse(text(row, 'entry'))));
    };
    return this.#database.query('audit.read', read, (entries) => entries.length);
  }
}
