import * as assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { RuntimeError } from '../../../src/protocol/RuntimeError.ts';
import { BLOB_LENGTH } from '../../../src/storage/payloads.ts';
import type { Storage } from '../../../src/storage/openStorage.ts';
import { append, readAll, said, StorageFolder, uncommitted } from '../../support/storage.ts';

const content = 'content\n'.repeat(BLOB_LENGTH);
const code = (expected: string) => (error: unknown) => error instanceof RuntimeError && error.info.code === expected;

describe('SqliteJournal', () => {
  let folder: StorageFolder;
  let storage: Storage;
  beforeEach(() => {
    folder = new StorageFolder();
    storage = folder.open();
  });
  afterEach(() => folder.dispose());

  const reopen = (): void => {
    storage.close();
    storage = folder.open();
  };
  const inFile = (sql: string): unknown[] => {
    const database = new DatabaseSync(folder.file);
    try {
      return database.prepare(sql).all().map((row) => ({ ...row }));
    } finally {
      database.close();
    }
  };

  it('gives back what it took, in order, gapless per session, going on after a restart', () => {
    const [one, , two] = append(storage, said('a', 'one'), said('b', 'other'), said('a', `two \ud800 ${content}`));
    reopen();
    const [three] = append(storage, said('a', 'three'));
    assert.deepEqual(readAll(storage.journal, 'a'), [one, two, three]);
    assert.deepEqual(readAll(storage.journal, 'a').map(({ seq }) => seq), [1, 2, 3]);
    assert.deepEqual(storage.journal.page('nobody', 0), { events: [], more: false });
    assert.equal(storage.journal.latestSessionId(), 'a');
  });

  it('takes events without a session from every host, and knows no session from them', () => {
    assert.equal(storage.journal.append(uncommitted(undefined, 'system.shutdown', {}), { powerCut: true }), 1);
    assert.equal(folder.open({ id: 'other' }).journal.append(uncommitted(undefined, 'system.shutdown', {}), { powerCut: false }), 2);
    assert.equal(storage.journal.latestSessionId(), undefined);
    assert.deepEqual(storage.journal.unfinished(), []);
  });

  it('takes events only from the host that holds the session, also large ones and synced ones', () => {
    append(storage, said('a', 'one'));
    const other = folder.open({ id: 'other' });
    for (const event of [said('a', 'two'), said('a', content)]) {
      for (const powerCut of [true, false]) assert.throws(() => other.journal.append(event, { powerCut }), code('session_not_owned'));
    }
    assert.throws(() => storage.journal.append(said('unknown', 'x'), { powerCut: false }), code('session_not_owned'));
    assert.equal(readAll(storage.journal, 'a').length, 1);
    assert.deepEqual(inFile('SELECT * FROM blobs'), []);
    storage.leases.release('a');
    assert.throws(() => storage.journal.append(said('a', 'two'), { powerCut: false }), code('session_not_owned'));
  });

  it('keeps heads: the last event, an open turn, a deletion', () => {
    const head = () => {
      const { seq, turnOpen, deleted } = storage.journal.head('a') ?? assert.fail();
      return [seq, turnOpen, deleted];
    };
    assert.equal(storage.journal.head('a'), undefined);
    append(storage, uncommitted('a', 'session.created', { title: 'x' }));
    assert.deepEqual(head(), [1, false, false]);
    append(storage, said('a', 'a message opens a turn'));
    assert.deepEqual(head(), [2, true, false]);
    append(storage, uncommitted('a', 'agent.processing.started', { agent: 'coder' }), uncommitted('b', 'session.created', { title: 'z' }));
    assert.deepEqual(head(), [3, true, false]);
    assert.deepEqual(storage.journal.unfinished().map(({ sessionId }) => sessionId), ['a']);
    append(storage, uncommitted('a', 'agent.processing.completed', { agent: 'coder', success: true, outcome: 'completed', durationMs: 1 }));
    assert.deepEqual(head(), [4, false, false]);
    assert.equal(storage.journal.latestSessionId(), 'a');
    append(storage, uncommitted('a', 'session.deleted', {}));
    assert.deepEqual(head(), [5, false, true]);
    assert.equal(storage.journal.latestSessionId(), 'b');
    assert.throws(() => append(storage, said('a', 'late')), code('session_deleted'));
    assert.throws(() => append(storage, said('a', content)), code('session_deleted'));
    append(storage, uncommitted('a', 'session.restored', {}), uncommitted('a', 'session.updated', { title: 'on' }));
    assert.deepEqual(head(), [7, false, false]);
    assert.deepEqual(storage.journal.unfinished(), []);
  });

  it('keeps a payload once, however many events and sessions name it', () => {
    const call = { id: 'c', name: 'write_file', arguments: JSON.stringify({ path: 'a.txt', content }) };
    const events = append(
      storage,
      said('a', content),
      uncommitted('a', 'session.message.added', { message: { role: 'assistant', id: 'm', agent: 'coder', content: '', toolCalls: [call], interrupted: false } }),
      uncommitted('a', 'tool.execution.requested', { callId: 'c', tool: 'write_file', arguments: call.arguments, object: 'a.txt' }),
      said('b', content),
    );
    assert.deepEqual(inFile('SELECT text FROM blobs'), [{ text: content }]);
    assert.deepEqual([...readAll(storage.journal, 'a'), ...readAll(storage.journal, 'b')], events);
  });

  it('gives pages: from a seq on, of some types, at most so many, and says whether more follow', () => {
    for (let index = 0; index < 30; index += 1) append(storage, said('a', `${index}`), uncommitted('a', 'session.updated', { title: `${index}` }));
    // the first of a type makes its schema, and a page ends after a few milliseconds
    readAll(storage.journal, 'a');
    const seqs = (...[after, options]: [number, Parameters<Storage['journal']['page']>[2]?]): unknown => {
      const { events, more } = storage.journal.page('a', after, options);
      return [events.map(({ seq }) => seq), more];
    };
    assert.deepEqual(seqs(57), [[58, 59, 60], false]);
    assert.deepEqual(seqs(0, { limit: 2 }), [[1, 2], true]);
    assert.deepEqual(seqs(58, { limit: 2 }), [[59, 60], false]);
    assert.deepEqual(seqs(0, { types: ['session.updated'], limit: 3 }), [[2, 4, 6], true]);
    assert.deepEqual(seqs(56, { types: ['session.updated', 'session.deleted'] }), [[58, 60], false]);
    assert.deepEqual(seqs(0, { types: ['session.deleted'] }), [[], false]);
    assert.equal(readAll(storage.journal, 'a').length, 60);
  });

  it('ends a page early where reading takes long, and loses nothing', () => {
    const events = append(storage, ...Array.from({ length: 40 }, (_, index) => said('a', `${index} ${content.repeat(20)}`)));
    const { more } = storage.journal.page('a', 0);
    assert.ok(more);
    assert.deepEqual(readAll(storage.journal, 'a'), events);
  });

  it('says which row cannot be read, and gives no shorter list', () => {
    append(storage, said('a', 'one'), uncommitted('a', 'session.created', { title: 'x' }));
    storage.close();
    inFile(`DROP TRIGGER events_stay`);
    inFile(`UPDATE events SET data = '{"title":1}' WHERE seq = 2`);
    storage = folder.open();
    assert.throws(() => readAll(storage.journal, 'a'), (error) => code('journal_read')(error) && /event 2 \(session\.created\) of the session a .*title/s.test(String(error)));
  });

  it('lets nobody change an event, or leave a gap', () => {
    append(storage, said('a', 'one'));
    storage.close();
    assert.throws(() => inFile('UPDATE events SET seq = 2'), /append-only/);
    assert.throws(() => inFile(`INSERT INTO events SELECT NULL, session_id, 3, event_id, type, timestamp, correlation_id, NULL, source, version, data FROM events`), /gap/);
  });

  it('reports queries with their rows, and no appends', () => {
    append(storage, said('a', 'one'), said('a', 'two'), said('a', content));
    folder.queries.length = 0;
    storage.journal.append(said('a', 'three'), { powerCut: true });
    assert.deepEqual(folder.queries, []);
    storage.journal.page('a', 1);
    storage.journal.head('a');
    assert.deepEqual(folder.queries.map(({ operation, rows }) => [operation, rows]), [['journal.page', 3], ['journal.head', 1]]);
    assert.ok(folder.queries.every(({ durationMs }) => durationMs >= 0));
  });

  it('never gives a position a second time', () => {
    append(storage, said('a', 'one'), said('b', 'two'), uncommitted('b', 'session.deleted', {}));
    while (storage.journal.erase('b'));
    append(storage, said('c', 'three'));
    assert.deepEqual(inFile('SELECT position FROM events ORDER BY position'), [{ position: 1 }, { position: 4 }]);
  });
});
