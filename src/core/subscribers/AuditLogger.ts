import type { EventBus } from '../bus/EventBus.ts';
import type { Disposable } from '../bus/Disposable.ts';
import type { EventType, RuntimeEvent } from '../../protocol/events.ts';
import { auditEntry, WORKSPACE } from '../audit/auditEntry.ts';
import type { AuditEntry, AuditLog } from '../ports/AuditLog.ts';
import type { Log } from '../ports/Log.ts';
import { yieldToHost } from '../yieldToHost.ts';

/** Entries that wait while the database does not answer; the journal has the older ones. */
const MOST_PENDING = 1_000;
/** Entries in one transaction. */
const CHUNK = 100;

/** After these what waits is tried again. */
const endings: ReadonlySet<EventType> = new Set<EventType>(['agent.processing.completed', 'system.shutdown']);

/** Writes the critical events to the audit log, which outlives their session. */
export class AuditLogger implements Disposable {
  readonly #audit: AuditLog;
  readonly #log: Log;
  readonly #subscription: Disposable;
  #pending: AuditEntry[] = [];

  constructor(dependencies: { bus: EventBus; audit: AuditLog; log: Log }) {
    this.#audit = dependencies.audit;
    this.#log = dependencies.log;
    this.#subscription = dependencies.bus.onAll((event) => this.#take(event), { priority: 5 });
  }

  /** Adds what a host that was killed had not got to. `pages`: a session's events of `auditedTypes`. Rejects where the database does not answer. */
  async catchUp(pages: AsyncIterable<readonly RuntimeEvent[]>): Promise<void> {
    for await (const events of pages) {
      for (let first = 0; first < events.length; first += CHUNK) {
        this.#audit.add(events.slice(first, first + CHUNK).flatMap((event) => auditEntry(event) ?? []));
        await yieldToHost();
      }
    }
  }

  /** As {@link catchUp}, for the events without a session, at every start: writes only where something is missing. */
  async catchUpWorkspace(pages: AsyncIterable<readonly RuntimeEvent[]>): Promise<void> {
    const known = new Set(this.#audit.eventIds(WORKSPACE));
    for await (const events of pages) {
      const missed = events.filter(({ eventId }) => !known.has(eventId)).flatMap((event) => auditEntry(event) ?? []);
      if (missed.length > 0) this.#audit.add(missed);
    }
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  #take(event: RuntimeEvent): void {
    const entry = auditEntry(event);
    if (entry !== undefined) this.#pending.push(entry);
    // nothing may follow that would be tried with: a session that ended in peace is not caught up
    else if (this.#pending.length === 0 || !endings.has(event.type)) return;
    try {
      this.#audit.add(this.#pending);
      this.#pending = [];
    } catch (error) {
      this.#pending = this.#pending.slice(-MOST_PENDING);
      this.#log.warn(`The audit log did not take ${this.#pending.at(-1)?.type ?? event.type}; it is tried again with the next entry: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
