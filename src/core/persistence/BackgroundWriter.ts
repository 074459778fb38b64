import { randomUUID } from 'node:crypto';
import type { EventBus } from '../bus/EventBus.ts';
import { DisposableStore, type Disposable } from '../bus/Disposable.ts';
import type { Clock } from '../ports/Clock.ts';
import type { Log } from '../ports/Log.ts';
import type { TableWriter } from './Projector.ts';
import { yieldToHost } from '../yieldToHost.ts';

/** Milliseconds between two writes. */
const INTERVAL = 5_000;
/** Events in one transaction. */
const BATCH = 50;

interface Dependencies {
  bus: EventBus;
  /** The subsystem that it works for: its events have this source. */
  source: 'SessionManager' | 'AgentContextManager';
  table: TableWriter;
  clock: Clock;
  log: Log;
}

/** Writes one table by a timer: what stands in for the PersistenceSubscriber where event-driven persistence is off. */
export class BackgroundWriter implements Disposable {
  readonly #dependencies: Dependencies;
  readonly #changed = new Set<string>();
  readonly #disposables = new DisposableStore();

  constructor(dependencies: Dependencies) {
    this.#dependencies = dependencies;
    const { bus, table, clock } = dependencies;
    for (const type of table.types) {
      this.#disposables.add(bus.on(type, ({ sessionId }) => this.#note(sessionId), { priority: 1 }));
    }
    this.#disposables.add(clock.every(INTERVAL, () => void this.flush()));
  }

  /** Writes what has changed. Never rejects: what fails is written the next time. */
  async flush(): Promise<void> {
    if (this.#changed.size === 0) return;
    const { bus, source, table, clock } = this.#dependencies;
    const task = `write ${table.table}`;
    const correlationId = randomUUID();
    const { eventId: causationId } = bus.publish({ type: 'system.background_task.started', source, correlationId, data: { task } });
    const begin = clock.monotonic();
    const changed = [...this.#changed];
    this.#changed.clear();
    const success = await this.#write(changed);
    const data = { task, success, written: success ? changed.length : 0, durationMs: clock.monotonic() - begin };
    bus.publish({ type: 'system.background_task.completed', source, correlationId, causationId, data });
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  #note(sessionId: string | undefined): void {
    if (sessionId !== undefined) this.#changed.add(sessionId);
  }

  async #write(changed: readonly string[]): Promise<boolean> {
    const { table, log } = this.#dependencies;
    try {
      for (let rest = changed; rest.length > 0; ) {
        rest = table.write(rest, BATCH);
        if (rest.length > 0) await yieldToHost();
      }
      return true;
    } catch (error) {
      for (const sessionId of changed) this.#changed.add(sessionId);
      log.error(`The table ${table.table} could not be written; the journal has everything`, error);
      return false;
    }
  }
}
