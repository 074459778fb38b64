import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { Disposable } from '../../../../src/core/bus/Disposable.ts';
import { EventBus, JournalWriteError } from '../../../../src/core/bus/EventBus.ts';
import { EventCancelledError } from '../../../../src/core/bus/EventCancelledError.ts';
import type { EventType, RuntimeEvent } from '../../../../src/protocol/events.ts';
import { systemClock } from '../../../../src/vscode/adapters/systemClock.ts';
import { MemoryLog } from '../../../support/ports.ts';
import { MemoryJournal } from '../../../support/MemoryStore.ts';

type Topic = 'session.created' | 'session.updated' | 'agent.registered' | 'llm.text.delta';
type Scope = Topic | 'session' | 'all';

/** What becomes of a publish on its way to the handlers. */
type Fate = 'taken' | 'refused' | 'cancelled' | 'middleware throws';

/** What a handler does with the n-th event that it gets. */
type Action = Step | { do: 'nothing' } | { do: 'throw' } | { do: 'reject' };

type Step =
  | { do: 'publish'; topic: Topic; fate: Fate }
  | { do: 'subscribe'; scope: Scope; priority: number; actions: readonly Action[] }
  | { do: 'dispose'; index: number };

const topic = fc.constantFrom<Topic>('session.created', 'session.updated', 'agent.registered', 'llm.text.delta');
const scope = fc.oneof(topic, fc.constantFrom<Scope>('session', 'all'));
const fate = fc.oneof({ weight: 3, arbitrary: fc.constant<Fate>('taken') }, fc.constantFrom<Fate>('refused', 'cancelled', 'middleware throws'));
const publish = fc.record({ do: fc.constant('publish' as const), topic, fate });
const dispose = fc.record({ do: fc.constant('dispose' as const), index: fc.nat(12) });
const plain = fc.oneof(publish, dispose, fc.constantFrom<Action>({ do: 'nothing' }, { do: 'throw' }, { do: 'reject' }));
const subscribe = (actions: fc.Arbitrary<Action>) =>
  fc.record({ do: fc.constant('subscribe' as const), scope, priority: fc.integer({ min: -1, max: 2 }), actions: fc.array(actions, { maxLength: 6 }) });
const nested = subscribe(plain);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: subscribe(fc.oneof({ weight: 4, arbitrary: plain }, { weight: 1, arbitrary: nested })) },
  { weight: 4, arbitrary: publish },
  { weight: 1, arbitrary: dispose },
);

interface Listener {
  scope: Scope;
  priority: number;
  subscription: Disposable;
  /** The part of the events in the order of delivery that it is to see. */
  from: number;
  to: number;
  seen: string[];
}

const matches = (wanted: Scope, type: EventType): boolean => wanted === 'all' || wanted === type || (wanted === 'session' && type.startsWith('session.'));

/** Runs steps on a bus, and keeps what every handler saw. */
class World {
  readonly journal = new MemoryJournal();
  readonly bus = new EventBus({ journal: this.journal, clock: systemClock, log: new MemoryLog() });
  readonly listeners: Listener[] = [];
  /** Events whose publisher heard no error. */
  readonly published: RuntimeEvent[] = [];
  /** Events in the order in which their delivery began. */
  readonly begun: RuntimeEvent[] = [];
  readonly deliveries: { event: RuntimeEvent; listener: Listener }[] = [];
  /** Events that were refused by the journal or cancelled. */
  readonly stopped: string[] = [];
  cancelled = 0;
  failures = 0;
  failedMiddlewares = 0;
  #fate: Fate = 'taken';
  #inHandler = false;
  /** Keeps handlers that publish from publishing for ever. */
  #left = 40;

