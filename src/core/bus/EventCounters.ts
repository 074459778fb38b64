import type { EventType } from '../../protocol/events.ts';

export interface EventCounts {
  /** Committed, where they are durable, and given to the handlers. */
  published: number;
  /** Runs of handlers that succeeded; an asynchronous one counts when its promise is settled. */
  handled: number;
  /** Runs of handlers and of middlewares that threw or rejected. */
  failed: number;
  /** Cancelled by a middleware, so not published. */
  cancelled: number;
}

export interface BusStatistics {
  total: Readonly<EventCounts>;
  /** Of the types that something was counted for. */
  byType: ReadonlyMap<EventType, Readonly<EventCounts>>;
  /** Subscriptions that are not disposed. */
  subscriptions: number;
}

const none = (): EventCounts => ({ published: 0, handled: 0, failed: 0, cancelled: 0 });

/** Counts by type, since the bus was made. Bounded by the catalogue. */
export class EventCounters {
  readonly #byType = new Map<EventType, EventCounts>();

  /** The counts of a type, to count in. */
  of(type: EventType): EventCounts {
    const known = this.#byType.get(type);
    if (known !== undefined) return known;
    const counts = none();
    this.#byType.set(type, counts);
    return counts;
  }

  /** A copy. */
  snapshot(subscriptions: number): BusStatistics {
    const total = none();
    const byType = new Map<EventType, EventCounts>();
    for (const [type, counts] of this.#byType) {
      byType.set(type, { ...counts });
      total.published += counts.published;
      total.handled += counts.handled;
      total.failed += counts.failed;
      total.cancelled += counts.cancelled;
    }
    return { total, byType, subscriptions };
  }
}
