import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import * as z from 'zod';
import { RuntimeError } from '../protocol/RuntimeError.ts';
import { Database, type DatabaseOptions } from './Database.ts';
import { explained } from './databaseErrors.ts';
import { copyDatabase, freeName, identityOf, moveDatabase, putInPlace, removeDatabase, syncFolder } from './files.ts';
import type { Self } from './hosts.ts';
import { copyIsWhole, hasLog, isDamage, isEmpty, looksDamaged, passesQuickCheck } from './inspectFile.ts';
import { lazySchema } from '../protocol/lazySchema.ts';
import { migrate, schemaVersion } from './migrations.ts';
import { salvage, type Found, type Salvage } from './salvage.ts';
import { SCHEMA_VERSION } from './schema.ts';
import { LOG_SIZE } from './WriteAheadLog.ts';

export interface OpenedDatabase {
  database: Database;
  salvaged: Salvage | undefined;
  /** The log had something in it: the last host was killed, or another one runs. */
  logLeft: boolean;
}

interface Dependencies {
  file: string;
  self: Self;
  /** The file may be open on several machines. */
  network: boolean;
  onQuery: DatabaseOptions['onQuery'];
}

/** Who saves what can be read of a damaged file, and where that is set aside. */
const repair = lazySchema(() => z.object({ setAside: z.string(), pid: z.number(), machine: z.string() }));
type Repair = z.infer<ReturnType<typeof repair>>;

/** What follows a file's name, before the id of the process, while that makes it. */
const UNFINISHED = '.new-';

/** Whoever repairs says so that often, and is taken for dead when nothing was said for so long: process ids come again. In milliseconds. */
const REPAIR_BEAT = 5_000;
const REPAIR_TIMEOUT = 60_000;

/** The first read found the file damaged. */
class DamagedError extends Error {}

/**
 * A database on disk, opened so that it is a whole one: a new one is created under another name and then renamed, and
 * a damaged one is set aside and what can be read of it is copied into a new one. A crash in between is gone on from:
 * beside the file stand `.suspect` while it is to be read through, and `.repair` while it is being set aside.
 */
export class DatabaseFile {
  readonly #file: string;
  readonly #dependencies: Dependencies;
  /** When this host said last that it repairs, by `performance.now()`. */
  #lastSaid = 0;

  constructor(dependencies: Dependencies) {
    this.#file = dependencies.file;
    this.#dependencies = dependencies;
  }

