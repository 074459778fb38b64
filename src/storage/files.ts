import { closeSync, constants, copyFileSync, existsSync, fsyncSync, linkSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import * as path from 'node:path';

/** What belongs to a database file: itself last, so that whoever finds it there finds the others. */
const PARTS = ['-wal', '-shm', ''] as const;

/** In bytes; 0 for a file that is missing. */
export function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/** Which file has a name: its device and inode. */
export function identityOf(file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false, bigint: true });
  return stats === undefined ? 'missing' : `${stats.dev}:${stats.ino}`;
}

/** What was renamed or created in a folder is there after a power cut. */
export function syncFolder(folder: string): void {
  // Windows opens no folders, and keeps renames by itself
  if (process.platform !== 'win32') syncFile(folder);
}

/** Gives a finished file its name. False where something has that name already: nothing is overwritten. */
export function putInPlace(finished: string, file: string): boolean {
  try {
    linkSync(finished, file);
    rmSync(finished);
  } catch (error) {
    if (existsSync(file)) return false;
    // a file system without links
    if (!(error instanceof Error && 'code' in error)) throw error;
    renameSync(finished, file);
  }
  syncFolder(path.dirname(file));
  return true;
}

/** Renames a database with what belongs to it. Nothing is overwritten. */
export function moveDatabase(from: string, to: string): void {
  for (const part of PARTS) if (existsSync(from + part)) renameSync(from + part, unused(to + part));
  syncFolder(path.dirname(to));
}

/** Copies a database that may be open, with its log, byte by byte. `to` is there only when all of it is. */
export function copyDatabase(from: string, to: string): void {
  const parts = ['-wal', ''].filter((part) => existsSync(from + part));
  const unfinished = (part: string): string => `${to}${part}.part`;
  try {
    for (const part of parts) {
      copyFileSync(from + part, unfinished(part), constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
      syncFile(unfinished(part));
    }
    for (const part of parts) renameSync(unfinished(part), to + part);
  } finally {
    for (const part of parts) rmSync(unfinished(part), { force: true });
  }
  syncFolder(path.dirname(to));
}

/** The file first: a log without its file is never taken for a whole database. */
export function removeDatabase(file: string): void {
  for (const part of PARTS.toReversed()) rmSync(file + part, { force: true });
}

/** A name that nothing has, with what belongs to it. */
export function freeName(name: string): string {
  return numbered(name, (candidate) => PARTS.every((part) => !existsSync(candidate + part)));
}

function unused(name: string): string {
  return numbered(name, (candidate) => !existsSync(candidate));
}

function numbered(name: string, isFree: (candidate: string) => boolean): string {
  let candidate = name;
  for (let number = 2; !isFree(candidate); number += 1) candidate = `${name}.${number}`;
  return candidate;
}

function syncFile(file: string): void {
  const handle = openSync(file, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
