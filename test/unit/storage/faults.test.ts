import * as assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { RuntimeError } from '../../../src/protocol/RuntimeError.ts';
import { number } from '../../../src/storage/columns.ts';
import { openStorage, type Storage } from '../../../src/storage/openStorage.ts';
import { canMount, mountSmallDisk } from '../../support/smallDisk.ts';
import { append, readAll, said, StorageFolder } from '../../support/storage.ts';

const LARGE = 'large'.repeat(10_000);
const NOBODY = 65_534;

const failure = (run: () => unknown): RuntimeError => {
  try {
    run();
  } catch (error) {
    if (error instanceof RuntimeError) return error;
    throw error;
  }
  return assert.fail('it did not fail');
};

/** The bundle that a child process opens the storage with: this file, which mocha does not load there. */
if (process.env['AR_OPEN_STORAGE'] !== undefined) {
  if (process.getuid?.() === 0) process.setuid?.(NOBODY);
  const error = failure(() => openStorage({ file: process.env['AR_OPEN_STORAGE'] ?? '', host: { id: 'h', pid: process.pid, machine: 'here' }, now: () => new Date(), onQuery: () => undefined }));
  process.stdout.write(JSON.stringify(error.info));
  process.exit(0);
}

describe('faults of the storage', () => {
  let folder: StorageFolder;
  beforeEach(() => {
    folder = new StorageFolder();
  });
  afterEach(() => folder.dispose());

  /** Appends until it fails; what was acknowledged must be there, and the rest must not. */
  const fillUp = (storage: Storage, content: string): { error: RuntimeError; taken: string[] } => {
    const taken: string[] = [];
    const error = failure(() => {
      for (let index = 0; index < 10_000; index += 1) {
        append(storage, said('a', `${index} ${content}`));
        taken.push(`${index} ${content}`);
      }
    });
    return { error, taken };
  };
  const contents = (storage: Storage): string[] =>
    readAll(storage.journal, 'a').map((event) => (event.type === 'session.message.added' ? event.data.message.content : assert.fail(event.type)));

  it('locked by another program: fails soon with journal_busy, and works after it', () => {
    const storage = folder.open();
    append(storage, said('a', 'one'));
    const other = new DatabaseSync(folder.file);
    other.exec('BEGIN IMMEDIATE');
    for (const event of [said('a', 'two'), said('a', LARGE)]) {
      const start = performance.now();
      assert.equal(failure(() => storage.journal.append(event, { powerCut: true })).info.code, 'journal_busy');
      // 50 ms of it are waited for; a busy machine takes its time for the rest
      assert.ok(performance.now() - start < 300);
    }
    assert.equal(failure(() => storage.leases.take('b')).info.code, 'journal_busy');
    assert.deepEqual(contents(storage), ['one']);
    other.exec('ROLLBACK');
    other.close();
    append(storage, said('a', 'two'));
    assert.deepEqual(contents(storage), ['one', 'two']);
  });

  it('locked exclusively when it is opened: journal_busy, and nothing is set aside', () => {
    folder.open().close();
    const other = new DatabaseSync(folder.file);
    other.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    assert.equal(failure(() => folder.open()).info.code, 'journal_busy');
    other.exec('ROLLBACK');
    other.close();
    assert.equal(folder.open().salvaged, undefined);
  });

  const fullDisk = (): void => {
    const disk = path.join(folder.path, 'disk');
    fs.mkdirSync(disk);
    assert.ok(mountSmallDisk(disk));
    try {
      for (const content of ['small'.repeat(500), LARGE]) {
        const file = path.join(disk, `${content.length}.db`);
        const ballast = path.join(disk, 'ballast');
        const spare = path.join(disk, 'spare');
        fs.writeFileSync(ballast, Buffer.alloc(60_000));
        fs.writeFileSync(spare, Buffer.alloc(80_000));
        let storage = folder.open({ file });
        const { error, taken } = fillUp(storage, content);
        assert.match(error.message, /disk that holds .* is full.*Free some space/);
        assert.deepEqual(contents(storage), taken);
        storage.close();
        // opening takes a little room too
        fs.rmSync(spare);
        storage = folder.open({ file });
        assert.equal(storage.salvaged, undefined);
        assert.deepEqual(contents(storage), taken);
        fs.rmSync(ballast);
        append(storage, said('a', 'on'));
        assert.deepEqual(contents(storage), [...taken, 'on']);
        storage.close();
        for (const name of fs.readdirSync(disk)) fs.rmSync(path.join(disk, name));
      }
    } finally {
      for (const name of fs.readdirSync(disk)) fs.rmSync(path.join(disk, name));
      // lazily: where the test failed, its database is still open
      execFileSync('umount', ['-l', disk]);
    }
  };
  if (canMount()) it('disk full: what was acknowledged is there, nothing else, and it goes on when there is room', fullDisk);

  it('no page to be had: what was acknowledged is there, nothing else, and it goes on when there are some', () => {
    for (const content of ['small'.repeat(500), LARGE]) {
      const { storage, database } = folder.openWithConnection();
      const before = contents(storage);
      database.exec(`PRAGMA max_page_count = ${number(database.all('PRAGMA page_count')[0] ?? {}, 'page_count') + 100}`);
      const { error, taken } = fillUp(storage, content);
      assert.match(error.message, /disk that holds .* is full.*Free some space/);
      assert.deepEqual(contents(storage), [...before, ...taken]);
      assert.equal(storage.journal.head('a')?.seq, before.length + taken.length);
      const blobs = number(database.all('SELECT count(*) AS n FROM blobs')[0] ?? {}, 'n');
      assert.equal(blobs, content === LARGE ? taken.length : 0);
      storage.close();
      // the limit was this connection's
      const next = folder.open();
      assert.deepEqual(contents(next), [...before, ...taken]);
      append(next, said('a', 'on'));
      assert.equal(contents(next).at(-1), 'on');
      next.close();
    }
  });

  const readOnly = (): void => {
    /** What a person without rights hears. */
    const open = (file: string): { code: string; message: string } => {
      const { stdout, stderr } = spawnSync(process.execPath, [__filename], { env: { ...process.env, AR_OPEN_STORAGE: file }, encoding: 'utf8' });
      if (stdout === '') assert.fail(stderr);
      return JSON.parse(stdout) as { code: string; message: string };
    };
    afterEach(() => fs.chmodSync(folder.path, 0o700));

    it('folder: says which, and what to do', () => {
      fs.chmodSync(folder.path, 0o555);
      const { code, message } = open(path.join(folder.path, 'new', 'x.db'));
      assert.equal(code, 'journal_write');
      assert.ok(message.includes(folder.path) && /right to write/.test(message), message);
      assert.deepEqual(fs.readdirSync(folder.path), []);
    });

    it('folder with a database: says so, and takes it for no damage', () => {
      const storage = folder.open();
      append(storage, said('a', 'x'));
      storage.close();
      for (const mode of [0o555, 0o444]) {
        fs.chmodSync(folder.file, 0o444);
        fs.chmodSync(folder.path, mode | 0o111);
        const { message } = open(folder.file);
        assert.ok(message.includes(folder.path) && /right to write/.test(message), message);
        assert.deepEqual(fs.readdirSync(folder.path), [path.basename(folder.file)]);
      }
    });
  };
  // Windows has no such folders
  if (process.platform !== 'win32') describe('read-only', readOnly);
});
