import type { EventBus } from '../bus/EventBus.ts';
import { DisposableStore, type Disposable } from '../bus/Disposable.ts';
import type { Clock } from '../ports/Clock.ts';
import type { Log } from '../ports/Log.ts';
import type { TableWriter } from './Projector.ts';
import { yieldToHost } from '../yieldToHost.ts';
import type { PersistenceStatus } from './PersistenceStatus.ts';

/** Milliseconds between two looks at what is due. */
const FLUSH_LOOP = 2_000;
/** Milliseconds: the longest wait between two tries. */
const LONGEST_BACK_OFF = 60_000;

export interface PersistenceSettings {
  /** Milliseconds without a change after which a session is saved. */
  debounceMs: number;
  /** Events in one transaction. */
  maxBatchSize: number;
}

interface Dependencies {
  bus: EventBus;
  tables: readonly TableWriter[];
  clock: Clock;
  log: Log;
  settings: PersistenceSettings;
}

/**
 * Writes the projections when their events were published: when a session has rested for a while, in
 * batches. What could not be saved stays pending and is tried again, ever more seldom, until it is through.
 */
export class PersistenceSubscriber implements Disposable {
  readonly #dependencies: Dependencies;
  /** When each changed session is due, in the clock's monotonic milliseconds. */
  readonly #due = new Map<string, number>();
  readonly #listeners = new Set<(status: PersistenceStatus) => void>();
  readonly #disposables = new DisposableStore();
  #status: PersistenceStatus = { kind: 'saved' };
  #failures = 0;
  #nextTry = 0;
  #flushing: Promise<void> | undefined;

  constructor(dependencies: Dependencies) {
    this.#dependencies = dependencies;
    const { bus, clock } = dependencies;
    for (const type of ['session.updated', 'session.message.added', 'agent.switched'] as const) {
      this.#disposables.add(bus.on(type, ({ sessionId }) => this.#changed(sessionId), { priority: 1 }));
    }
    this.#disposables.add(clock.every(FLUSH_LOOP, () => void this.#loop()));
  }

  get status(): PersistenceStatus {
    return this.#status;
  }

  onDidChangeStatus(listener: (status: PersistenceStatus) => void): Disposable {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }

  /** Saves everything that is pending, due or not. Never rejects: what fails stays pending. */
  async flush(): Promise<void> {
    await this.#flushing;
    await this.#save(() => true);
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  #changed(sessionId: string | undefined): void {
    // the last change counts: one that comes while an earlier one waits moves the save, and is in it
    if (sessionId !== undefined) this.#due.set(sessionId, this.#dependencies.clock.monotonic() + this.#dependencies.settings.debounceMs);
  }

  async #loop(): Promise<void> {
    const now = this.#dependencies.clock.monotonic();
    if (this.#flushing !== undefined || now < this.#nextTry) return;
    await this.#save((due) => due <= now);
  }

  #save(isDue: (due: number) => boolean): Promise<void> {
    const pending = [...this.#due].filter(([, due]) => isDue(due));
    if (pending.length === 0) return Promise.resolve();
    this.#flushing = this.#write(new Map(pending)).finally(() => (this.#flushing = undefined));
    return this.#flushing;
  }

  async #write(pending: ReadonlyMap<string, number>): Promise<void> {
    const { tables, settings, log } = this.#dependencies;
    try {
      for (const table of tables) {
        let rest: readonly string[] = [...pending.keys()];
        while (rest.length > 0) {
          rest = table.write(rest, settings.maxBatchSize);
          if (rest.length > 0) await yieldToHost();
        }
      }
    } catch (error) {
      log.error('Sessions could not be saved to the list of sessions; the journal has them', error);
      this.#failed(error);
      return;
    }
    // what changed meanwhile stays pending
    for (const [sessionId, due] of pending) if (this.#due.get(sessionId) === due) this.#due.delete(sessionId);
    this.#failures = 0;
    this.#nextTry = 0;
    if (this.#status.kind !== 'saved') this.#tell({ kind: 'saved' });
  }

  #failed(error: unknown): void {
    const retryInMs = Math.min(FLUSH_LOOP * 2 ** this.#failures, LONGEST_BACK_OFF);
    this.#failures += 1;
    this.#nextTry = this.#dependencies.clock.monotonic() + retryInMs;
    const reason = error instanceof Error ? error.message : String(error);
    this.#tell({ kind: 'failing', pending: this.#due.size, reason, retryInMs });
  }

  #tell(status: PersistenceStatus): void {
    this.#status = status;
    for (const listener of [...this.#listeners]) listener(status);
  }
}
