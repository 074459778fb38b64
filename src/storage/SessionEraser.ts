import { RuntimeError } from '../protocol/RuntimeError.ts';
import { number, text } from './columns.ts';
import type { Database } from './Database.ts';
import { DELETED, ERASING } from './schema.ts';
import type { WriteAheadLog } from './WriteAheadLog.ts';

/** A call stops after this, to leave time for its commit, in milliseconds. */
const BATCH_MS = 2;
/** Rows that are deleted between two looks at the time. */
const CHUNK = 10;
/** So many statements' pages are moved to the main file by a call of its own. */
const CHECKPOINT_AFTER = 20;
/** Calls that try again to empty the log at the end. */
const EMPTY_TRIES = 50;

/**
 * Erases deleted sessions, a little at a time. Their last event, `session.deleted`, and their head go last: whoever finds
 * those goes on. The audit log stays.
 */
export class SessionEraser {
  readonly #database: Database;
  readonly #log: WriteAheadLog;
  readonly #host: string;
  /** Sessions that nothing is left of but in the log, and how often that could not be emptied. */
  readonly #ends = new Map<string, number>();

  constructor(dependencies: { database: Database; log: WriteAheadLog; host: string }) {
    this.#database = dependencies.database;
    this.#log = dependencies.log;
    this.#host = dependencies.host;
  }

  /**
   * Does one batch; true while more is left. Throws for a session that is not deleted, and with the code
   * `session_not_owned` where another host holds it. False for one that nothing is left of.
   */
  erase(sessionId: string): boolean {
    const failed = this.#ends.get(sessionId);
    if (failed !== undefined) return this.#emptyLog(sessionId, failed);
    if (this.#log.waiting > CHECKPOINT_AFTER) {
      this.#log.checkpoint();
      if (this.#log.waiting === 0) return true;
    }
    const left = this.#database.transaction(() => this.#batch(sessionId));
    if (left === 'log') {
      this.#ends.set(sessionId, 0);
      this.#log.emptyNext();
    }
    return left !== 'nothing';
  }

  /** Returns where something of the session is left when it is committed. */
  #batch(sessionId: string): 'nothing' | 'tables' | 'log' {
    const [row] = this.#database.all('SELECT deleted, seq FROM heads WHERE session_id = ?', sessionId);
    if (row === undefined) return 'nothing';
    const deleted = number(row, 'deleted');
    if (deleted === 0) throw new Error(`The session ${sessionId} is not deleted, so it is not erased.`);
    const [lease] = this.#database.all('SELECT host_id FROM leases WHERE session_id = ?', sessionId);
    if (lease !== undefined && text(lease, 'host_id') !== this.#host) {
      throw new RuntimeError({ code: 'session_not_owned', message: 'This session is in use in another window, which erases it.' });
    }
    if (deleted === DELETED) this.#database.run(`UPDATE heads SET deleted = ${ERASING} WHERE session_id = ?`, sessionId);
    if (this.#eraseSome(sessionId, number(row, 'seq'))) return 'tables';
    for (const table of ['sessions', 'contexts', 'drafts', 'panels', 'leases', 'events', 'heads']) {
      this.#database.run(`DELETE FROM ${table} WHERE session_id = ?`, sessionId);
    }
    // those of its calls, `<session>/<call>`: '0' comes right after '/'
    this.#database.run(`DELETE FROM drafts WHERE session_id > ?1 || '/' AND session_id < ?1 || '0'`, sessionId);
    return 'log';
  }

  /** Another host that reads or writes is in the way only for a moment; where it is for longer, later checkpoints empty the log. */
  #emptyLog(sessionId: string, failed: number): boolean {
    this.#log.checkpoint();
    const again = this.#log.isEmptying && failed < EMPTY_TRIES;
    if (again) this.#ends.set(sessionId, failed + 1);
    else this.#ends.delete(sessionId);
    return again;
  }

  /** Returns whether the time was over first. */
  #eraseSome(sessionId: string, last: number): boolean {
    const end = performance.now() + BATCH_MS;
    const steps = [() => this.#eraseEvents(sessionId, last), () => this.#eraseMessages(sessionId), () => this.#eraseBlobs(sessionId)];
    for (const step of steps) {
      while (step() > 0) if (performance.now() > end) return true;
    }
    return false;
  }

  #eraseEvents(sessionId: string, last: number): number {
    return this.#database.run(
      'DELETE FROM events WHERE position IN (SELECT position FROM events WHERE session_id = ? AND seq < ? ORDER BY seq LIMIT ?)',
      sessionId,
      last,
      CHUNK,
    );
  }

  #eraseMessages(sessionId: string): number {
    const some = 'SELECT message_id FROM messages WHERE session_id = ?1 LIMIT ?2';
    return this.#database.run(`DELETE FROM messages WHERE session_id = ?1 AND message_id IN (${some})`, sessionId, CHUNK);
  }

  /** One at a time: each may be large. */
  #eraseBlobs(sessionId: string): number {
    const [row] = this.#database.all('SELECT hash FROM blob_refs WHERE session_id = ? LIMIT 1', sessionId);
    if (row === undefined) return 0;
    const hash = text(row, 'hash');
    this.#database.run('DELETE FROM blob_refs WHERE session_id = ? AND hash = ?', sessionId, hash);
    this.#database.run('DELETE FROM blobs WHERE hash = ?1 AND NOT EXISTS (SELECT 1 FROM blob_refs WHERE hash = ?1)', hash);
    return 1;
  }
}
