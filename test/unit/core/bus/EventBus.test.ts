import * as assert from 'node:assert/strict';
import { DisposableStore } from '../../../../src/core/bus/Disposable.ts';
import { EventBus, JournalWriteError, type EventDraft } from '../../../../src/core/bus/EventBus.ts';
import { MemoryJournal, MemoryLog, systemClock } from '../../../support/ports.ts';

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
    assert.equal(bus.failures, 2);
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
});
