import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { EventBus } from '../../../src/core/bus/EventBus.ts';
import type { RuntimeEvent } from '../../../src/protocol/events.ts';
import { SqliteStore } from '../../../src/storage/SqliteStore.ts';
import { MemoryLog, systemClock } from '../../support/ports.ts';

describe('SqliteStore', () => {
  let folder: string;
  let file: string;
  let store: SqliteStore;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ar-store-'));
    file = path.join(folder, 'new', 'agent-runtime.db');
    store = new SqliteStore(file);
  });
  afterEach(() => {
    store.close();
    fs.rmSync(folder, { recursive: true });
  });

  const create = (sessionId: string, title: string): RuntimeEvent =>
    new EventBus({ journal: store, clock: systemClock, log: new MemoryLog() }).publish({
      type: 'session.created',
      source: 'test',
      sessionId,
      correlationId: 'c',
      causationId: 'cause',
      data: { title },
    });
  const reopen = (): void => {
    store.close();
    store = new SqliteStore(file);
  };

  it('gives back what it took, in order, gapless per session, going on after a restart', () => {
    const events = [create('a', 'one'), create('b', 'other'), create('a', 'two')];
    reopen();
    events.push(create('a', 'three'));
    assert.deepEqual(store.read('a'), [events[0], events[2], events[3]]);
    assert.deepEqual(
      store.read('a').map(({ seq }) => seq),
      [1, 2, 3],
    );
    assert.deepEqual(store.read('nobody'), []);
    assert.equal(store.latestSessionId(), 'a');
  });

  it('knows no session in a new file, nor from events without one', () => {
    new EventBus({ journal: store, clock: systemClock, log: new MemoryLog() }).publish({ type: 'system.shutdown', source: 'test', correlationId: 'c', data: {} });
    assert.equal(store.latestSessionId(), undefined);
  });

  it('keeps drafts, and forgets empty ones', () => {
    store.saveDraft('a', 'half a thought');
    reopen();
    assert.equal(store.draft('a'), 'half a thought');
    store.saveDraft('a', '');
    assert.equal(store.draft('a'), '');
  });

  it('keeps everything over a checkpoint', () => {
    const event = create('a', 'one');
    store.checkpoint();
    reopen();
    assert.deepEqual(store.read('a'), [event]);
  });

  it('says where a row cannot be read, and gives no shorter list', () => {
    create('a', 'one');
    store.close();
    const database = new DatabaseSync(file);
    database.exec(`UPDATE events SET data = '{"title":1}'`);
    database.close();
    store = new SqliteStore(file);
    assert.throws(() => store.read('a'), /title/);
  });

  it('refuses a file of a newer version, and leaves it as it is', () => {
    store.close();
    const database = new DatabaseSync(file);
    database.exec('PRAGMA user_version = 99');
    database.close();
    assert.throws(() => new SqliteStore(file), /newer version of Agent Runtime \(schema 99/);
    fs.rmSync(path.dirname(file), { recursive: true });
    store = new SqliteStore(file);
  });

  it('refuses a file that is no database, and leaves it as it is', () => {
    const other = path.join(folder, 'other.db');
    fs.writeFileSync(other, 'not a database at all, but long enough to be read as one');
    assert.throws(() => new SqliteStore(other), /not a database/);
    assert.match(fs.readFileSync(other, 'utf8'), /^not a database/);
  });
});
