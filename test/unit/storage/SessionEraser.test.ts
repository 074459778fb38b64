import * as assert from 'node:assert/strict';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import { RuntimeError } from '../../../src/protocol/RuntimeError.ts';
import { BLOB_LENGTH } from '../../../src/storage/payloads.ts';
import type { Storage } from '../../../src/storage/openStorage.ts';
import { append, readAll, said, StorageFolder, uncommitted } from '../../support/storage.ts';

const SECRET = 'the secret of the session';
const large = SECRET.repeat(BLOB_LENGTH);
const shared = 'shared'.repeat(BLOB_LENGTH);
/** Of other sessions, however much alike. */
const keptDrafts = ['a0', 'a0/call', 'ab', 'ab/call', 'b', 'A/call', '%/call', '_/call'];
const deletion = uncommitted('a', 'session.deleted', {});

/** Another window: appends all the time, waits 50 ms for a database that somebody holds, and counts how often that was too short. */
const WRITER = `
  const { parentPort, workerData } = require('node:worker_threads');
  const { DatabaseSync } = require('node:sqlite');
  const database = new DatabaseSync(workerData.file, { timeout: 50 });
  database.exec('PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0');
  const append = database.prepare("INSERT INTO events SELECT NULL, 'w', coalesce((SELECT seq FROM heads WHERE session_id = 'w'), 0) + 1, 'e', 'session.deleted', '', 'c', NULL, '', 1, '{}'");
  const result = { taken: 0, refused: 0 };
  const stop = new Int32Array(workerData.stop);
  while (Atomics.load(stop, 0) === 0) {
    try { append.run(); result.taken += 1; } catch { result.refused += 1; }
    if (result.taken === 1) parentPort.postMessage('begun');
    Atomics.wait(stop, 0, 0, 5);
  }
  database.close();
  parentPort.postMessage(result);
`;

