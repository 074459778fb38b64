import * as assert from 'node:assert/strict';
import { EventBus } from '../../../../src/core/bus/EventBus.ts';
import { createPersistence, type Persistence, type PersistenceOptions } from '../../../../src/core/persistence/createPersistence.ts';
import type { PersistenceStatus } from '../../../../src/core/persistence/PersistenceStatus.ts';
import { RuntimeError } from '../../../../src/protocol/RuntimeError.ts';
import { MemoryJournal, MemoryProjections, MemoryStore } from '../../../support/MemoryStore.ts';
import { ManualClock, MemoryLog } from '../../../support/ports.ts';

describe('Writing the projections', () => {
  let store: MemoryStore;
  let clock: ManualClock;
  let bus: EventBus;
  let journal: MemoryJournal;
  let projections: MemoryProjections;
  let persistence: Persistence;
  const start = (options: Partial<PersistenceOptions> = {}): void => {
    store = new MemoryStore();
    clock = new ManualClock();
    journal = new MemoryJournal(store);
    const log = new MemoryLog();
    bus = new EventBus({ journal, clock, log });
    projections = new MemoryProjections(store);
    persistence = createPersistence({ bus, journal, projections, clock, log, eventDriven: true, debounceMs: 2_000, maxBatchSize: 50, ...options });
  };
  beforeEach(() => start());
  afterEach(() => persistence.dispose());

  let messages = 0;
  const add = (sessionId = 's', content = 'hello'): void => {
    const message = { role: 'user' as const, id: `m${(messages += 1)}`, content };
    bus.publish({ type: 'session.message.added', source: 'test', sessionId, correlationId: 'c', data: { message } });
  };
  /** Lets time pass, and what began then come to its end. */
  const pass = async (milliseconds: number): Promise<void> => {
    for (let passed = 0; passed < milliseconds; passed += 500) {
      clock.pass(500);
      for (let turns = 0; turns < 5; turns += 1) await new Promise(setImmediate);
    }
  };
  const saved = (sessionId = 's'): number => projections.session(sessionId)?.row.messageCount ?? 0;

  // fault 1 of the system before this one: it skipped a change within 2 s of a save, and never came back for it
  it('saves a change that comes right after a save', async () => {
    add();
    await pass(4_000);
    assert.equal(saved(), 1);
    add();
    await pass(500);
    assert.equal(saved(), 1);
    await pass(4_000);
    assert.equal(saved(), 2);
  });

  it('waits until a session rests', async () => {
    for (let change = 0; change < 6; change += 1) {
      add();
      await pass(1_000);
    }
    assert.equal(projections.batches.length, 0);
    await pass(3_000);
    assert.equal(saved(), 6);
    assert.equal(projections.batches.length, 1);
  });

  // fault 2 of the system before this one: its last flush wrote one batch of 50 and dropped the rest
  it('drains everything at the end, in batches', async () => {
    for (let session = 0; session < 130; session += 1) add(`s${session}`);
    await persistence.flush();
    assert.equal(projections.lagging('sessions').length, 0);
    assert.equal(projections.lagging('contexts').length, 0);
    assert.deepEqual(projections.batches, [50, 50, 30]);
  });

  it('drains a session of many messages in batches', async () => {
    for (let message = 0; message < 120; message += 1) add();
    await persistence.flush();
    assert.deepEqual(projections.batches, [50, 50, 20]);
    assert.equal(projections.messages('s').length, 120);
    assert.deepEqual(new Set(projections.messages('s').map(({ messageId }) => messageId)).size, 120);
  });

  // fault 3 of the system before this one: a save that failed was logged and forgotten
  it('keeps what could not be saved, tries again ever more seldom, and says so until it is through', async () => {
    const told: PersistenceStatus[] = [];
    persistence.onDidChangeStatus((status) => told.push(status));
    projections.failure = new Error('database or disk is full');
    add();
    await pass(15_000);
    assert.equal(persistence.status.kind, 'failing');
    assert.deepEqual(
      told.map((status) => (status.kind === 'failing' ? [status.pending, status.reason, status.retryInMs] : status)),
      [2_000, 4_000, 8_000].map((retry) => [1, 'database or disk is full', retry]),
    );
    projections.failure = undefined;
    await pass(60_000);
    assert.equal(saved(), 1);
    assert.deepEqual(persistence.status, { kind: 'saved' });
    assert.deepEqual(told.at(-1), { kind: 'saved' });
  });

  it('lists every session, also those that were not saved yet', async () => {
    add('a');
    add('b');
    assert.deepEqual((await persistence.list()).sessions.map(({ sessionId }) => sessionId).sort(), ['a', 'b']);
  });

  it('names a session that cannot be read, and saves and lists the others', async () => {
    add('whole');
    add('torn');
    const read = journal.page.bind(journal);
    journal.page = (sessionId, ...rest) => {
      if (sessionId === 'torn') throw new RuntimeError({ code: 'journal_read', message: 'The event 1 cannot be read' });
      return read(sessionId, ...rest);
    };
    await pass(4_000);
    assert.equal(saved('whole'), 1);
    assert.equal(persistence.status.kind, 'saved');
    const { sessions, unreadable } = await persistence.list();
    assert.deepEqual(sessions.map(({ sessionId }) => sessionId), ['whole']);
    assert.deepEqual([...unreadable], [['torn', 'The event 1 cannot be read']]);
    journal.page = read;
    assert.equal((await persistence.list()).sessions.length, 2);
    assert.equal((await persistence.list()).unreadable.size, 0);
  });

  it('never gives an empty list where it cannot be read', async () => {
    add('a');
    projections.failure = new Error('database is locked');
    await assert.rejects(persistence.list(), /database is locked/);
  });

  it('writes by timers where event-driven persistence is off, each with its events', async () => {
    persistence.dispose();
    start({ eventDriven: false });
    const ticks = [] as string[];
    bus.onCategory('system', ({ type, source, data }) => void ticks.push(`${source} ${type} ${JSON.stringify(data)}`));
    await pass(5_000);
    assert.equal(ticks.length, 0);
    add();
    bus.publish({ type: 'agent.switched', source: 'test', sessionId: 's', correlationId: 'c', data: { from: 'orchestrator', to: 'coder', reason: 'r', confidence: 'high', trigger: 'user' } });
    await pass(4_000);
    assert.equal(saved(), 0);
    await pass(1_000);
    assert.equal(saved(), 1);
    assert.equal(projections.context('s')?.row.currentAgent, 'coder');
    assert.deepEqual(
      ticks.map((tick) => tick.replace(/"durationMs":[\d.]+/, '"durationMs":0')).sort(),
      ['AgentContextManager', 'SessionManager'].flatMap((source) => {
        const task = source === 'SessionManager' ? 'write sessions' : 'write contexts';
        return [
          `${source} system.background_task.completed {"task":"${task}","success":true,"written":1,"durationMs":0}`,
          `${source} system.background_task.started {"task":"${task}"}`,
        ];
      }),
    );
  });

  it('keeps for the next timer what could not be written', async () => {
    persistence.dispose();
    start({ eventDriven: false });
    projections.failure = new Error('database is locked');
    add();
    await pass(5_000);
    projections.failure = undefined;
    await pass(5_000);
    assert.equal(saved(), 1);
  });
});