  /** Throws a {@link RuntimeError} in words for the person; `journal_busy` where it can be tried again. */
  open(): OpenedDatabase {
    try {
      mkdirSync(path.dirname(this.#file), { recursive: true });
      return this.#open();
    } catch (error) {
      throw explained(error, this.#file);
    }
  }

  get #suspect(): string {
    return `${this.#file}.suspect`;
  }

  get #repair(): string {
    return `${this.#file}.repair`;
  }

  #open(): OpenedDatabase {
    if (existsSync(this.#repair)) return this.#replace(undefined);
    if (!existsSync(this.#file)) {
      // a log without its file holds what nobody could read any more
      if (hasLog(this.#file)) return this.#replace(identityOf(this.#file));
      this.#create();
    }
    const identity = identityOf(this.#file);
    const logLeft = hasLog(this.#file);
    const doubtful = looksDamaged(this.#file);
    if (isEmpty(this.#file) || (doubtful && !logLeft)) return this.#replace(identity);
    if ((doubtful || existsSync(this.#suspect)) && !copyIsWhole(this.#file)) return this.#replace(identity);
    const database = this.#connect();
    try {
      this.#prepare(database);
    } catch (error) {
      return this.#replaceOpen(database, error, { identity, logLeft });
    }
    rmSync(this.#suspect, { force: true });
    return { database, salvaged: undefined, logLeft };
  }

  #connect(): Database {
    return new Database({ file: this.#file, onQuery: this.#dependencies.onQuery, onCorrupt: () => this.#remember() });
  }

  /** The file is read through when it is opened next. */
  #remember(): void {
    try {
      writeFileSync(this.#suspect, '');
    } catch {
      // the error that led here says more
    }
  }

  /** Everything that could fail on a damaged file, before anything is written. */
  #prepare(database: Database): void {
    const version = schemaVersion(database);
    if (version > SCHEMA_VERSION) {
      throw new RuntimeError({
        code: 'journal_read',
        message: `${this.#file} was written by a newer version of Agent Runtime (schema ${version}, this one knows ${SCHEMA_VERSION}). Update the extension.`,
      });
    }
    if (!passesQuickCheck(database)) throw new DamagedError('quick_check');
    // erased text is overwritten; nothing runs within an append; a burst leaves no large log behind
    database.exec(`PRAGMA secure_delete = ON; PRAGMA wal_autocheckpoint = 0; PRAGMA journal_size_limit = ${LOG_SIZE}; PRAGMA synchronous = NORMAL`);
    if (version < SCHEMA_VERSION) migrate(database);
    for (const table of ['heads', 'leases', 'sessions']) database.all(`SELECT count(*), max(session_id) FROM ${table} NOT INDEXED`);
    database.all('SELECT type FROM events ORDER BY position DESC LIMIT 1');
    database.exec(`PRAGMA journal_mode = ${this.#dependencies.network ? 'DELETE' : 'WAL'}`);
  }

  #replaceOpen(database: Database, error: unknown, { identity, logLeft }: { identity: string; logLeft: boolean }): OpenedDatabase {
    const damaged = error instanceof DamagedError || isDamage(error);
    try {
      if (damaged && logLeft) {
        const { setAside } = this.#claim();
        // closing moves the log into the file
        if (identityOf(this.#file) === identity) copyDatabase(this.#file, setAside);
      }
    } finally {
      database.close();
    }
    if (!damaged) throw error;
    if (!logLeft || identityOf(this.#file) !== identity) return this.#replace(identity);
    removeDatabase(this.#file);
    return this.#replace(undefined);
  }

  /**
   * Sets the file aside and puts a new one in its place, or goes on where somebody was stopped. `identity`: the file that
   * was found damaged; `undefined` where that is known already.
   */
  #replace(identity: string | undefined): OpenedDatabase {
    const { setAside } = this.#claim();
    if (existsSync(setAside) && existsSync(this.#file)) return this.#finish(setAside);
    if (identity !== undefined && identityOf(this.#file) !== identity) {
      // another host has put a whole one in its place meanwhile
      rmSync(this.#repair);
      return this.#open();
    }
    moveDatabase(this.#file, existsSync(setAside) ? freeName(`${setAside}.rest`) : setAside);
    let found: Found = { events: 0, sessions: 0, unreadable: 0 };
    if (!this.#make((database) => (found = salvage(setAside, database, () => this.#repairGoesOn())))) {
      throw new RuntimeError({
        code: 'journal_busy',
        message: `Another window made a new database of the conversations, ${this.#file}, while the damaged one was repaired. The damaged one is kept as ${setAside}. Close the other windows and reload this one.`,
      });
    }
    rmSync(this.#suspect, { force: true });
    rmSync(this.#repair);
    return { ...this.#open(), salvaged: { setAside, ...found, message: this.#words(setAside, found) } };
  }

  /** Somebody was stopped when all was done but to say so. */
  #finish(setAside: string): OpenedDatabase {
    rmSync(this.#repair);
    const opened = this.#open();
    const count = (sql: string): number => Number(opened.database.all(sql)[0]?.['n'] ?? 0);
    const found = { events: count('SELECT sum(seq) AS n FROM heads'), sessions: count(`SELECT count(*) AS n FROM heads WHERE session_id <> ''`), unreadable: 0 };
    return { ...opened, salvaged: opened.salvaged ?? { setAside, ...found, message: this.#words(setAside, found) } };
  }

  /** Says who repairs, so that no two hosts do. */
  #claim(): Repair {
    const { host, now, isAlive } = this.#dependencies.self;
    const setAside = freeName(`${this.#file}.damaged-${now().toISOString().replaceAll(/[-:.]/g, '')}`);
    const mine: Repair = { setAside, pid: host.pid, machine: host.machine };
    try {
      writeFileSync(this.#repair, JSON.stringify(mine), { flag: 'wx', flush: true });
      syncFolder(path.dirname(this.#file));
      return mine;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    const theirs = this.#readRepair() ?? mine;
    const own = theirs.machine === host.machine && theirs.pid === host.pid;
    const mayLive = theirs.machine !== host.machine || isAlive(theirs.pid);
    if (!own && mayLive && !this.#repairIsOld()) throw this.#beingRepaired();
    writeFileSync(this.#repair, JSON.stringify({ ...mine, setAside: theirs.setAside }), { flush: true });
    return { ...mine, setAside: theirs.setAside };
  }

  /** By a clock that may have been set back. */
  #repairIsOld(): boolean {
    const said = statSync(this.#repair, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    return Math.abs(this.#dependencies.self.now().getTime() - said) > REPAIR_TIMEOUT;
  }

  #repairGoesOn(): void {
    const now = performance.now();
    if (now - this.#lastSaid < REPAIR_BEAT) return;
    this.#lastSaid = now;
    const time = this.#dependencies.self.now();
    utimesSync(this.#repair, time, time);
  }

  /** `undefined` where its writer was stopped before it had written: then nothing was moved. */
  #readRepair(): Repair | undefined {
    try {
      return repair().parse(JSON.parse(readFileSync(this.#repair, 'utf8')));
    } catch {
      return undefined;
    }
  }

  /** Where another host was faster, its file stays. */
  #create(): void {
    this.#make(() => {
      if (existsSync(this.#repair)) throw this.#beingRepaired();
    });
  }

  /** Makes a new database, filled by `fill`, under another name, and gives it its own when it is whole. False where that is taken. */
  #make(fill: (database: Database) => void): boolean {
    const unfinished = freeName(`${this.#file}${UNFINISHED}${this.#dependencies.self.host.pid}`);
    const database = new Database({ file: unfinished, onQuery: () => undefined, onCorrupt: () => undefined });
    try {
      database.exec('PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON');
      migrate(database);
      fill(database);
      // last: a log would be left beside it where closing fails to move it
      if (!this.#dependencies.network) database.exec('PRAGMA journal_mode = WAL');
      database.close();
      return putInPlace(unfinished, this.#file);
    } finally {
      database.close();
      removeDatabase(unfinished);
      this.#removeUnfinished();
    }
  }

  /** What hosts that were killed left half made. */
  #removeUnfinished(): void {
    // on other machines other processes have these ids
    if (this.#dependencies.network) return;
    const folder = path.dirname(this.#file);
    const start = path.basename(this.#file) + UNFINISHED;
    for (const name of readdirSync(folder)) {
      if (!name.startsWith(start)) continue;
      const pid = Number.parseInt(name.slice(start.length), 10);
      if (pid > 0 && pid !== this.#dependencies.self.host.pid && !this.#dependencies.self.isAlive(pid)) rmSync(path.join(folder, name), { force: true });
    }
  }

  #beingRepaired(): RuntimeError {
    return new RuntimeError({ code: 'journal_busy', message: `Another window is repairing the database of the conversations, ${this.#file}. Try again in a moment.` });
  }

  #words(setAside: string, { events, sessions, unreadable }: Found): string {
    const copied =
      events === 0 ? 'Nothing in it could be read.' : `What could be read of it is here again: ${events} ${events === 1 ? 'event' : 'events'} in ${sessions} ${sessions === 1 ? 'session' : 'sessions'}.`;
    const lost = unreadable === 0 ? '' : ` ${unreadable} ${unreadable === 1 ? 'part' : 'parts'} of it could not be read.`;
    return `The file of the conversations, ${this.#file}, was damaged. ${copied}${lost} The damaged file is kept as ${setAside}.`;
  }
}
