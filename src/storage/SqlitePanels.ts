import type { LeftOverPanel, OpenPanel, OpenPanels } from '../core/ports/OpenPanels.ts';
import { number, text } from './columns.ts';
import type { Database, Row } from './Database.ts';
import { isDead, type Self } from './hosts.ts';

const WITH_HOSTS = 'SELECT p.*, h.pid, h.machine, h.heartbeat FROM panels p LEFT JOIN hosts h USING (host_id)';

export class SqlitePanels implements OpenPanels {
  readonly #database: Database;
  readonly #self: Self;

  constructor(dependencies: { database: Database; self: Self }) {
    this.#database = dependencies.database;
    this.#self = dependencies.self;
  }

  opened({ sessionId, viewColumn }: OpenPanel): void {
    this.#query('panels.opened', 'INSERT OR REPLACE INTO panels (host_id, session_id, view_column) VALUES (?, ?, ?)', this.#self.host.id, sessionId, viewColumn);
  }

  closed(sessionId: string): void {
    this.#query('panels.closed', 'DELETE FROM panels WHERE host_id = ? AND session_id = ?', this.#self.host.id, sessionId);
  }

  leftOver(): LeftOverPanel[] {
    const panels = new Map<string, LeftOverPanel>();
    // what the host that lived last knew holds; one that said goodbye has no row
    const rows = this.#database.query('panels.leftOver', () => this.#database.all(`${WITH_HOSTS} ORDER BY h.heartbeat, p.session_id`), ({ length }) => length);
    for (const row of rows.filter((candidate) => this.#isLeftOver(candidate))) {
      const sessionId = text(row, 'session_id');
      panels.set(sessionId, { sessionId, viewColumn: number(row, 'view_column'), killed: row['pid'] !== null });
    }
    return [...panels.values()];
  }

  forget(sessionId: string): void {
    const forget = (): number => {
      const ended = this.#database.all(`${WITH_HOSTS} WHERE p.session_id = ?`, sessionId).filter((row) => this.#isLeftOver(row));
      for (const row of ended) this.#database.run('DELETE FROM panels WHERE host_id = ? AND session_id = ?', text(row, 'host_id'), sessionId);
      return ended.length;
    };
    this.#database.query('panels.forget', () => this.#database.transaction(forget), (rows) => rows);
  }

  #isLeftOver(row: Row): boolean {
    return text(row, 'host_id') !== this.#self.host.id && isDead(row, this.#self);
  }

  #query(operation: string, sql: string, ...values: (string | number)[]): void {
    this.#database.query(operation, () => this.#database.run(sql, ...values), (rows) => rows);
  }
}
