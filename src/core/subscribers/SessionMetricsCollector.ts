import type { EventBus } from '../bus/EventBus.ts';
import type { Disposable } from '../bus/Disposable.ts';
import type { RuntimeEvent } from '../../protocol/events.ts';
import { foldSessionMetrics, type SessionMetrics } from '../metrics/sessionMetrics.ts';

/** Sessions whose numbers are kept; those of an older one are in its journal. */
const MOST_SESSIONS = 200;

/** Requests and tokens of each session since this host started. */
export class SessionMetricsCollector implements Disposable {
  readonly #metrics = new Map<string, SessionMetrics>();
  readonly #subscription: Disposable;

  constructor(dependencies: { bus: EventBus }) {
    const { bus } = dependencies;
    this.#subscription = bus.onCategory('llm', (event) => this.#take(event), { priority: 5 });
  }

  get(sessionId: string): SessionMetrics | undefined {
    return this.#metrics.get(sessionId);
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  #take(event: RuntimeEvent): void {
    const { sessionId } = event;
    if (sessionId === undefined) return;
    const before = this.#metrics.get(sessionId);
    const after = foldSessionMetrics(before, event);
    if (after !== undefined && after !== before) this.#keep(sessionId, after);
  }

  /** The latest stands last: the first is the one to forget. */
  #keep(sessionId: string, metrics: SessionMetrics): void {
    this.#metrics.delete(sessionId);
    this.#metrics.set(sessionId, metrics);
    if (this.#metrics.size <= MOST_SESSIONS) return;
    for (const oldest of this.#metrics.keys()) {
      this.#metrics.delete(oldest);
      return;
    }
  }
}