describe('SessionEraser', () => {
  let folder: StorageFolder;
  let storage: Storage;
  beforeEach(() => {
    folder = new StorageFolder();
    storage = folder.open();
  });
  afterEach(() => folder.dispose());

  const fill = (): void => {
    for (let index = 0; index < 2_000; index += 1) append(storage, said('a', `${SECRET} ${index} ${'x'.repeat(1_000)}`));
    append(storage, said('a', `${large}1`), said('a', `${large}2`), said('a', shared), said('b', shared), said('b', 'other'));
    const row = { sessionId: 'a', title: SECRET, createdAt: '', updatedAt: '', messageCount: 1 };
    const messages = Array.from({ length: 100 }, (_, index) => ({ messageId: `${index}`, seq: index, role: 'user' as const, timestamp: '', excerpt: SECRET }));
    storage.projections.writeSessions([{ seq: 1, row, messages }]);
    storage.projections.writeContexts([{ seq: 1, row: { sessionId: 'a', currentAgent: SECRET, switches: [] } }]);
    for (const key of ['a', 'a/call', 'a/another/call']) storage.drafts.saveDraft(key, SECRET);
    for (const key of keptDrafts) storage.drafts.saveDraft(key, 'of another session');
    storage.panels.opened({ sessionId: 'a', viewColumn: 1 });
    storage.audit.add([{ eventId: 'e', sessionId: 'a', type: 'hitl.decision.made', timestamp: '', correlationId: 'c' }]);
    append(storage, deletion);
  };
  const bytes = (): string =>
    fs
      .readdirSync(folder.path)
      .map((name) => fs.readFileSync(`${folder.path}/${name}`, 'latin1'))
      .join('');
  const rowsOfA = (): Record<string, unknown> => {
    const database = new DatabaseSync(folder.file);
    const tables = ['events', 'heads', 'blob_refs', 'sessions', 'contexts', 'messages', 'drafts', 'leases', 'panels', 'audit'];
    const counts = tables.map((table) => [table, database.prepare(`SELECT count(*) AS n FROM ${table} WHERE session_id = 'a'`).get()?.['n']]);
    database.close();
    return Object.fromEntries(counts.filter(([, count]) => count !== 0)) as Record<string, unknown>;
  };

  it('erases everything of a session but the audit log, and leaves no byte of it in the files', () => {
    fill();
    storage.journal.checkpoint();
    assert.ok(bytes().includes(SECRET));
    while (storage.journal.erase('a'));
    assert.ok(!bytes().includes(SECRET), 'erased text is still in a file, while it is open');
    assert.deepEqual(rowsOfA(), { audit: 1 });
    assert.equal(readAll(storage.journal, 'b').length, 2);
    for (const key of ['a', 'a/call', 'a/another/call']) assert.equal(storage.drafts.draft(key), '');
    for (const key of keptDrafts) assert.equal(storage.drafts.draft(key), 'of another session');
    storage.close();
    assert.ok(!bytes().includes(SECRET), 'erased text is still in a file');
    assert.equal(folder.open().journal.erase('a'), false);
  });

  it('is gone on from at any point by another host, and shows the session as deleted until it is gone', () => {
    fill();
    let steps = 0;
    for (let more = true; more; steps += 1) {
      const head = storage.journal.head('a');
      if (head !== undefined) {
        assert.ok(head.deleted);
        assert.ok(storage.journal.unfinished().some(({ sessionId, deleted }) => sessionId === 'a' && deleted));
        assert.equal(readAll(storage.journal, 'a').at(-1)?.type, 'session.deleted');
      }
      more = storage.journal.erase('a');
      storage.close();
      storage = folder.open({ id: `host ${steps}` });
    }
    assert.ok(steps > 3, `${steps} steps`);
    assert.deepEqual(rowsOfA(), { audit: 1 });
  });

  it('holds the host only for moments', () => {
    fill();
    const times: number[] = [];
    for (let more = true; more; ) {
      const start = performance.now();
      more = storage.journal.erase('a');
      times.push(performance.now() - start);
    }
    // 10 ms on a quiet machine, said by bench:storage; here only that it is done in parts
    assert.ok(times.length > 3 && Math.max(...times) < 200, times.join(' '));
  });

  it('leaves another window room to write, also where its checkpoint has a large log to copy', async () => {
    // none of it is checkpointed: 60 MB of log
    append(storage, ...Array.from({ length: 600 }, (_, index) => said('a', `${SECRET} ${index} `.repeat(3_000))), deletion);
    assert.ok(fs.statSync(`${folder.file}-wal`).size > 40 * 2 ** 20);
    const stop = new Int32Array(new SharedArrayBuffer(4));
    const other = new Worker(WRITER, { eval: true, workerData: { file: folder.file, stop: stop.buffer } });
    await once(other, 'message');
    // without a pause the steps themselves would leave a writer no moment
    const sizes = [fs.statSync(`${folder.file}-wal`).size];
    while (storage.journal.erase('a')) {
      sizes.push(fs.statSync(`${folder.file}-wal`).size);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    // a file is cut under the writers' lock, half a millisecond a megabyte: never much of it at once
    const cuts = sizes.slice(1).map((size, index) => (sizes[index] ?? 0) - size);
    assert.ok(Math.max(...cuts) <= 17 * 2 ** 20, `${Math.max(...cuts)} bytes at once`);
    assert.ok(!bytes().includes(SECRET), 'erased text is still in a file');
    Atomics.store(stop, 0, 1);
    const [{ taken, refused }] = (await once(other, 'message')) as [{ taken: number; refused: number }];
    assert.ok(taken > 10, `${taken} taken`);
    // a busy machine may stop who holds the lock for 50 ms, now and then; copying the log under it refuses far more
    assert.ok(refused <= taken / 20, `${refused} refused, ${taken} taken`);
  });

  it('erases no session that is not deleted, or that another host holds', () => {
    append(storage, said('a', 'x'));
    assert.throws(() => storage.journal.erase('a'), /not deleted/);
    append(storage, deletion);
    const other = folder.open({ id: 'other' });
    assert.throws(() => other.journal.erase('a'), (error) => error instanceof RuntimeError && error.info.code === 'session_not_owned');
    assert.equal(readAll(storage.journal, 'a').length, 2);
  });

  it('brings nothing back once it has begun', () => {
    fill();
    storage.journal.checkpoint();
    storage.journal.erase('a');
    assert.notEqual(storage.journal.head('a'), undefined);
    assert.throws(() => append(storage, uncommitted('a', 'session.restored', {})), (error) => error instanceof RuntimeError && error.info.code === 'session_deleted');
    for (const key of ['a', 'a/late', 'a/late/edit']) storage.drafts.saveDraft(key, 'late');
    assert.equal(storage.drafts.draft('a/late/edit'), '');
    while (storage.journal.erase('a'));
    assert.throws(() => append(storage, uncommitted('a', 'session.restored', {})), /for good/);
    storage.leases.release('a');
    storage.projections.writeContexts([{ seq: 1, row: { sessionId: 'a', currentAgent: 'late', switches: [] } }]);
    assert.deepEqual(rowsOfA(), { audit: 1 });
  });
});
