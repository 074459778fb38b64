import type { Leases } from '../core/ports/Leases.ts';
import { text } from './columns.ts';
import type { Database } from './Database.ts';
import { hasLostItsLeases, sayAlive, type Self } from './hosts.ts';

export class SqliteLeases implements Leases {
  readonly #database: Database;
  readonly #self: Self;

  constructor(dependencies: { database: Database; self: Self }) {
    this.#database = dependencies.database;
    this.#self = dependencies.self;
  }

  take(sessionId: string): boolean {
    const database = this.#database;
    const take = (): boolean => {
      const [row] = database.all(
        'SELECT l.host_id, h.pid, h.machine, h.heartbeat FROM leases l LEFT JOIN hosts h USING (host_id) WHERE l.session_id = ?',
        sessionId,
      );
      if (row !== undefined && text(row, 'host_id') === this.#self.host.id) return true;
      if (row !== undefined && !hasLostItsLeases(row, this.#self)) return false;
      database.mustBeInPlace();
      sayAlive(database, this.#self);
      database.run('INSERT OR REPLACE INTO leases (session_id, host_id) VALUES (?, ?)', sessionId, this.#self.host.id);
      return true;
    };
    return database.query('leases.take', () => database.transaction(take), Number);
  }

  release(sessionId: string): void {
    const release = (): number => this.#database.run('DELETE FROM leases WHERE session_id = ? AND host_id = ?', sessionId, this.#self.host.id);
    this.#database.query('leases.release', release, (rows) => rows);
  }

  beat(): string[] {
    const beat = (): string[] => {
      sayAlive(this.#database, this.#self);
      return this.#database.all('SELECT session_id FROM leases WHERE host_id = ?', this.#self.host.id).map((row) => text(row, 'session_id'));
    };
    this.#database.mustBeInPlace();
    return this.#database.query('leases.beat', () => this.#database.transaction(beat), (sessions) => sessions.length);
  }
}
