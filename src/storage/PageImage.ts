import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';

/** SQLite's default, which no version of ours changed; for a file whose head is gone. */
const DEFAULT_PAGE_SIZE = 4096;
const WAL_HEADER = 32;
const FRAME_HEADER = 24;
const MAGIC = 0x377f0682;

/**
 * The pages of a database file as its last commit left them, whatever else is wrong with it: those in the write-ahead
 * log before those in the file. Reads only. https://www.sqlite.org/fileformat2.html
 */
export class PageImage {
  readonly pageSize: number;
  readonly count: number;
  /** As the file's head says; 0 where it is gone. */
  readonly version: number;
  readonly #file: number | undefined;
  readonly #length: number;
  readonly #logged: ReadonlyMap<number, Buffer>;

  constructor(file: string) {
    const log = readLog(`${file}-wal`);
    this.#logged = log.pages;
    this.#file = existsSync(file) ? openSync(file, 'r') : undefined;
    this.#length = this.#file === undefined ? 0 : fstatSync(this.#file).size;
    const head = this.#logged.get(1) ?? this.#read(0, 100);
    const whole = head.length >= 100 && head.toString('latin1', 0, 15) === 'SQLite format 3';
    const size = whole ? head.readUInt16BE(16) : 0;
    this.pageSize = log.pageSize ?? (size === 1 ? 65536 : size >= 512 ? size : DEFAULT_PAGE_SIZE);
    this.version = whole ? head.readUInt32BE(60) : 0;
    this.count = [...this.#logged.keys()].reduce((count, number) => Math.max(count, number), Math.ceil(this.#length / this.pageSize));
  }

  /** Page numbers count from 1. What a cut has taken from the page is missing at its end; `undefined` for a page that is not there. */
  page(number: number): Buffer | undefined {
    const logged = this.#logged.get(number);
    if (logged !== undefined) return logged;
    if (number < 1 || number > this.count) return undefined;
    const bytes = this.#read((number - 1) * this.pageSize, this.pageSize);
    return bytes.length === 0 ? undefined : bytes;
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
  }

  #read(position: number, length: number): Buffer {
    const bytes = Buffer.alloc(Math.max(0, Math.min(length, this.#length - position)));
    return this.#file === undefined ? bytes : bytes.subarray(0, readSync(this.#file, bytes, 0, bytes.length, position));
  }
}

/** The pages of a write-ahead log's committed transactions. */
function readLog(file: string): { pages: ReadonlyMap<number, Buffer>; pageSize: number | undefined } {
  const pages = new Map<number, Buffer>();
  const log = existsSync(file) ? readFileSync(file) : Buffer.alloc(0);
  const magic = log.length < WAL_HEADER ? 0 : log.readUInt32BE(0);
  if ((magic & ~1) !== MAGIC) return { pages, pageSize: undefined };
  const checksum = new LogChecksum((magic & 1) === 1);
  checksum.add(log.subarray(0, 24));
  const pageSize = log.readUInt32BE(8);
  if (!checksum.equals(log, 24)) return { pages, pageSize: undefined };
  const transaction = new Map<number, Buffer>();
  for (let at = WAL_HEADER; at + FRAME_HEADER + pageSize <= log.length; at += FRAME_HEADER + pageSize) {
    const page = log.subarray(at + FRAME_HEADER, at + FRAME_HEADER + pageSize);
    checksum.add(log.subarray(at, at + 8));
    checksum.add(page);
    const sameSalts = log.compare(log, 16, 24, at + 8, at + 16) === 0;
    if (!sameSalts || !checksum.equals(log, at + 16)) break;
    transaction.set(log.readUInt32BE(at), page);
    if (log.readUInt32BE(at + 4) === 0) continue;
    for (const [number, bytes] of transaction) pages.set(number, bytes);
    transaction.clear();
  }
  return { pages, pageSize };
}

/** The running checksum of a write-ahead log: a frame that does not fit it was never committed. */
class LogChecksum {
  readonly #bigEndian: boolean;
  #first = 0;
  #second = 0;

  constructor(bigEndian: boolean) {
    this.#bigEndian = bigEndian;
  }

  add(bytes: Buffer): void {
    const read = (at: number): number => (this.#bigEndian ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at));
    for (let at = 0; at < bytes.length; at += 8) {
      this.#first = (this.#first + read(at) + this.#second) >>> 0;
      this.#second = (this.#second + read(at + 4) + this.#first) >>> 0;
    }
  }

  equals(log: Buffer, at: number): boolean {
    return log.readUInt32BE(at) === this.#first && log.readUInt32BE(at + 4) === this.#second;
  }
}
