import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from 'node:sqlite';
import { RuntimeError } from '../protocol/RuntimeError.ts';
import { explained, isCorrupt } from './databaseErrors.ts';
import { identityOf } from './files.ts';

/** The host belongs to every extension: a busy database is not waited for longer, in milliseconds. */
const BUSY_TIMEOUT = 50;

export interface Query {
  operation: string;
  durationMs: number;
  rows: number;
}

export type Row = Record<string, SQLOutputValue>;

export interface DatabaseOptions {
  file: string;
  onQuery: (query: Query) => void;
  /** A statement found the file damaged. */
  onCorrupt: () => void;
}

/**
 * One connection. Every failure of SQLite's is thrown as `explained` words it, with the code `journal_busy` where
 * another connection holds the database for longer than 50 ms.
 */
export class Database {
  readonly file: string;
  readonly #connection: DatabaseSync;
  readonly #onQuery: DatabaseOptions['onQuery'];
  readonly #onCorrupt: DatabaseOptions['onCorrupt'];
  readonly #statements = new Map<string, StatementSync>();
  readonly #identity: string | undefined;
  #writes = 0;

  constructor({ file, onQuery, onCorrupt }: DatabaseOptions) {
    this.file = file;
    this.#onQuery = onQuery;
    this.#onCorrupt = onCorrupt;
    this.#connection = this.#guarded(() => new DatabaseSync(file, { timeout: BUSY_TIMEOUT }));
    // Windows moves no open file
    this.#identity = process.platform === 'win32' ? undefined : identityOf(file);
  }

  /** Statements that changed something since the connection was opened. */
  get writes(): number {
    return this.#writes;
  }

  exec(sql: string): void {
    this.#guarded(() => this.#connection.exec(sql));
  }

  /**
   * All rows. Also for `INSERT … RETURNING`, and never `StatementSync.get` there: it resets the statement after the first
   * row and drops the error of the commit that the reset makes, so a full disk looks like success.
   */
  all(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#guarded(() => this.#statement(sql).all(...values));
  }

  /** As {@link all}, for a statement that writes. */
  write(sql: string, values: Record<string, SQLInputValue>): Row[] {
    this.#writes += 1;
    return this.#guarded(() => this.#statement(sql).all(values));
  }

  /** Returns how many rows it changed. */
  run(sql: string, ...values: SQLInputValue[]): number {
    this.#writes += 1;
    return this.#guarded(() => Number(this.#statement(sql).run(...values).changes));
  }

  /** Rows one by one. No other use of the same SQL until the iteration has ended. */
  *iterate(sql: string, ...values: SQLInputValue[]): Generator<Row> {
    const rows = this.#guarded(() => this.#statement(sql).iterate(...values));
    try {
      for (let next = this.#guarded(() => rows.next()); next.done !== true; next = this.#guarded(() => rows.next())) yield next.value;
    } finally {
      rows.return?.();
    }
  }

  /** All of what `body` writes, or, where it throws, none. Within another transaction it is a part of that one. */
  transaction<T>(body: () => T): T {
    if (this.#isInTransaction()) return body();
    this.exec('BEGIN IMMEDIATE');
    try {
      const result = body();
      this.exec('COMMIT');
      return result;
    } catch (error) {
      // some errors have ended it already
      if (this.#isInTransaction()) this.#connection.exec('ROLLBACK');
      throw error;
    }
  }

  /** What `body` commits is on the disk when it returns: it survives a power cut. Not within a transaction. */
  synced<T>(body: () => T): T {
    this.exec('PRAGMA synchronous = FULL');
    try {
      return body();
    } finally {
      this.exec('PRAGMA synchronous = NORMAL');
    }
  }

  /** Runs `body` with another patience for a database that somebody holds, in milliseconds. */
  waitingFor<T>(milliseconds: number, body: () => T): T {
    this.exec(`PRAGMA busy_timeout = ${milliseconds}`);
    try {
      return body();
    } finally {
      this.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT}`);
    }
  }

  /** Runs a query and reports it; also one that throws, with no rows. */
  query<T>(operation: string, body: () => T, rows: (result: T) => number): T {
    const start = performance.now();
    let count = 0;
    try {
      const result = body();
      count = rows(result);
      return result;
    } finally {
      this.#onQuery({ operation, durationMs: performance.now() - start, rows: count });
    }
  }

  /** A row makes no sense, though SQLite read it: the next start reads the file through. */
  suspect(): void {
    this.#onCorrupt();
  }

  /**
   * Throws where the file is not any more where it was opened: another host found it damaged and set it aside, or somebody
   * deleted it. What this connection wrote would never be read.
   */
  mustBeInPlace(): void {
    if (this.#identity === undefined || identityOf(this.file) === this.#identity) return;
    throw new RuntimeError({ code: 'journal_write', message: `The database of the conversations, ${this.file}, was moved or deleted. Reload the window to go on.` });
  }

  close(): void {
    this.#statements.clear();
    if (this.#connection.isOpen) this.#connection.close();
  }

  #isInTransaction(): boolean {
    return this.#connection.isTransaction;
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#connection.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  #guarded<T>(body: () => T): T {
    try {
      return body();
    } catch (error) {
      if (isCorrupt(error)) this.#onCorrupt();
      throw explained(error, this.file);
    }
  }
}
