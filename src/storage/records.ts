import type { PageImage } from './PageImage.ts';

/** What a row of a table holds in the file: `null` also for the column that is the row's id. */
export type Value = string | number | bigint | null | Buffer;

/** Where a row of a table with ids is in the file. */
export interface Place {
  page: number;
  pointer: number;
}

export interface RawRow extends Place {
  rowid: number;
  values: readonly Value[];
}

/** `table`: rows with an id. `index`: rows of tables without one, and entries of indexes; they have the `rowid` 0. */
type LeafKind = 'table' | 'index';

const LEAF: Record<LeafKind, number> = { table: 0x0d, index: 0x0a };

/**
 * Every row that is whole, page by page, without asking the tree above the pages: where that is gone, SQLite finds
 * none of them. `onBroken` is called for each that is not whole. https://www.sqlite.org/fileformat2.html#b_tree_pages
 */
export function* rowsInPages(image: PageImage, kind: LeafKind, onBroken: () => void): Generator<RawRow> {
  for (let number = 1; number <= image.count; number += 1) {
    const page = image.page(number);
    const head = number === 1 ? 100 : 0;
    if (page === undefined || page.length < head + 8 || page[head] !== LEAF[kind]) continue;
    const cells = page.readUInt16BE(head + 3);
    for (let cell = 0; cell < cells; cell += 1) {
      const pointer = head + 8 + cell * 2;
      const row = readCell(image, page, pointer, kind);
      if (row === undefined) onBroken();
      else yield { ...row, page: number, pointer };
    }
  }
}

/** A row's values, once more. */
export function valuesAt(image: PageImage, { page: number, pointer }: Place): readonly Value[] {
  const page = image.page(number);
  return (page === undefined ? undefined : readCell(image, page, pointer, 'table'))?.values ?? [];
}

function readCell(image: PageImage, page: Buffer, pointer: number, kind: LeafKind): Omit<RawRow, keyof Place> | undefined {
  try {
    const size = readVarint(page, page.readUInt16BE(pointer));
    const rowid = kind === 'table' ? readVarint(page, size.next) : { value: 0, next: size.next };
    return { rowid: rowid.value, values: readRecord(readPayload(image, page, rowid.next, size.value, kind)) };
  } catch (error) {
    // what is read behind an end throws a RangeError, text that is none a TypeError
    if (error instanceof RangeError || error instanceof TypeError) return undefined;
    throw error;
  }
}

/** A row's bytes: the beginning in the page, the rest in a chain of overflow pages. */
function readPayload(image: PageImage, page: Buffer, start: number, size: number, kind: LeafKind): Buffer {
  const usable = image.pageSize;
  const most = kind === 'table' ? usable - 35 : Math.floor(((usable - 12) * 64) / 255) - 23;
  if (size <= most) return slice(page, start, size);
  if (size > image.count * usable) throw new RangeError('longer than the file');
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const rest = least + ((size - least) % (usable - 4));
  const local = rest <= most ? rest : least;
  const parts = [slice(page, start, local)];
  let next = page.readUInt32BE(start + local);
  for (let left = size - local; left > 0; ) {
    const overflow = image.page(next);
    if (overflow === undefined) throw new RangeError('a page is missing');
    const part = slice(overflow, 4, Math.min(left, usable - 4));
    parts.push(part);
    left -= part.length;
    next = overflow.readUInt32BE(0);
  }
  return Buffer.concat(parts);
}

function slice(bytes: Buffer, start: number, length: number): Buffer {
  if (start + length > bytes.length) throw new RangeError('cut');
  return bytes.subarray(start, start + length);
}

function readRecord(payload: Buffer): Value[] {
  const head = readVarint(payload, 0);
  const values: Value[] = [];
  let body = head.value;
  for (let at = head.next; at < head.value; ) {
    const type = readVarint(payload, at);
    at = type.next;
    const length = lengthOf(type.value);
    values.push(readValue(type.value, slice(payload, body, length)));
    body += length;
  }
  // a row that a cut has filled with zeros has a record of another length
  if (values.length === 0 || body !== payload.length) throw new RangeError('no record');
  return values;
}

const LENGTHS = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0];

function lengthOf(type: number): number {
  const known = LENGTHS[type];
  if (known !== undefined) return known;
  if (type < 12) throw new RangeError('no such type');
  return Math.floor((type - 12) / 2);
}

function readValue(type: number, bytes: Buffer): Value {
  if (type === 0) return null;
  if (type === 8 || type === 9) return type - 8;
  if (type <= 5) return bytes.readIntBE(0, bytes.length);
  if (type === 6) return bytes.readBigInt64BE(0);
  if (type === 7) return bytes.readDoubleBE(0);
  return type % 2 === 0 ? bytes : new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
}

function readVarint(bytes: Buffer, at: number): { value: number; next: number } {
  let value = 0;
  for (let index = 0; index < 8; index += 1) {
    const byte = bytes.readUInt8(at + index);
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return { value, next: at + index + 1 };
  }
  throw new RangeError('larger than anything that we wrote');
}
