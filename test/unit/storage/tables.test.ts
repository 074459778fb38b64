import * as assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import type { AuditEntry } from '../../../src/core/ports/AuditLog.ts';
import { LEASE_TIMEOUT } from '../../../src/core/ports/Leases.ts';
import type { SessionRow } from '../../../src/core/ports/Projections.ts';
import { processIsAlive } from '../../../src/storage/hosts.ts';
import type { Storage } from '../../../src/storage/openStorage.ts';
import { append, said, StorageFolder, uncommitted } from '../../support/storage.ts';

describe('tables of the storage', () => {
  let folder: StorageFolder;
  let storage: Storage;
  let now = 0;
  let dead: number[] = [];
  beforeEach(() => {
    folder = new StorageFolder();
    now = Date.parse('2026-11-22T10:00:00Z');
    dead = [];
    storage = host('one', 1);
  });
  afterEach(() => folder.dispose());

  const host = (id: string, pid: number, machine = 'here'): Storage =>
    folder.open({ host: { id, pid, machine }, now: () => new Date(now), isAlive: (candidate) => !dead.includes(candidate) });

  describe('drafts', () => {
    it('are kept, and forgotten where they are empty', () => {
      storage.drafts.saveDraft('a', 'half a thought \ud83d');
      storage.close();
      storage = host('two', 2);
      assert.equal(storage.drafts.draft('a'), 'half a thought \ud83d');
      storage.drafts.saveDraft('a', '');
      assert.equal(storage.drafts.draft('a'), '');
    });
  });

  describe('leases', () => {
    it('belong to one living host', () => {
      const other = host('two', 2);
      assert.ok(storage.leases.take('a'));
      assert.ok(storage.leases.take('a'));
      assert.ok(!other.leases.take('a'));
      other.leases.release('a');
      assert.deepEqual(storage.leases.beat(), ['a']);
      storage.leases.release('a');
      assert.ok(other.leases.take('a'));
      assert.deepEqual(storage.leases.beat(), []);
    });

    it('are free when the process is dead, on the same machine only', () => {
      const far = host('far', 3, 'elsewhere');
      storage.leases.take('a');
      far.leases.take('b');
      dead = [1, 3];
      const other = host('two', 2);
      assert.ok(other.leases.take('a'));
      assert.ok(!other.leases.take('b'));
    });

    it('are free when the host has said nothing for too long', () => {
      const other = host('two', 2);
      storage.leases.take('a');
      now += LEASE_TIMEOUT;
      assert.ok(!other.leases.take('a'));
      storage.leases.beat();
      now += LEASE_TIMEOUT;
      assert.ok(!other.leases.take('a'));
      now += 1;
      assert.ok(other.leases.take('a'));
      assert.deepEqual(storage.leases.beat(), []);
    });

    it('do not stay taken when the clock is set back', () => {
      const other = host('two', 2);
      storage.leases.take('a');
      now -= 3_600_000;
      assert.ok(other.leases.take('a'));
    });

    it('are given back when the host closes', () => {
      const other = host('two', 2);
      storage.leases.take('a');
      storage.close();
      assert.ok(other.leases.take('a'));
    });

    it('of a machine that is gone are forgotten after a week, and its host with them', () => {
      const DAY = 24 * 60 * 60 * 1_000;
      host('far', 3, 'elsewhere').leases.take('a');
      const hosts = (): unknown[] => {
        host('later', 4).close();
        const database = new DatabaseSync(folder.file);
        const rows = database.prepare(`SELECT host_id, (SELECT count(*) FROM leases) AS leases FROM hosts WHERE host_id = 'far'`).all();
        database.close();
        return rows.map((row) => ({ ...row }));
      };
      now += 6 * DAY;
      assert.deepEqual(hosts(), [{ host_id: 'far', leases: 1 }]);
      now += 2 * DAY;
      assert.deepEqual(hosts(), []);
      assert.ok(storage.leases.take('a'));
    });

    it('know a living process from a dead one', () => {
      assert.ok(processIsAlive(process.pid));
      // the largest that Linux gives is 4194304
      assert.ok(!processIsAlive(4_194_305));
    });
  });

  describe('panels', () => {
    it('of dead hosts on this machine are left over until they are forgotten', () => {
      const far = host('far', 3, 'elsewhere');
      const living = host('living', 4);
      storage.panels.opened({ sessionId: 'a', viewColumn: 1 });
      storage.panels.opened({ sessionId: 'b', viewColumn: 1 });
      storage.panels.opened({ sessionId: 'b', viewColumn: 2 });
      storage.panels.opened({ sessionId: 'c', viewColumn: 1 });
      storage.panels.closed('c');
      far.panels.opened({ sessionId: 'd', viewColumn: 1 });
      living.panels.opened({ sessionId: 'e', viewColumn: 1 });
      dead = [1, 3];
      const next = host('next', 5);
      const left = [
        { sessionId: 'a', viewColumn: 1, killed: true },
        { sessionId: 'b', viewColumn: 2, killed: true },
      ];
      assert.deepEqual(next.panels.leftOver(), left);
      // another window's host looks too
      assert.deepEqual(living.panels.leftOver(), left);
      next.panels.opened({ sessionId: 'a', viewColumn: 3 });
      next.panels.forget('a');
      next.panels.forget('e');
      assert.deepEqual(living.panels.leftOver(), left.slice(1));
      dead = [1, 3, 4, 5];
      assert.deepEqual(host('last', 6).panels.leftOver().map(({ sessionId }) => sessionId).toSorted(), ['a', 'b', 'e']);
    });

    it('of a host that said goodbye are left over as such, behind those of one that was killed', () => {
      const killed = host('killed', 2);
      for (const sessionId of ['a', 'b']) storage.panels.opened({ sessionId, viewColumn: 1 });
      killed.panels.opened({ sessionId: 'b', viewColumn: 2 });
      storage.close();
      dead = [2];
      const next = host('next', 5);
      const expected = [
        { sessionId: 'a', viewColumn: 1, killed: false },
        { sessionId: 'b', viewColumn: 2, killed: true },
      ];
      assert.deepEqual(next.panels.leftOver(), expected);
      for (const sessionId of ['a', 'b']) next.panels.forget(sessionId);
      assert.deepEqual(next.panels.leftOver(), []);
    });
  });

  describe('audit log', () => {
    const entry = (eventId: string, sessionId: string, more: Partial<AuditEntry> = {}): AuditEntry => ({
      eventId,
      sessionId,
      type: 'hitl.decision.made',
      timestamp: '2026-11-22T10:00:00.000Z',
      correlationId: 'c',
      ...more,
    });

    it('keeps entries in order, each once', () => {
      const entries = [entry('2', 'a', { actor: 'person', outcome: 'approve' }), entry('1', 'b', { tool: '\ud800' }), entry('3', 'a', { questionId: 'q' })];
      storage.audit.add(entries.slice(0, 2));
      storage.audit.add([entry('2', 'a', { actor: 'another' }), ...entries.slice(2)]);
      assert.deepEqual(storage.audit.read(), entries);
      assert.deepEqual(storage.audit.read('a'), [entries[0], entries[2]]);
      assert.deepEqual(storage.audit.eventIds('a'), [entries[0]?.eventId, entries[2]?.eventId]);
    });

    it('is read in pages, from the beginning or for the last entries', () => {
      const ids = Array.from({ length: 1_201 }, (_, index) => String(index));
      storage.audit.add(ids.map((id) => entry(id, '', { files: [id], refused: [], object: '\ud800' })));
      const readFrom = (after: number): string[] => {
        const page = storage.audit.page(after);
        assert.ok(page.entries.length <= 500 && (page.entries.length > 0 || !page.more));
        return [...page.entries.map(({ eventId }) => eventId), ...(page.more ? readFrom(page.next) : [])];
      };
      assert.deepEqual(readFrom(0), ids);
      assert.deepEqual(storage.audit.page(0).entries[0], entry('0', '', { files: ['0'], refused: [], object: '\ud800' }));
      assert.deepEqual(readFrom(storage.audit.beforeLast(700)), ids.slice(-700));
      assert.deepEqual([storage.audit.beforeLast(1_201), storage.audit.beforeLast(5_000)], [0, 0]);
    });
  });

  describe('projections', () => {
    const row = (sessionId: string, title: string, updatedAt = 'now'): SessionRow => ({ sessionId, title, createdAt: 'then', updatedAt, messageCount: 1 });
    const message = (messageId: string, seq: number, excerpt: string) => ({ messageId, seq, role: 'user', timestamp: 'now', excerpt }) as const;

    it('are written and read, each with its seq', () => {
      append(storage, said('a', 'x'), said('a', 'y'));
      storage.projections.writeSessions([{ seq: 1, row: row('a', 'one \udc00'), messages: [message('m1', 1, 'x\ud800')] }]);
      storage.projections.writeContexts([{ seq: 2, row: { sessionId: 'a', currentAgent: 'coder', switches: [{ from: 'a', to: 'b', reason: 'r', at: 'now' }] } }]);
      assert.deepEqual(storage.projections.session('a'), { seq: 1, row: row('a', 'one \udc00') });
      assert.deepEqual(storage.projections.context('a'), {
        seq: 2,
        row: { sessionId: 'a', currentAgent: 'coder', switches: [{ from: 'a', to: 'b', reason: 'r', at: 'now' }] },
      });
      assert.deepEqual([storage.projections.lagging('sessions'), storage.projections.lagging('contexts')], [['a'], []]);
      storage.projections.writeSessions([{ seq: 2, row: row('a', 'two'), messages: [message('m2', 2, 'y'), message('m1', 1, 'again')] }]);
      assert.deepEqual(storage.projections.messages('a'), [message('m1', 1, 'x\ud800'), message('m2', 2, 'y')]);
      assert.deepEqual(storage.projections.lagging('sessions'), []);
      assert.equal(storage.projections.session('b'), undefined);
    });

    it('leave out a row that is older than the one that is there', () => {
      append(storage, said('a', 'x'));
      storage.projections.writeSessions([{ seq: 2, row: row('a', 'new'), messages: [] }]);
      storage.projections.writeSessions([{ seq: 1, row: row('a', 'old'), messages: [message('m', 1, 'old')] }]);
      storage.projections.writeContexts([{ seq: 2, row: { sessionId: 'a', currentAgent: 'new', switches: [] } }]);
      storage.projections.writeContexts([{ seq: 1, row: { sessionId: 'a', currentAgent: 'old', switches: [] } }]);
      assert.equal(storage.projections.session('a')?.row.title, 'new');
      assert.deepEqual(storage.projections.messages('a'), []);
      assert.equal(storage.projections.context('a')?.row.currentAgent, 'new');
    });

    it('are written all or not at all', () => {
      append(storage, said('a', 'x'), said('b', 'x'));
      const broken = { ...row('b', 'b'), messageCount: 0.5 };
      assert.throws(() =>
        storage.projections.writeSessions([
          { seq: 1, row: row('a', 'a'), messages: [] },
          { seq: 1, row: broken, messages: [] },
        ]),
      );
      assert.equal(storage.projections.session('a'), undefined);
    });

    it('list the sessions that are not deleted, the latest first', () => {
      append(storage, said('a', 'x'), said('b', 'x'), said('c', 'x'));
      storage.projections.writeSessions(['a', 'b', 'c'].map((id, index) => ({ seq: 1, row: row(id, id, `2026-0${index + 1}`), messages: [] })));
      append(storage, uncommitted('b', 'session.deleted', {}));
      assert.deepEqual(storage.projections.list().map(({ sessionId }) => sessionId), ['c', 'a']);
      assert.deepEqual(storage.projections.lagging('sessions'), []);
      assert.deepEqual(storage.projections.lagging('contexts').toSorted(), ['a', 'c']);
    });
  });
});
