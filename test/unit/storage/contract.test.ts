import * as assert from 'node:assert/strict';
import type { Journal } from '../../../src/core/ports/Journal.ts';
import type { Leases } from '../../../src/core/ports/Leases.ts';
import type { Projections, SessionRow } from '../../../src/core/ports/Projections.ts';
import { RuntimeError } from '../../../src/protocol/RuntimeError.ts';
import { MemoryJournal, MemoryLeases, MemoryProjections, MemoryStore } from '../../support/MemoryStore.ts';
import { readAll, said, StorageFolder, uncommitted } from '../../support/storage.ts';

/** What a host has of the store that hosts share. */
interface Ports {
  journal: Journal;
  leases: Leases;
  projections: Projections;
}

interface Store {
  open(host: string): Ports;
  dispose(): void;
}

const stores: Record<string, () => Store> = {
  SQLite: () => {
    const folder = new StorageFolder();
    return { open: (id) => folder.open({ id }), dispose: () => folder.dispose() };
  },
  memory: () => {
    const store = new MemoryStore();
    return { open: (host) => ({ journal: new MemoryJournal(store, host), leases: new MemoryLeases(store, host), projections: new MemoryProjections(store) }), dispose: () => undefined };
  },
};

const code = (expected: string) => (error: unknown) => error instanceof RuntimeError && error.info.code === expected;
const row = (sessionId: string, updatedAt = ''): SessionRow => ({ sessionId, title: sessionId, createdAt: '', updatedAt, messageCount: 1 });
const context = (sessionId: string, currentAgent: string) => ({ sessionId, currentAgent, switches: [] });