  constructor() {
    this.bus.onAll((event) => void this.begun.push(event), { priority: 10 });
    this.bus.use((event) => {
      if (this.#fate === 'middleware throws') {
        this.failedMiddlewares += 1;
        throw new Error('thrown');
      }
      if (this.#fate !== 'cancelled') return event;
      this.cancelled += 1;
      this.stopped.push(event.eventId);
      return undefined;
    });
    this.journal.refuses = (event) => {
      if (this.#fate === 'refused') this.stopped.push(event.eventId);
      return this.#fate === 'refused';
    };
  }

  run(step: Step): void {
    if (step.do === 'publish') this.#publish(step.topic, step.fate);
    else if (step.do === 'subscribe') this.#subscribe(step);
    else this.#dispose(this.listeners[step.index]);
  }

  #publish(type: Topic, fate: Fate): void {
    if ((this.#left -= 1) < 0) return;
    this.#fate = fate;
    const draft = { source: 'test', sessionId: 's', correlationId: 'c' };
    const { bus } = this;
    try {
      const event: RuntimeEvent =
        type === 'llm.text.delta'
          ? bus.publish({ ...draft, type, data: { messageId: 'm', agent: 'coder', text: 'x' } })
          : type === 'agent.registered'
            ? bus.publish({ ...draft, type, data: { agent: 'coder', tools: [] } })
            : bus.publish({ ...draft, type, data: { title: 'a' } });
      // only a transient event may be cancelled without a word
      if (this.stopped.includes(event.eventId)) assert.equal(type, 'llm.text.delta');
      else this.published.push(event);
    } catch (error) {
      assert.ok(fate === 'refused' ? error instanceof JournalWriteError : fate === 'cancelled' && error instanceof EventCancelledError);
    }
  }

  #subscribe({ scope, priority, actions }: Extract<Step, { do: 'subscribe' }>): void {
    const handler = (event: RuntimeEvent): void | Promise<void> => {
      if (event.type !== 'llm.text.delta') assert.ok(this.journal.events.some(({ eventId }) => eventId === event.eventId));
      this.deliveries.push({ event, listener });
      const action = actions[listener.seen.push(event.eventId) - 1] ?? { do: 'nothing' };
      if (action.do === 'throw' || action.do === 'reject') this.failures += 1;
      if (action.do === 'throw') throw new Error('thrown');
      if (action.do === 'reject') return Promise.reject(new Error('rejected'));
      if (action.do === 'nothing') return;
      this.#inHandler = true;
      this.run(action);
      this.#inHandler = false;
    };
    const options = { priority };
    const { bus } = this;
    const subscription =
      scope === 'all' ? bus.onAll(handler, options) : scope === 'session' ? bus.onCategory(scope, handler, options) : bus.on(scope, handler, options);
    const listener: Listener = { scope, priority, subscription, from: this.begun.length, to: Infinity, seen: [] };
    this.listeners.push(listener);
  }

  #dispose(listener: Listener | undefined): void {
    if (listener === undefined || listener.to !== Infinity) return;
    listener.subscription.dispose();
    const missesTheOneUnderWay = this.#inHandler && listener.seen.at(-1) !== this.begun.at(-1)?.eventId;
    listener.to = this.begun.length - (missesTheOneUnderWay ? 1 : 0);
  }
}

const ids = (events: readonly { eventId: string }[]): string[] => events.map(({ eventId }) => eventId);

function holds(world: World): void {
  const { journal, begun, published, stopped, listeners, deliveries, failures, bus } = world;
  const durable = begun.filter(({ type }) => type !== 'llm.text.delta');
  assert.deepEqual(ids(durable), ids(journal.events), 'durable events are delivered as they were committed, each once');
  assert.deepEqual(ids(begun).toSorted(), ids(published).toSorted(), 'what was published is delivered, once, and nothing else is');
  assert.ok(stopped.every((eventId) => !ids(begun).includes(eventId)), 'what was refused or cancelled is not delivered');

  for (const { scope, from, to, seen } of listeners) {
    const due = begun.slice(from, Math.max(from, to)).filter(({ type }) => matches(scope, type));
    assert.deepEqual(seen, ids(due), 'a handler sees every event of its time, in the order of all');
  }

  const place = new Map(begun.map(({ eventId }, index) => [eventId, index]));
  for (const [index, { event, listener }] of deliveries.entries()) {
    const before = deliveries[index - 1];
    if (before === undefined) continue;
    const gap = (place.get(event.eventId) ?? NaN) - (place.get(before.event.eventId) ?? NaN);
    assert.ok(gap >= 0, 'an event is through before the next begins');
    if (gap > 0) continue;
    const higher = before.listener.priority - listener.priority;
    assert.ok(higher > 0 || (higher === 0 && listeners.indexOf(before.listener) < listeners.indexOf(listener)), 'higher priorities come first, then earlier subscriptions');
  }

  // the listener of this test's own handled every event
  const handled = deliveries.length - failures + begun.length;
  assert.deepEqual(bus.statistics.total, { published: begun.length, handled, failed: failures + world.failedMiddlewares, cancelled: world.cancelled });
}

describe('EventBus, whatever its handlers do', () => {
  it('shows everyone the same order of what was committed, and counts every failure', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
        const world = new World();
        for (const next of steps) world.run(next);
        await world.bus.idle();
        holds(world);
      }),
      { numRuns: 400 },
    );
  });
});
