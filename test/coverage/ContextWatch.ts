import { isDeepStrictEqual } from 'node:util';
import { DisposableStore, type Disposable } from '../../src/core/bus/Disposable.ts';
import type { EventBus } from '../../src/core/bus/EventBus.ts';
import type { AgentContext, AgentContextManager } from '../../src/core/context/AgentContextManager.ts';
import type { RuntimeEvent } from '../../src/protocol/events.ts';
import type { Proof } from './verdict.ts';

/** Before and after every other handler. */
const FIRST = { priority: 1_000 };
const LAST = { priority: -1_000 };

/** A session's creation dates its context, its end takes that away, and its return brings it back. */
const OF_LIFE: ReadonlySet<string> = new Set(['session.created', 'session.deleted', 'session.restored']);

/**
 * Looks at the context of every session before and after every event: an `agent.switched` has to change it, to the agent that the event names; any other event,
 * and whatever happens between two events, has to leave it alone.
 */
export class ContextWatch implements Disposable {
  readonly #contexts: Pick<AgentContextManager, 'get'>;
  readonly #known = new Map<string, AgentContext>();
  readonly #subscriptions = new DisposableStore();
  readonly #problems = new Set<string>();
  #changes = 0;
  #switches = 0;

  constructor({ bus, contexts }: { bus: Pick<EventBus, 'onAll'>; contexts: Pick<AgentContextManager, 'get'> }) {
    this.#contexts = contexts;
    this.#subscriptions.add(bus.onAll((event) => this.#before(event), FIRST));
    this.#subscriptions.add(bus.onAll((event) => this.#after(event), LAST));
  }

  /** How many events have changed a context. */
  proof(): Proof {
    this.#lookAtAll('after the last event');
    if (this.#switches === 0) this.#problems.add('no agent.switched was seen');
    const problem = [...this.#problems].join(', ');
    return { count: this.#changes, problem: problem === '' ? undefined : problem };
  }

  dispose(): void {
    this.#subscriptions.dispose();
  }

  #before({ type, sessionId }: RuntimeEvent): void {
    if (sessionId !== undefined && !this.#known.has(sessionId)) this.#known.set(sessionId, this.#contexts.get(sessionId));
    this.#lookAtAll(`before ${type}`);
  }

  #after(event: RuntimeEvent): void {
    const { type, sessionId = '' } = event;
    const before = this.#known.get(sessionId);
    const after = this.#contexts.get(sessionId);
    if (type === 'agent.switched') {
      this.#switches += 1;
      this.#known.set(sessionId, after);
      const switched = after.switches.length === (before?.switches.length ?? 0) + 1 && after.currentAgent === event.data.to;
      if (switched) this.#changes += 1;
      else this.#problems.add('an agent.switched did not change the context');
    } else if (OF_LIFE.has(type)) {
      this.#known.set(sessionId, after);
    }
    this.#lookAtAll(`by ${type}`);
  }

  #lookAtAll(when: string): void {
    for (const [sessionId, known] of this.#known) {
      const context = this.#contexts.get(sessionId);
      if (isDeepStrictEqual(context, known)) continue;
      this.#problems.add(`a context changed ${when}`);
      this.#known.set(sessionId, context);
    }
  }
}
