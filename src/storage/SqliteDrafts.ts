import type { DraftStore } from '../core/ports/DraftStore.ts';
import { jsonText } from './columns.ts';
import type { Database } from './Database.ts';
import { ERASING } from './schema.ts';

export class SqliteDrafts implements DraftStore {
  readonly #database: Database;

  constructor(dependencies: { database: Database }) {
    this.#database = dependencies.database;
  }

  draft(sessionId: string): string {
    const [row] = this.#database.query('drafts.read', () => this.#database.all('SELECT text FROM drafts WHERE session_id = ?', sessionId), (rows) => rows.length);
    return row === undefined ? '' : jsonText(row, 'text');
  }

  saveDraft(sessionId: string, text: string): void {
    const save = (): number =>
      text === ''
        ? this.#database.run('DELETE FROM drafts WHERE session_id = ?', sessionId)
        : this.#database.run(
            // a session that is being erased gets nothing new; the key of a call's draft begins with it
            `INSERT OR REPLACE INTO drafts (session_id, text) SELECT ?1, ?2 WHERE NOT EXISTS (SELECT 1 FROM heads WHERE session_id = substr(?1, 1, instr(?1 || '/', '/') - 1) AND deleted = ${ERASING})`,
            sessionId,
            JSON.stringify(text),
          );
    this.#database.query('drafts.save', save, (rows) => rows);
  }
}
