import * as assert from 'node:assert/strict';
import { DisposableStore } from '../../../../src/core/bus/Disposable.ts';
import { EventBus, JournalWriteError, type EventDraft } from '../../../../src/core/bus/EventBus.ts';
import type { ErrorCode } from '../../../../src/protocol/errors.ts';
import { RuntimeError } from '../../../../src/protocol/RuntimeError.ts';
import { systemClock } from '../../../../src/vscode/adapters/systemClock.ts';
import { MemoryLog } from '../../../support/ports.ts';
import { MemoryJournal } from '../../../support/MemoryStore.ts';

const created = (title: string): EventDraft<'session.created'> => ({
  type: 'session.created',
  source: 'test',
  sessionId: 's',
  correlationId: 'c',
  data: { title },
});

describe('EventBus', () => {
  let journal: MemoryJournal;
  let log: MemoryLog;
  let bus: EventBus;
  beforeEach(() => {
    journal = new MemoryJournal();
    log = new MemoryLog();
    bus = new EventBus({ journal, clock: systemClock, log });
  });

  it('commits a durable event before any handler sees it', () => {
    const seen: number[] = [];
    bus.onAll(() => void seen.push(journal.events.length));
    const event = bus.publish(created('a'));
    assert.deepEqual(seen, [1]);
    assert.equal(event.seq, 1);
    assert.equal(bus.publish(created('b')).seq, 2);
  });

  it('throws to the publisher, and shows nobody, what the journal did not take', () => {
    journal.refuses = () => true;
    let seen = 0;
    bus.onAll(() => void (seen += 1));
    assert.throws(() => bus.publish(created('a')), (error) => error instanceof JournalWriteError && error.info.code === 'journal_write' && error.cause instanceof Error);
    assert.equal(seen, 0);
  });

  for (const code of ['journal_busy', 'session_not_owned', 'session_deleted'] satisfies ErrorCode[])
    it(`says the journal's own reason: ${code}`, () => {
      const cause = new RuntimeError({ code, message: 'its words' });
      journal.refuses = () => {
        throw cause;
      };
      assert.throws(
        () => bus.publish(created('a')),
        (error) => error instanceof JournalWriteError && error.cause === cause && error.info.code === code && error.info.message === 'its words' && error.message === 'its words',
      );
    });

  it('says that the journal did not take it where the reason is another', () => {
    journal.refuses = () => {
      throw new RuntimeError({ code: 'internal', message: 'its words' });
    };
    assert.throws(() => bus.publish(created('a')), (error) => error instanceof JournalWriteError && error.info.code === 'journal_write' && /session\.created: its words/.test(error.message));
  });

  it('keeps transient events out of the journal, without a seq', () => {
    const event = bus.publish({ type: 'llm.text.delta', source: 'test', sessionId: 's', correlationId: 'c', data: { messageId: 'm', agent: 'coder', text: 'x' } });
    assert.equal(event.seq, undefined);
    assert.equal(journal.events.length, 0);
  });

  it('refuses a malformed event before it is committed', () => {
    assert.throws(() => bus.publish({ ...created('a'), data: { title: 1 as unknown as string } }));
    assert.equal(journal.events.length, 0);
  });

  it('runs handlers by priority, whether they listen by type, by category or to all', () => {
    const order: string[] = [];
    bus.on('session.created', () => void order.push('type 0'));
    bus.onAll(() => void order.push('all 5'), { priority: 5 });
    bus.onCategory('session', () => void order.push('category 15'), { priority: 15 });
    bus.on('session.created', () => void order.push('type 0, later'));
    bus.onCategory('tool', () => void order.push('never'));
    bus.publish(created('a'));
    assert.deepEqual(order, ['category 15', 'all 5', 'type 0', 'type 0, later']);
  });

  it('commits a publish from inside a handler at once, and delivers it after the current event', () => {
    const order: string[] = [];
    bus.on('session.created', ({ data }) => {
      if (data.title === 'first') {
        bus.publish(created('second'));
        assert.equal(journal.events.length, 2);
      }
      order.push(`a ${data.title}`);
    });
    bus.on('session.created', ({ data }) => void order.push(`b ${data.title}`));
    bus.publish(created('first'));
    assert.deepEqual(order, ['a first', 'b first', 'a second', 'b second']);
  });

  it('isolates, counts and logs failures of handlers, thrown or rejected', async () => {
    let reached = false;
    bus.on('session.created', () => {
      throw new Error('thrown');
    });
    bus.on('session.created', () => Promise.reject(new Error('rejected')));
    bus.on('session.created', () => void (reached = true));
    bus.publish(created('a'));
    await bus.idle();
    assert.equal(reached, true);
    assert.equal(bus.statistics.total.failed, 2);
    assert.match(log.lines.join('\n'), /thrown[\s\S]*rejected/);
  });

  it('is idle when the promises of handlers are settled, those of later events included', async () => {
    const done: string[] = [];
    bus.on('session.created', async ({ data }) => {
      await Promise.resolve();
      if (data.title === 'first') bus.publish(created('second'));
      done.push(data.title);
    });
    bus.publish(created('first'));
    await bus.idle();
    assert.deepEqual(done, ['first', 'second']);
  });

  it('delivers nothing to a disposed handler, not even of the event under way', () => {
    let seen = 0;
    const subscriptions = new DisposableStore();
    bus.on('session.created', () => subscriptions.dispose());
    subscriptions.add(bus.on('session.created', () => void (seen += 1)));
    bus.publish(created('a'));
    bus.publish(created('b'));
    assert.equal(seen, 0);
  });

  it('delivers nothing of the event under way to a handler that is subscribed by it, and everything after it', () => {
    const seen: string[] = [];
    bus.on('session.created', ({ data }) => {
      if (data.title !== 'a') return;
      bus.publish(created('b'));
      bus.on('session.created', (event) => void seen.push(event.data.title), { priority: 9 });
    });
    bus.publish(created('a'));
    bus.publish(created('c'));
    assert.deepEqual(seen, ['b', 'c']);
  });

  it('goes on where the log fails too', () => {
    log.error = () => {
      throw new Error('Channel has been closed');
    };
    let reached = 0;
    bus.on('session.created', () => assert.fail());
    bus.on('session.created', () => void (reached += 1));
    bus.publish(created('a'));
    bus.publish(created('b'));
    assert.equal(reached, 2);
    assert.equal(bus.statistics.total.failed, 2);
  });

  it('counts by type and in total; a handler counts as handled when its promise is settled', async () => {
    const subscription = bus.onAll(() => Promise.resolve());
    bus.onCategory('session', () => undefined);
    bus.on('session.deleted', () => Promise.reject(new Error('no')));
    const common = { source: 'test', sessionId: 's', correlationId: 'c' };
    bus.publish(created('a'));
    bus.publish(created('b'));
    bus.publish({ ...common, type: 'session.deleted', data: {} });
    journal.refuses = () => true;
    assert.throws(() => bus.publish(created('c')));
    assert.deepEqual(bus.statistics.total, { published: 3, handled: 3, failed: 0, cancelled: 0 });
    const before = bus.statistics;
    await bus.idle();
    assert.deepEqual([before.total.handled, before.byType.get('session.created')?.handled], [3, 2], 'a snapshot stays as it was');
    assert.deepEqual(bus.statistics.total, { published: 3, handled: 6, failed: 1, cancelled: 0 });
    assert.deepEqual(Object.fromEntries(bus.statistics.byType), {
      'session.created': { published: 2, handled: 4, failed: 0, cancelled: 0 },
      'session.deleted': { published: 1, handled: 2, failed: 1, cancelled: 0 },
    });
    assert.equal(bus.statistics.subscriptions, 3);
    subscription.dispose();
    subscription.dispose();
    assert.equal(bus.statistics.subscriptions, 2);
  });

  it('is not idle while events wait behind the handler that asks', async () => {
    const done: string[] = [];
    let idle: Promise<void> | undefined;
    bus.on('session.created', ({ data }) => {
      if (data.title !== 'first') return;
      bus.publish(created('second'));
      idle = bus.idle();
    });
    bus.on('session.created', async ({ data }) => {
      for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
      if (data.title === 'second') done.push(data.title);
    });
    bus.publish(created('first'));
    await idle;
    assert.deepEqual(done, ['second']);
  });
});
