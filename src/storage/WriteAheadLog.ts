import { number } from './columns.ts';
import type { Database } from './Database.ts';
import { sizeOf } from './files.ts';

/** Emptying the log holds the writers' lock while it waits for readers: so long at most, in milliseconds. */
const LOCKED = 5;
/** Cutting a file takes 0.5 ms a megabyte under that lock: so many bytes are cut at once at most. */
const CUT = 16 * 2 ** 20;
/** What a log may keep of its size when it begins anew, in bytes: reusing is cheaper than growing. */
export const LOG_SIZE = 4 * 2 ** 20;

/**
 * When written pages move from the write-ahead log into the main file. SQLite's own checkpoints are off: they run within
 * an append, and hold the host then. One of ours holds it too, for about 0.04 ms per event of 2 KB and 1 ms for the
 * disk: call it after every 100 events or so, when nothing streams.
 */
export class WriteAheadLog {
  readonly #database: Database;
  #moved = 0;
  #emptying: boolean;

  /** `left`: the log had something in it when the file was opened. */
  constructor(dependencies: { database: Database; left: boolean }) {
    this.#database = dependencies.database;
    // a host that was killed may have left erased text in it
    this.#emptying = dependencies.left;
  }

  /** Statements that wrote since the last checkpoint. */
  get waiting(): number {
    return this.#database.writes - this.#moved;
  }

  /** The next checkpoint also empties the log, so that nothing erased is left in it. */
  emptyNext(): void {
    this.#emptying = true;
  }

  /** Whether the next checkpoint also empties the log. */
  get isEmptying(): boolean {
    return this.#emptying;
  }

  /** Holds the writers' lock, which another window waits 50 ms for, only for moments: what it holds it for is copied before. */
  checkpoint(): void {
    if (this.waiting === 0 && !this.#emptying) return;
    const moved = this.#move('PASSIVE');
    // another host reads; the next checkpoint tries again
    if (moved === 'some') return;
    if (moved === 'no log' || this.#tidy()) {
      this.#moved = this.#database.writes;
      this.#emptying = false;
    }
  }

  /** Returns whether nothing is left to do. */
  #tidy(): boolean {
    const size = sizeOf(`${this.#database.file}-wal`);
    if (!this.#emptying || size > CUT) {
      this.#beginAnew(size);
      return !this.#emptying;
    }
    if (!this.#truncate()) return false;
    this.#beginAnew(0);
    return true;
  }

  /** The first write after a checkpoint begins the log anew, waits for the disk, and cuts the file: that is no append. */
  #beginAnew(size: number): void {
    const limit = Math.max(this.#emptying ? 0 : LOG_SIZE, size - CUT);
    if (size <= limit) {
      this.#write();
      return;
    }
    this.#database.exec(`PRAGMA journal_size_limit = ${limit}`);
    try {
      // what other hosts wrote meanwhile would stand in the way
      this.#move('PASSIVE');
      this.#write();
    } finally {
      this.#database.exec(`PRAGMA journal_size_limit = ${LOG_SIZE}`);
    }
  }

  #write(): void {
    // a millisecond to and fro: SQLite writes no row that stays as it is
    this.#database.run('UPDATE hosts SET heartbeat = heartbeat + 1 - heartbeat % 2 * 2');
  }

  #truncate(): boolean {
    // what other hosts wrote during the first
    if (this.#move('PASSIVE') !== 'all') return false;
    return this.#database.waitingFor(LOCKED, () => this.#move('TRUNCATE')) === 'all';
  }

  /** `no log`: the file is on a network drive. */
  #move(mode: 'PASSIVE' | 'TRUNCATE'): 'all' | 'some' | 'no log' {
    const [row = {}] = this.#database.all(`PRAGMA wal_checkpoint(${mode})`);
    const pages = number(row, 'log');
    if (pages < 0) return 'no log';
    return number(row, 'busy') === 0 && number(row, 'checkpointed') === pages ? 'all' : 'some';
  }
}
