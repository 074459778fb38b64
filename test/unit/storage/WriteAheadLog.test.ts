import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import type { Database } from '../../../src/storage/Database.ts';
import type { Storage } from '../../../src/storage/openStorage.ts';
import { BLOB_LENGTH } from '../../../src/storage/payloads.ts';
import { append, said, StorageFolder } from '../../support/storage.ts';

const [NORMAL, FULL] = [1, 2];

describe('the write-ahead log', () => {
  let folder: StorageFolder;
  let storage: Storage;
  let database: Database;
  beforeEach(() => {
    folder = new StorageFolder();
    ({ storage, database } = folder.openWithConnection());
    append(storage, said('a', 'x'));
  });
  afterEach(() => folder.dispose());

  const log = (): Buffer => fs.readFileSync(`${folder.file}-wal`);
  /** New with every beginning of the log. */
  const salts = (): string => log().toString('hex', 16, 24);
  const synchronous = (): unknown => database.all('PRAGMA synchronous')[0]?.['synchronous'];

  it('is on the disk when an append returns that is to survive a power cut, and no other append waits for the disk', () => {
    // read by the connection itself, where a statement commits: at an insert, and at the end of a transaction
    const seen: unknown[] = [];
    const write = database.write.bind(database);
    const exec = database.exec.bind(database);
    database.write = (...parameters) => {
      seen.push(synchronous());
      return write(...parameters);
    };
    database.exec = (sql) => {
      if (sql === 'COMMIT') seen.push(synchronous());
      exec(sql);
    };
    const settings = (content: string, powerCut: boolean): unknown[] => {
      seen.length = 0;
      storage.journal.append(said('a', content), { powerCut });
      return [...seen];
    };
    assert.deepEqual(settings('y', true), [FULL]);
    assert.deepEqual(settings('y'.repeat(BLOB_LENGTH), true), [FULL, FULL]);
    assert.deepEqual(settings('y', false), [NORMAL]);
    assert.deepEqual(settings('z'.repeat(BLOB_LENGTH), false), [NORMAL, NORMAL]);
    assert.equal(synchronous(), NORMAL);
  });

  it('is moved by a checkpoint, and never within an append', () => {
    storage.journal.checkpoint();
    const [size, begun] = [fs.statSync(folder.file).size, salts()];
    // SQLite itself would do it from 1,000 pages on
    append(storage, ...Array.from({ length: 100 }, (_, index) => said('a', `${index}`.padEnd(100_000))));
    assert.ok(log().length > 2_000 * 4_096);
    assert.deepEqual([fs.statSync(folder.file).size, salts()], [size, begun]);
    storage.journal.checkpoint();
    assert.ok(fs.statSync(folder.file).size > 2_000 * 4_096);
  });

  it('begins anew within the checkpoint, so that no append waits for that', () => {
    for (let round = 0; round < 3; round += 1) {
      const before = salts();
      storage.journal.checkpoint();
      const after = salts();
      assert.notEqual(after, before);
      append(storage, said('a', 'next'));
      assert.equal(salts(), after);
    }
  });

  it('keeps 4 MB of its size after a burst', () => {
    append(storage, ...Array.from({ length: 100 }, (_, index) => said('a', `${index}`.padEnd(100_000))));
    storage.journal.checkpoint();
    assert.equal(log().length, 4 * 2 ** 20);
  });

  it('costs a checkpoint nothing where nothing was written', () => {
    storage.journal.checkpoint();
    const before = log();
    storage.journal.checkpoint();
    assert.deepEqual(log(), before);
  });

  it('is none on a network drive: a checkpoint writes nothing', () => {
    storage.close();
    const other = folder.open({ isNetwork: () => true });
    append(other, said('b', 'x'));
    const before = fs.readFileSync(folder.file);
    other.journal.checkpoint();
    assert.deepEqual(fs.readFileSync(folder.file), before);
  });
});
