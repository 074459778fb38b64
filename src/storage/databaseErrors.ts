import * as path from 'node:path';
import { RuntimeError } from '../protocol/RuntimeError.ts';

/** Primary result codes, https://www.sqlite.org/rescode.html. */
const [ERROR, BUSY, LOCKED, READONLY, IOERR, CORRUPT, FULL, CANTOPEN, NOTADB] = [1, 5, 6, 8, 10, 11, 13, 14, 26] as const;
/** A page that should be there is not: the file is cut. */
const IOERR_SHORT_READ = 522;

function resultCode(error: unknown): number | undefined {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode : undefined;
}

/** The file is no database, or not a whole one. */
export function isCorrupt(error: unknown): boolean {
  const code = resultCode(error);
  return code !== undefined && ((code & 0xff) === CORRUPT || (code & 0xff) === NOTADB || code === IOERR_SHORT_READ);
}

/** {@link isCorrupt}, or it has other tables than ours. For statements that cannot fail on a whole file. */
export function isCorruptOrForeign(error: unknown): boolean {
  return isCorrupt(error) || resultCode(error) === ERROR;
}

/** The file system has no room. */
export function isFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}

/** In words for the person: what happened, to what, and what to do. What is no error of SQLite or of the file system stays as it is. */
export function explained(error: unknown, file: string): unknown {
  const code = resultCode(error);
  if (code !== undefined) return explainedResult(error, code, file);
  if (isFull(error)) return new RuntimeError({ code: 'journal_write', message: diskFull(path.dirname(file)) }, error);
  const isSystemError = error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string';
  return isSystemError ? new RuntimeError({ code: 'journal_write', message: systemMessage(String(error.code), path.dirname(file)) }, error) : error;
}

function systemMessage(code: string, folder: string): string {
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return readOnly(folder);
  return `The folder of the conversations, ${folder}, cannot be used (${code}). Check that it is a folder on a disk that answers, then reload the window.`;
}

const diskFull = (folder: string): string => `The disk that holds ${folder} is full, so nothing more can be kept. Free some space, then try again.`;
const readOnly = (folder: string): string =>
  `The conversations in ${folder} cannot be written: the folder or a file in it is read-only. Give yourself the right to write there, then reload the window.`;

function explainedResult(error: unknown, code: number, file: string): unknown {
  switch (code & 0xff) {
    case BUSY:
    case LOCKED:
      return new RuntimeError({ code: 'journal_busy', message: `Another program holds the database of the conversations, ${file}. Try again in a moment.` }, error);
    case FULL:
      return new RuntimeError({ code: 'journal_write', message: diskFull(path.dirname(file)) }, error);
    case READONLY:
    case CANTOPEN:
      return new RuntimeError({ code: 'journal_write', message: readOnly(path.dirname(file)) }, error);
    case IOERR:
      if (code === IOERR_SHORT_READ) return damaged(error, file);
      return new RuntimeError(
        { code: 'journal_write', message: `The disk did not do what the database of the conversations asked of it (${file}, SQLite error ${code}). Check the disk, then reload the window.` },
        error,
      );
    case CORRUPT:
    case NOTADB:
      return damaged(error, file);
    default:
      return error;
  }
}

function damaged(error: unknown, file: string): RuntimeError {
  const message = `The database of the conversations, ${file}, is damaged. Reload the window: what can be read is then copied into a new file, and the damaged one is kept.`;
  return new RuntimeError({ code: 'journal_read', message }, error);
}
