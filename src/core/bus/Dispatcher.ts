import { EventEmitter } from 'eventemitter3';
import type { EventType, RuntimeEvent } from '../../protocol/events.ts';
import type { Log } from '../ports/Log.ts';
import type { Disposable } from './Disposable.ts';
import type { EventCounters, EventCounts } from './EventCounters.ts';
import { logFailure } from './logFailure.ts';

export type EventHandler<E> = (event: E) => void | Promise<void>;

export interface SubscribeOptions {
  /** Higher first; 0 where none is given. Equal priorities: in the order of subscription. */
  priority?: number;
}

interface Subscription {
  matches: (type: EventType) => boolean;
  priority: number;
  deliver: (event: RuntimeEvent, counts: EventCounts) => void;
}

/**
 * Gives events to handlers: by priority, one event after the other, every failure on its own.
 *
 * A handler that is subscribed during a dispatch gets the next event first; one that is disposed gets nothing more, not even
 * the event under way.
 */
export class Dispatcher {
  readonly #log: Log;
  readonly #counters: EventCounters;
  readonly #emitter = new EventEmitter<Record<EventType, [RuntimeEvent, EventCounts]>>();
  readonly #subscriptions = new Set<Subscription>();
  /** Types whose listeners in the emitter stand in the order of priority. */
  readonly #ordered = new Set<EventType>();
  readonly #queue: RuntimeEvent[] = [];
  readonly #pending = new Set<Promise<void>>();
  #dispatching = false;

  constructor(dependencies: { log: Log; counters: EventCounters }) {
    this.#log = dependencies.log;
    this.#counters = dependencies.counters;
  }

  get subscriptions(): number {
    return this.#subscriptions.size;
  }

  /**
   * Runs the handlers of an event; when it returns, every synchronous one is done. From inside a handler: returns at once, and
   * the event is delivered when those before it are through. Never throws.
   */
  dispatch(event: RuntimeEvent): void {
    if (this.#dispatching) {
      this.#queue.push(event);
      return;
    }
    this.#dispatching = true;
    try {
      this.#deliver(event);
      for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) this.#deliver(next);
    } finally {
      this.#dispatching = false;
    }
  }

  subscribe(matches: (type: EventType) => boolean, handler: EventHandler<RuntimeEvent>, options?: SubscribeOptions): Disposable {
    let active = true;
    const subscription: Subscription = {
      matches,
      priority: options?.priority ?? 0,
      deliver: (event, counts) => {
        if (!active) return;
        try {
          const result = handler(event);
          if (result === undefined) counts.handled += 1;
          else this.#track(result, event.type, counts);
        } catch (error) {
          this.#failed(event.type, counts, error);
        }
      },
    };
    this.#subscriptions.add(subscription);
    this.#forgetOrder();
    return {
      dispose: () => {
        active = false;
        if (this.#subscriptions.delete(subscription)) this.#forgetOrder();
      },
    };
  }

  /**
   * Resolves when every event is delivered and every promise that a handler returned is settled, those of later events
   * included. A handler must not wait for it: it would wait for itself.
   */
  async idle(): Promise<void> {
    do {
      await Promise.all(this.#pending);
    } while (this.#pending.size > 0);
  }

  #deliver(event: RuntimeEvent): void {
    if (!this.#ordered.has(event.type)) this.#order(event.type);
    this.#emitter.emit(event.type, event, this.#counters.of(event.type));
  }

  #order(type: EventType): void {
    const listeners = [...this.#subscriptions].filter((subscription) => subscription.matches(type));
    for (const { deliver } of listeners.sort((a, b) => b.priority - a.priority)) this.#emitter.on(type, deliver);
    this.#ordered.add(type);
  }

  /** An emit under way keeps the list that it began with. */
  #forgetOrder(): void {
    this.#emitter.removeAllListeners();
    this.#ordered.clear();
  }

  #track(result: Promise<void>, type: EventType, counts: EventCounts): void {
    const tracked = Promise.resolve(result)
      .then(
        () => {
          counts.handled += 1;
        },
        (error: unknown) => this.#failed(type, counts, error),
      )
      .finally(() => this.#pending.delete(tracked));
    this.#pending.add(tracked);
  }

  #failed(type: EventType, counts: EventCounts, error: unknown): void {
    counts.failed += 1;
    logFailure(this.#log, `A handler of ${type} failed`, error);
  }
}
