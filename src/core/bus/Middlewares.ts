import { parseEvent, type RuntimeEvent } from '../../protocol/events.ts';
import type { Log } from '../ports/Log.ts';
import type { Disposable } from './Disposable.ts';
import type { EventCounters } from './EventCounters.ts';
import { logFailure } from './logFailure.ts';

/**
 * Sees a valid event before it is committed. Returns it, or one with other `data`, or undefined, which cancels it.
 * Every middleware gets its own copy. One that throws, changes anything but `data`, or makes `data` invalid has failed:
 * that is counted and logged, and the event goes on as it was before this middleware.
 */
export type Middleware = (event: Readonly<RuntimeEvent>) => Readonly<RuntimeEvent> | undefined;

interface Entry {
  middleware: Middleware;
  active: boolean;
}

/** The middlewares of a bus, in the order of registration. */
export class Middlewares {
  readonly #log: Log;
  readonly #counters: EventCounters;
  /** Replaced, never changed: a run under way keeps the list that it began with. */
  #entries: readonly Entry[] = [];

  constructor(dependencies: { log: Log; counters: EventCounters }) {
    this.#log = dependencies.log;
    this.#counters = dependencies.counters;
  }

  get any(): boolean {
    return this.#entries.length > 0;
  }

  add(middleware: Middleware): Disposable {
    const entry: Entry = { middleware, active: true };
    this.#entries = [...this.#entries, entry];
    return {
      dispose: () => {
        entry.active = false;
        this.#entries = this.#entries.filter((other) => other !== entry);
      },
    };
  }

  /** The event as it is to be published, or undefined where a middleware cancelled it: later ones do not see it then. */
  run(event: RuntimeEvent): RuntimeEvent | undefined {
    let current = event;
    for (const entry of this.#entries) {
      if (!entry.active) continue;
      try {
        const result = entry.middleware(structuredClone(current));
        if (result === undefined) return undefined;
        current = withDataOf(result, current);
      } catch (error) {
        this.#counters.of(event.type).failed += 1;
        logFailure(this.#log, `A middleware failed at ${event.type}; the event goes on unchanged`, error);
      }
    }
    return current;
  }
}

/** Throws for a result that differs in more than `data`, or whose `data` is not valid. */
function withDataOf(result: Readonly<RuntimeEvent>, event: RuntimeEvent): RuntimeEvent {
  const before = new Map<string, unknown>(Object.entries(event));
  const after = Object.entries(result);
  const same = after.length === before.size && after.every(([field, value]) => field === 'data' || (before.has(field) && before.get(field) === value));
  if (!same) throw new Error('A middleware may change nothing but data');
  return parseEvent({ ...event, data: result.data });
}