for (const [name, create] of Object.entries(stores)) {
  describe(`what the core relies on of its store: ${name}`, () => {
    let store: Store;
    let one: Ports;
    let two: Ports;
    beforeEach(() => {
      store = create();
      one = store.open('one');
      two = store.open('two');
    });
    afterEach(() => store.dispose());

    const append = ({ journal, leases }: Ports, ...events: Parameters<Journal['append']>[0][]): number[] =>
      events.map((event) => {
        if (event.sessionId !== undefined) leases.take(event.sessionId);
        return journal.append(event, { powerCut: false });
      });
    const deleted = (id: string) => uncommitted(id, 'session.deleted', {});
    const restored = (id: string) => uncommitted(id, 'session.restored', {});
    const ended = (id: string) => uncommitted(id, 'agent.processing.completed', { agent: 'coder', success: true, outcome: 'completed', durationMs: 1 });
    const ids = (values: readonly { sessionId: string }[]): string[] => values.map(({ sessionId }) => sessionId);

    it('counts a seq per session, and one for what has none', () => {
      assert.deepEqual(append(one, said('a', '1'), said('b', '1'), said('a', '2'), uncommitted(undefined, 'system.shutdown', {})), [1, 1, 2, 1]);
      assert.deepEqual(append(two, uncommitted(undefined, 'system.shutdown', {})), [2]);
      assert.deepEqual(readAll(two.journal, 'a').map(({ seq }) => seq), [1, 2]);
    });

    it('appends only for the host that has the session', () => {
      assert.throws(() => one.journal.append(said('a', 'x'), { powerCut: false }), code('session_not_owned'));
      assert.ok(one.leases.take('a'));
      assert.ok(!two.leases.take('a'));
      assert.throws(() => two.journal.append(said('a', 'x'), { powerCut: false }), code('session_not_owned'));
      two.leases.release('a');
      assert.deepEqual([one.leases.beat(), two.leases.beat()], [['a'], []]);
      one.leases.release('a');
      assert.throws(() => one.journal.append(said('a', 'x'), { powerCut: false }), code('session_not_owned'));
      assert.ok(two.leases.take('a'));
      assert.equal(two.journal.append(said('a', 'x'), { powerCut: false }), 1);
    });

    it('adds nothing to a deleted session but what restores it', () => {
      append(one, said('a', 'x'), deleted('a'));
      assert.throws(() => append(one, said('a', 'x')), code('session_deleted'));
      assert.throws(() => append(one, deleted('a')), code('session_deleted'));
      assert.deepEqual(append(one, restored('a'), said('a', 'y')), [3, 4]);
    });

    it('restores nothing that it does not know, or that is being erased', () => {
      assert.throws(() => append(one, restored('unknown')), code('session_deleted'));
      append(one, said('a', 'x'), said('a', 'y'), deleted('a'));
      one.journal.erase('a');
      assert.throws(() => append(one, restored('a')), code('session_deleted'));
    });

    it('tells of heads: the last seq, an open turn, a deletion', () => {
      assert.equal(one.journal.head('a'), undefined);
      append(one, uncommitted('a', 'session.created', { title: 'x' }));
      assert.deepEqual(one.journal.head('a'), { sessionId: 'a', seq: 1, turnOpen: false, deleted: false });
      append(one, said('a', 'opens a turn'));
      assert.deepEqual(one.journal.head('a'), { sessionId: 'a', seq: 2, turnOpen: true, deleted: false });
      append(one, ended('a'));
      assert.deepEqual(one.journal.head('a'), { sessionId: 'a', seq: 3, turnOpen: false, deleted: false });
      append(one, uncommitted('a', 'agent.processing.started', { agent: 'coder' }), deleted('a'));
      assert.deepEqual(one.journal.head('a'), { sessionId: 'a', seq: 5, turnOpen: true, deleted: true });
      append(one, restored('a'));
      assert.deepEqual(two.journal.head('a'), { sessionId: 'a', seq: 6, turnOpen: true, deleted: false });
    });

    it('does not take what an agent does in a turn for the turn', () => {
      const part = { agent: 'coder', success: true, outcome: 'completed', durationMs: 1 } as const;
      const begins = uncommitted('a', 'agent.processing.started', { agent: 'coder' }, 'CoderAgent');
      const ends = uncommitted('a', 'agent.processing.completed', part, 'CoderAgent');
      append(one, said('a', 'opens a turn'), uncommitted('a', 'agent.processing.started', { agent: 'orchestrator' }), begins, ends);
      assert.deepEqual(one.journal.head('a'), { sessionId: 'a', seq: 4, turnOpen: true, deleted: false });
      append(one, said('a', 'queued, and delivered into the turn'), ended('a'));
      assert.deepEqual(one.journal.head('a'), { sessionId: 'a', seq: 6, turnOpen: false, deleted: false });
      append(one, uncommitted('a', 'agent.processing.started', { agent: 'coder' }, 'CoderAgent'));
      assert.deepEqual(one.journal.head('a'), { sessionId: 'a', seq: 7, turnOpen: false, deleted: false });
      append(one, uncommitted('b', 'agent.processing.started', { agent: 'coder' }, 'CoderAgent'));
      assert.deepEqual(one.journal.head('b'), { sessionId: 'b', seq: 1, turnOpen: false, deleted: false });
    });

    it('knows what is unfinished, the latest first, and the session that was written to last', () => {
      append(one, said('a', 'x'), said('b', 'x'), said('c', 'x'), said('a', 'y'), ended('b'), said('d', 'x'), ended('d'), deleted('d'), uncommitted(undefined, 'system.shutdown', {}));
      assert.deepEqual(ids(two.journal.unfinished()), ['d', 'a', 'c']);
      assert.equal(two.journal.latestSessionId(), 'b');
    });

    it('gives pages: from a seq on, of some types, at most so many', () => {
      append(one, said('a', '1'), ended('a'), said('a', '2'), ended('a'), said('a', '3'), said('b', '1'));
      const page = (after: number, options?: Parameters<Journal['page']>[2]): unknown => {
        const { events, more } = one.journal.page('a', after, options);
        return [events.map(({ seq }) => seq), more];
      };
      assert.deepEqual(page(0), [[1, 2, 3, 4, 5], false]);
      assert.deepEqual(page(3), [[4, 5], false]);
      assert.deepEqual(page(0, { limit: 2 }), [[1, 2], true]);
      assert.deepEqual(page(3, { limit: 2 }), [[4, 5], false]);
      assert.deepEqual(page(0, { types: ['agent.processing.completed'], limit: 1 }), [[2], true]);
      assert.deepEqual(page(2, { types: ['agent.processing.completed'], limit: 1 }), [[4], false]);
      assert.deepEqual(page(0, { types: ['session.deleted'] }), [[], false]);
      // at least one where there is one
      assert.deepEqual(page(0, { limit: 0 }), [[1], true]);
      assert.deepEqual(one.journal.page('unknown', 0), { events: [], more: false });
    });

    it('erases what is deleted and not in use elsewhere, tables and lease too', () => {
      assert.equal(one.journal.erase('unknown'), false);
      append(one, said('a', 'x'), said('b', 'x'));
      assert.throws(() => one.journal.erase('a'), /not deleted/);
      one.projections.writeSessions([{ seq: 1, row: row('a'), messages: [{ messageId: 'm', seq: 1, role: 'user', timestamp: '', excerpt: '' }] }]);
      one.projections.writeContexts([{ seq: 1, row: context('a', 'coder') }]);
      append(one, deleted('a'));
      assert.throws(() => two.journal.erase('a'), code('session_not_owned'));
      while (one.journal.erase('a'));
      assert.deepEqual([one.journal.head('a'), readAll(one.journal, 'a')], [undefined, []]);
      assert.deepEqual([one.projections.session('a'), one.projections.context('a'), one.projections.messages('a')], [undefined, undefined, []]);
      assert.deepEqual(one.leases.beat(), ['b']);
      one.projections.writeSessions([{ seq: 9, row: row('a'), messages: [] }]);
      one.projections.writeContexts([{ seq: 9, row: context('a', 'late') }]);
      assert.deepEqual([one.projections.session('a'), one.projections.context('a')], [undefined, undefined]);
      assert.equal(readAll(one.journal, 'b').length, 1);
    });

    it('keeps the latest row, and each message once', () => {
      append(one, said('a', 'x'), said('a', 'y'));
      const message = (messageId: string, seq: number) => ({ messageId, seq, role: 'user', timestamp: '', excerpt: messageId }) as const;
      one.projections.writeSessions([{ seq: 2, row: row('a', 'new'), messages: [message('m2', 2), message('m1', 1)] }]);
      one.projections.writeSessions([{ seq: 2, row: row('a', 'again'), messages: [message('m1', 1)] }]);
      one.projections.writeSessions([{ seq: 1, row: row('a', 'old'), messages: [message('m0', 1)] }]);
      one.projections.writeContexts([{ seq: 2, row: context('a', 'new') }, { seq: 1, row: context('a', 'old') }]);
      assert.equal(two.projections.session('a')?.row.updatedAt, 'again');
      assert.deepEqual(two.projections.messages('a').map(({ messageId }) => messageId), ['m1', 'm2']);
      assert.equal(two.projections.context('a')?.row.currentAgent, 'new');
    });

    it('tells which tables are behind, and lists sessions, the latest first', () => {
      append(one, said('a', 'x'), said('b', 'x'), said('c', 'x'), said('d', 'x'), said('a', 'y'));
      assert.deepEqual(one.projections.lagging('sessions'), ['a', 'd', 'c', 'b']);
      one.projections.writeSessions([
        { seq: 1, row: row('a', '1'), messages: [] },
        { seq: 1, row: row('b', '2'), messages: [] },
        { seq: 1, row: row('c', '2'), messages: [] },
        { seq: 1, row: row('d', '3'), messages: [] },
      ]);
      append(one, deleted('d'));
      assert.deepEqual(two.projections.lagging('sessions'), ['a']);
      assert.deepEqual(two.projections.lagging('contexts'), ['a', 'c', 'b']);
      // of the same moment: the one that was written to last
      assert.deepEqual(ids(two.projections.list()), ['c', 'b', 'a']);
    });
  });
}
