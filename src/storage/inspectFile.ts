import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { Database } from './Database.ts';
import { isCorruptOrForeign, isFull } from './databaseErrors.ts';
import { copyDatabase, freeName, removeDatabase, sizeOf } from './files.ts';

const HEAD = 100;
const COPIES = 5;
/** `PRAGMA quick_check` reads about 1 MB a millisecond: files up to this size are checked at every start. */
const QUICK = 4 * 2 ** 20;

/**
 * Whether the file's head fits its size, without SQLite: a file that is empty, no database, or cut. A killed host may leave
 * one like that whose log has the rest.
 */
export function looksDamaged(file: string): boolean {
  const size = sizeOf(file);
  const head = Buffer.alloc(HEAD);
  const handle = openSync(file, 'r');
  try {
    if (readSync(handle, head, 0, HEAD, 0) < HEAD) return true;
  } finally {
    closeSync(handle);
  }
  if (head.toString('latin1', 0, 16) !== 'SQLite format 3\0') return true;
  const stored = head.readUInt16BE(16);
  const pageSize = stored === 1 ? 65536 : stored;
  if (pageSize < 512 || size % pageSize !== 0) return true;
  // the page count is true where it was written with the last change
  const valid = head.readUInt32BE(24) === head.readUInt32BE(92);
  return valid && head.readUInt32BE(28) * pageSize > size;
}

/** Reads all of a copy: opening and closing the file itself could change it. */
export function copyIsWhole(file: string): boolean {
  for (let attempt = 1; ; attempt += 1) {
    const before = stampOf(file);
    if (oneCopyIsWhole(file)) return true;
    // where another host wrote meanwhile, the copy is of two states
    if (stampOf(file) === before || attempt === COPIES) return false;
  }
}

function stampOf(file: string): string {
  const stamps = [file, `${file}-wal`].map((part) => statSync(part, { throwIfNoEntry: false }));
  return stamps.map((stats) => `${stats?.size ?? 0} ${stats?.mtimeMs ?? 0}`).join(', ');
}

function oneCopyIsWhole(file: string): boolean {
  const copy = freeName(`${file}.checking-${process.pid}`);
  try {
    copyDatabase(file, copy);
    return isWhole(copy);
  } catch (error) {
    // a full disk has no room for a copy, and a checkpoint that it stopped looks like a cut file: SQLite will say more
    if (isFull(error)) return true;
    throw error;
  } finally {
    removeDatabase(copy);
  }
}

function isWhole(file: string): boolean {
  const database = new Database({ file, onQuery: () => undefined, onCorrupt: () => undefined });
  try {
    return checks(database);
  } catch (error) {
    if (isDamage(error)) return false;
    throw error;
  } finally {
    database.close();
  }
}

/** Whether an error of a {@link Database} says that the file is damaged. */
export function isDamage(error: unknown): boolean {
  return isCorruptOrForeign(error) || (error instanceof Error && isCorruptOrForeign(error.cause));
}

/** SQLite's own check, where it takes less than 10 ms. */
export function passesQuickCheck(database: Database): boolean {
  return sizeOf(database.file) + sizeOf(`${database.file}-wal`) > QUICK || checks(database);
}

function checks(database: Database): boolean {
  return database.all('PRAGMA quick_check(1)')[0]?.['quick_check'] === 'ok';
}

/** SQLite takes such a file for a new one, and deletes its log. */
export function isEmpty(file: string): boolean {
  return sizeOf(file) < HEAD;
}

/** Whether there is a log with something in it. */
export function hasLog(file: string): boolean {
  return existsSync(`${file}-wal`) && sizeOf(`${file}-wal`) > 0;
}
