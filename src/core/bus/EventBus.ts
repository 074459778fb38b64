import { randomUUID } from 'node:crypto';
import {
  categoryOf,
  EVENT_VERSION,
  isDurable,
  mustSurvivePowerCut,
  parseEvent,
  passesMiddleware,
  type Category,
  type EventData,
  type EventOf,
  type EventType,
  type RuntimeEvent,
} from '../../protocol/events.ts';
import { errorInfoOf, type ErrorCode, type ErrorInfo } from '../../protocol/errors.ts';
import { RuntimeError } from '../../protocol/RuntimeError.ts';
import type { Clock } from '../ports/Clock.ts';
import type { Journal } from '../ports/Journal.ts';
import type { Log } from '../ports/Log.ts';
import { Dispatcher, type EventHandler, type SubscribeOptions } from './Dispatcher.ts';
import type { Disposable } from './Disposable.ts';
import { EventCancelledError } from './EventCancelledError.ts';
import { EventCounters, type BusStatistics } from './EventCounters.ts';
import { Middlewares, type Middleware } from './Middlewares.ts';

/** What a publisher says; the bus adds ids, time and category. */
export interface EventDraft<T extends EventType> {
  type: T;
  source: string;
  correlationId: string;
  causationId?: string | undefined;
  sessionId?: string | undefined;
  data: EventData<T>;
}

/** Reasons of a journal that the person is told in words of their own. */
const reasons: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['journal_write', 'journal_read', 'journal_busy', 'session_not_owned', 'session_deleted']);

/**
 * The commit of an event failed: nobody has seen it, and nothing that it announces may happen. `info` is the
 * cause's where the journal gave a reason, else its code is `journal_write`.
 */
export class JournalWriteError extends RuntimeError {
  constructor(type: EventType, cause: unknown) {
    super(infoOf(type, cause), cause);
  }
}

function infoOf(type: EventType, cause: unknown): ErrorInfo {
  const { code, message } = errorInfoOf(cause);
  return reasons.has(code) ? { code, message } : { code: 'journal_write', message: `The journal did not take ${type}: ${message}` };
}

/**
 * Typed events in one process: commit, then dispatch.
 *
 * `publish` validates, asks the middlewares, commits durable events to the journal, then runs the handlers by priority.
 * When it returns, every synchronous handler is done, unless it was called from inside a handler:
 * then the event is committed at once and delivered when the current one is through, so that
 * everyone sees the same order. Failures of handlers and of middlewares are counted and logged, never thrown at the
 * publisher.
 */
export class EventBus {
  readonly #journal: Journal;
  readonly #clock: Clock;
  readonly #counters = new EventCounters();
  readonly #middlewares: Middlewares;
  readonly #dispatcher: Dispatcher;
  #stamp = { time: NaN, text: '' };

  constructor(dependencies: { journal: Journal; clock: Clock; log: Log }) {
    this.#journal = dependencies.journal;
    this.#clock = dependencies.clock;
    const shared = { log: dependencies.log, counters: this.#counters };
    this.#middlewares = new Middlewares(shared);
    this.#dispatcher = new Dispatcher(shared);
  }

  get statistics(): BusStatistics {
    return this.#counters.snapshot(this.#dispatcher.subscriptions);
  }

  /**
   * Returns the event as it was published. Throws before any handler has seen the event: {@link JournalWriteError}, a `ZodError`
   * for a malformed event, {@link EventCancelledError} where a middleware cancelled a durable one. A transient
   * event that was cancelled is returned, and nobody has seen it.
   */
  publish<T extends EventType>(draft: EventDraft<T>): EventOf<T> {
    const drafted = this.#parse(draft);
    const event = this.#middlewares.any && passesMiddleware(drafted.type) ? this.#middlewares.run(drafted) : drafted;
    if (event === undefined) {
      this.#counters.of(drafted.type).cancelled += 1;
      if (isDurable(drafted.type)) throw new EventCancelledError(drafted.type);
      return drafted as EventOf<T>;
    }
    if (isDurable(event.type)) event.seq = this.#append(event);
    this.#counters.of(event.type).published += 1;
    this.#dispatcher.dispatch(event);
    return event as EventOf<T>;
  }

  /**
   * Runs `middleware` over every event that is published from now on, after those that are there already; never over decisions,
   * and starts and ends of tools.
   */
  use(middleware: Middleware): Disposable {
    return this.#middlewares.add(middleware);
  }

  on<T extends EventType>(type: T, handler: EventHandler<EventOf<T>>, options?: SubscribeOptions): Disposable {
    return this.#dispatcher.subscribe((candidate) => candidate === type, handler as EventHandler<RuntimeEvent>, options);
  }

  onCategory(category: Category, handler: EventHandler<RuntimeEvent>, options?: SubscribeOptions): Disposable {
    return this.#dispatcher.subscribe((type) => categoryOf(type) === category, handler, options);
  }

  onAll(handler: EventHandler<RuntimeEvent>, options?: SubscribeOptions): Disposable {
    return this.#dispatcher.subscribe(() => true, handler, options);
  }

  /** Resolves when every promise that a handler returned is settled, those of later events included. Not for handlers. */
  idle(): Promise<void> {
    return this.#dispatcher.idle();
  }

  #parse<T extends EventType>(draft: EventDraft<T>): RuntimeEvent {
    const { type, source, correlationId, causationId, sessionId, data } = draft;
    return parseEvent({
      eventId: randomUUID(),
      type,
      category: categoryOf(type),
      timestamp: this.#timestamp(),
      ...(sessionId === undefined ? undefined : { sessionId }),
      correlationId,
      ...(causationId === undefined ? undefined : { causationId }),
      source,
      version: EVENT_VERSION,
      data,
    });
  }

  /** Written once a millisecond: that costs as much as all else of a piece of an answer. */
  #timestamp(): string {
    const now = this.#clock.now();
    const time = now.getTime();
    if (time !== this.#stamp.time) this.#stamp = { time, text: now.toISOString() };
    return this.#stamp.text;
  }

  #append(event: RuntimeEvent): number {
    try {
      return this.#journal.append(event, { powerCut: mustSurvivePowerCut(event.type) });
    } catch (error) {
      throw new JournalWriteError(event.type, error);
    }
  }
}
