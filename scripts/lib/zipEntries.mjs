import { readFileSync } from 'node:fs';

const END_OF_DIRECTORY = 0x06054b50;
const ENTRY = 0x02014b50;
const ENTRY_LENGTH = 46;

/**
 * The names in a zip file, by its central directory (APPNOTE 4.3.12 and 4.3.16).
 * @param {string} file
 */
export function zipEntries(file) {
  const bytes = readFileSync(file);
  let end = bytes.length - 22;
  while (end >= 0 && bytes.readUInt32LE(end) !== END_OF_DIRECTORY) end--;
  if (end < 0) throw new Error(`${file} is not a zip file.`);
  const names = [];
  for (let at = bytes.readUInt32LE(end + 16); at < end && bytes.readUInt32LE(at) === ENTRY; ) {
    const [name, extra, comment] = [bytes.readUInt16LE(at + 28), bytes.readUInt16LE(at + 30), bytes.readUInt16LE(at + 32)];
    names.push(bytes.toString('utf8', at + ENTRY_LENGTH, at + ENTRY_LENGTH + name));
    at += ENTRY_LENGTH + name + extra + comment;
  }
  return names;
}
