import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isNetworkFolder } from '../../../src/storage/networkFolder.ts';
import { BLOB_LENGTH } from '../../../src/storage/payloads.ts';
import { append, readAll, said, StorageFolder, uncommitted } from '../../support/storage.ts';

const VERSION_1 = path.resolve('test/fixtures/databases/v1.db');
const VERSION_2 = path.resolve('test/fixtures/databases/v2.db');
const SESSION = 'e0d688ab-1075-4939-b598-c62f4888234b';

function withDatabase<T>(file: string, body: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(file);
  try {
    return body(database);
  } finally {
    database.close();
  }
}

describe('openStorage', () => {
  let folder: StorageFolder;
  beforeEach(() => {
    folder = new StorageFolder();
  });
  afterEach(() => folder.dispose());

  it('creates a database in a folder that is not there yet, and leaves nothing else', () => {
    const file = path.join(folder.path, 'new', 'folder', 'x.db');
    const storage = folder.open({ file });
    append(storage, said('a', 'x'));
    assert.deepEqual([storage.salvaged, storage.network], [undefined, false]);
    storage.close();
    assert.deepEqual(fs.readdirSync(path.dirname(file)), ['x.db']);
    assert.equal(readAll(folder.open({ file }).journal, 'a').length, 1);
  });

  it('opens what version 1 left: every event, the heads, the draft', () => {
    fs.copyFileSync(VERSION_1, folder.file);
    const old = withDatabase(folder.file, (database) => database.prepare('SELECT * FROM events ORDER BY position').all());
    const storage = folder.open();
    const events = [...readAll(storage.journal, ''), ...readAll(storage.journal, SESSION)];
    assert.deepEqual(
      events.map(({ eventId, seq, type, timestamp, correlationId, causationId, source, version, data }) => [eventId, seq, type, timestamp, correlationId, causationId ?? null, source, version, data]),
      old.map((row) => [...['event_id', 'seq', 'type', 'timestamp', 'correlation_id', 'causation_id', 'source', 'version'].map((column) => row[column]), JSON.parse(String(row['data'])) as unknown]),
    );
    assert.equal(events.length, 47);
    assert.deepEqual(storage.journal.unfinished(), [{ sessionId: SESSION, seq: 45, turnOpen: true, deleted: false }]);
    assert.equal(storage.journal.latestSessionId(), SESSION);
    assert.equal(storage.drafts.draft(SESSION), 'half a thought');
    assert.deepEqual(storage.projections.lagging('sessions'), [SESSION]);
    assert.equal(storage.salvaged, undefined);
    const [next] = append(storage, said(SESSION, 'on'));
    assert.equal(next?.seq, 46);
  });

  it('opens what version 2 left: every event, the heads, blobs, drafts, tables', () => {
    fs.copyFileSync(VERSION_2, folder.file);
    const rows = (table: string) => withDatabase(folder.file, (database) => database.prepare(`SELECT * FROM ${table}`).all());
    const tables = ['events', 'heads', 'blobs', 'blob_refs', 'sessions', 'messages', 'contexts', 'drafts', 'audit', 'panels'];
    const before = tables.map(rows);
    const storage = folder.open();
    assert.deepEqual(tables.map(rows), before);
    assert.equal(storage.salvaged, undefined);
    const [open, asked, deleted] = storage.journal.unfinished();
    assert.deepEqual(
      [open, asked, deleted].map((head) => [head?.seq, head?.turnOpen, head?.deleted]),
      [[8, true, false], [17, true, false], [12, false, true]],
    );
    const [question] = readAll(storage.journal, asked?.sessionId ?? '', ['hitl.approval.requested']);
    assert.ok(question?.type === 'hitl.approval.requested' && String(question.data.arguments['content']).length > BLOB_LENGTH);
    const ended = withDatabase(folder.file, (database) => database.prepare('SELECT session_id AS id FROM heads WHERE seq = 21').get());
    assert.equal(storage.drafts.draft(String(ended?.['id'])), 'half a thought');
  });

  it('follows in a file of version 2 the turn’s own events alone', () => {
    fs.copyFileSync(VERSION_2, folder.file);
    const storage = folder.open();
    const id = storage.journal.unfinished()[0]?.sessionId ?? '';
    const part = { agent: 'coder', success: true, outcome: 'completed', durationMs: 1 } as const;
    append(storage, uncommitted(id, 'agent.processing.completed', part, 'CoderAgent'));
    assert.deepEqual(storage.journal.head(id), { sessionId: id, seq: 9, turnOpen: true, deleted: false });
    append(storage, uncommitted(id, 'agent.processing.completed', part));
    assert.deepEqual(storage.journal.head(id), { sessionId: id, seq: 10, turnOpen: false, deleted: false });
  });

  it('gives a migrated file the same schema as a new one', () => {
    const schemaOf = (file: string) =>
      withDatabase(file, (database) => [database.prepare('SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name').all(), database.prepare('PRAGMA user_version').get()]);
    const fresh = path.join(folder.path, 'fresh.db');
    folder.open({ file: fresh }).close();
    for (const version of [VERSION_1, VERSION_2]) {
      fs.copyFileSync(version, folder.file);
      folder.open().close();
      assert.deepEqual(schemaOf(folder.file), schemaOf(fresh), version);
    }
  });

  it('reads what version 1 wrote under names that mean something now', () => {
    fs.copyFileSync(VERSION_1, folder.file);
    const text = '{"callId":"c","tool":"t","arguments":"{\\"$blob\\":\\"x\\"}","object":"\\"$"}';
    withDatabase(folder.file, (database) => {
      database.prepare(`UPDATE events SET data = json_set(data, '$.arguments', json(?)) WHERE seq = 20 AND session_id = ?`).run('{"$blob":"x","$$":{"$json":1}}', SESSION);
      database.prepare(`UPDATE events SET data = ? WHERE seq = 11 AND session_id = ?`).run(text, SESSION);
    });
    const storage = folder.open();
    const [requested] = readAll(storage.journal, SESSION, ['hitl.approval.requested']);
    assert.deepEqual(requested?.type === 'hitl.approval.requested' && requested.data.arguments, JSON.parse('{"$blob":"x","$$":{"$json":1}}'));
    const [called] = readAll(storage.journal, SESSION, ['tool.execution.requested']);
    assert.deepEqual(called?.data, JSON.parse(text));
  });

  it('refuses a file of a newer version, and leaves it as it is', () => {
    folder.open().close();
    withDatabase(folder.file, (database) => database.exec('PRAGMA user_version = 99'));
    const before = fs.readFileSync(folder.file);
    assert.throws(() => folder.open(), /newer version of Agent Runtime \(schema 99.*Update/);
    assert.deepEqual(fs.readFileSync(folder.file), before);
    assert.deepEqual(fs.readdirSync(folder.path), [path.basename(folder.file)]);
  });

  it('has no write-ahead log on a network file system, and says so', () => {
    assert.equal(isNetworkFolder(folder.path), false);
    const storage = folder.open({ isNetwork: () => true });
    append(storage, said('a', 'x'));
    assert.equal(storage.network, true);
    assert.ok(!fs.existsSync(`${folder.file}-wal`));
    storage.close();
    const local = folder.open();
    append(local, said('a', 'y'));
    assert.ok(fs.existsSync(`${folder.file}-wal`));
    local.close();
    assert.equal(readAll(folder.open({ isNetwork: () => true }).journal, 'a').length, 2);
    assert.ok(!fs.existsSync(`${folder.file}-wal`));
  });

  it('takes nothing more when its file is moved away or deleted', () => {
    const storage = folder.open();
    append(storage, said('a', 'x'));
    fs.renameSync(folder.file, `${folder.file}.away`);
    assert.throws(() => append(storage, said('a', 'lost')), /moved or deleted/);
    assert.throws(() => storage.leases.beat(), /moved or deleted/);
    const other = folder.open({ id: 'other' });
    append(other, said('b', 'x'));
    assert.throws(() => append(storage, said('a', 'lost')), /moved or deleted/);
  });

  it('keeps what a killed host had written, and erases what it left in the log', () => {
    const storage = folder.open({ id: 'killed', isAlive: () => false });
    append(storage, said('a', 'x'), uncommitted('a', 'agent.processing.started', { agent: 'coder' }));
    // the files as a SIGKILL leaves them
    const copy = path.join(folder.path, 'copy.db');
    for (const part of ['', '-wal', '-shm']) fs.copyFileSync(folder.file + part, copy + part);
    const next = folder.open({ file: copy, isAlive: () => false });
    assert.equal(next.salvaged, undefined);
    assert.deepEqual(next.journal.unfinished(), [{ sessionId: 'a', seq: 2, turnOpen: true, deleted: false }]);
    next.journal.checkpoint();
    // the log begins anew: its head, and one page
    assert.equal(fs.statSync(`${copy}-wal`).size, 32 + 24 + 4_096);
  });
});
