import type { EventBus } from '../bus/EventBus.ts';
import type { Disposable } from '../bus/Disposable.ts';
import { emptyMetrics, foldMetrics, type Metrics } from '../metrics/metrics.ts';

/** What happened since this host started, in numbers. */
export class MetricsCollector implements Disposable {
  readonly metrics: Metrics = emptyMetrics();
  readonly #subscription: Disposable;

  constructor(dependencies: { bus: EventBus }) {
    this.#subscription = dependencies.bus.onAll((event) => foldMetrics(this.metrics, event), { priority: 5 });
  }

  dispose(): void {
    this.#subscription.dispose();
  }
}
