import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'eventemitter3';
import {
  Category,
  EVENT_VERSION,
  isDurable,
  mustSurvivePowerCut,
  parseEvent,
  type EventData,
  type EventOf,
  type EventType,
  type RuntimeEvent,
} from '../../protocol/events.ts';
import { RuntimeError } from '../../protocol/errors.ts';
import type { Clock } from '../ports/Clock.ts';
import type { Journal } from '../ports/Journal.ts';
import type { Log } from '../ports/Log.ts';
import type { Disposable } from './Disposable.ts';

/** What a publisher says; the bus adds ids, time and category. */
export interface EventDraft<T extends EventType> {
  type: T;
  source: string;
  correlationId: string;
  causationId?: string | undefined;
  sessionId?: string | undefined;
  data: EventData<T>;
}

export type EventHandler<E> = (event: E) => void | Promise<void>;

export interface SubscribeOptions {
  /** Higher first; 0 where none is given. Equal priorities: in the order of subscription. */
  priority?: number;
}

/** The commit of an event failed: nobody has seen it, and nothing that it announces may happen. */
export class JournalWriteError extends RuntimeError {
  constructor(type: EventType, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super({ code: 'journal_write', message: `The journal did not take ${type}: ${reason}` }, cause);
  }
}

interface Subscription {
  matches: (type: EventType) => boolean;
  priority: number;
  deliver: (event: RuntimeEvent) => void;
}

/**
 * Typed events in one process: commit, then dispatch.
 *
 * `publish` validates, commits durable events to the journal, then runs the handlers by priority.
 * When it returns, every synchronous handler is done, unless it was called from inside a handler:
 * then the event is committed at once and delivered when the current one is through, so that
 * everyone sees the same order. Failures of handlers are counted and logged, never thrown at the
 * publisher.
 */
export class EventBus {
  readonly #journal: Journal;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #emitter = new EventEmitter<Record<EventType, [RuntimeEvent]>>();
  readonly #subscriptions = new Set<Subscription>();
  /** Types whose listeners in the emitter stand in the order of priority. */
  readonly #ordered = new Set<EventType>();
  readonly #queue: RuntimeEvent[] = [];
  readonly #pending = new Set<Promise<void>>();
  #dispatching = false;
  #failures = 0;

  constructor(dependencies: { journal: Journal; clock: Clock; log: Log }) {
    this.#journal = dependencies.journal;
    this.#clock = dependencies.clock;
    this.#log = dependencies.log;
  }

  /** How many handlers have failed. */
  get failures(): number {
    return this.#failures;
  }

  /** Throws {@link JournalWriteError} before any handler has seen the event, or a `ZodError` for a malformed one. */
  publish<T extends EventType>(draft: EventDraft<T>): EventOf<T> {
    const event = this.#commit(draft);
    this.#queue.push(event);
    if (!this.#dispatching) this.#drain();
    return event;
  }

  on<T extends EventType>(type: T, handler: EventHandler<EventOf<T>>, options?: SubscribeOptions): Disposable {
    return this.#subscribe((candidate) => candidate === type, handler as EventHandler<RuntimeEvent>, options);
  }

  onCategory(category: Category, handler: EventHandler<RuntimeEvent>, options?: SubscribeOptions): Disposable {
    return this.#subscribe((type) => categoryOf(type) === category, handler, options);
  }

  onAll(handler: EventHandler<RuntimeEvent>, options?: SubscribeOptions): Disposable {
    return this.#subscribe(() => true, handler, options);
  }

  /** Resolves when every promise that a handler returned is settled, those of later events included. */
  async idle(): Promise<void> {
    while (this.#pending.size > 0) await Promise.all(this.#pending);
  }

  #commit<T extends EventType>(draft: EventDraft<T>): EventOf<T> {
    const event = parseEvent({
      eventId: randomUUID(),
      type: draft.type,
      category: categoryOf(draft.type),
      timestamp: this.#clock.now().toISOString(),
      ...(draft.sessionId === undefined ? {} : { sessionId: draft.sessionId }),
      correlationId: draft.correlationId,
      ...(draft.causationId === undefined ? {} : { causationId: draft.causationId }),
      source: draft.source,
      version: EVENT_VERSION,
      data: draft.data,
    });
    if (isDurable(event.type)) {
      try {
        event.seq = this.#journal.append(event, { powerCut: mustSurvivePowerCut(event.type) });
      } catch (error) {
        throw new JournalWriteError(event.type, error);
      }
    }
    return event as EventOf<T>;
  }

  #drain(): void {
    this.#dispatching = true;
    try {
      for (let event = this.#queue.shift(); event !== undefined; event = this.#queue.shift()) {
        this.#order(event.type);
        this.#emitter.emit(event.type, event);
      }
    } finally {
      this.#dispatching = false;
    }
  }

  #order(type: EventType): void {
    if (this.#ordered.has(type)) return;
    const listeners = [...this.#subscriptions].filter((subscription) => subscription.matches(type));
    for (const { deliver } of listeners.sort((a, b) => b.priority - a.priority)) this.#emitter.on(type, deliver);
    this.#ordered.add(type);
  }

  #forgetOrder(): void {
    this.#emitter.removeAllListeners();
    this.#ordered.clear();
  }

  #subscribe(matches: Subscription['matches'], handler: EventHandler<RuntimeEvent>, options?: SubscribeOptions): Disposable {
    let active = true;
    const subscription: Subscription = {
      matches,
      priority: options?.priority ?? 0,
      deliver: (event) => {
        if (active) this.#run(handler, event);
      },
    };
    this.#subscriptions.add(subscription);
    this.#forgetOrder();
    return {
      dispose: () => {
        active = false;
        this.#subscriptions.delete(subscription);
        this.#forgetOrder();
      },
    };
  }

  #run(handler: EventHandler<RuntimeEvent>, event: RuntimeEvent): void {
    const failed = (error: unknown): void => {
      this.#failures += 1;
      this.#log.error(`A handler of ${event.type} failed`, error);
    };
    try {
      const result = handler(event);
      if (result === undefined) return;
      const tracked: Promise<void> = result.catch(failed).finally(() => this.#pending.delete(tracked));
      this.#pending.add(tracked);
    } catch (error) {
      failed(error);
    }
  }
}

function categoryOf(type: EventType): Category {
  return Category.parse(type.slice(0, type.indexOf('.')));
}
