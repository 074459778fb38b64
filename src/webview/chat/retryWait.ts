import type { ChatItem, RetryItem } from '../../protocol/webview.ts';

/** Whole seconds until a request is sent again. */
export function secondsToRetry({ until, afterMs }: Pick<RetryItem, 'until' | 'afterMs'>, now: number): number {
  const left = until === undefined ? 0 : Date.parse(until) - now;
  // the clock of this page may be another than the host's
  return Math.ceil(Math.min(Math.max(left, 0), afterMs) / 1000);
}

interface RetryClockDependencies {
  changed: () => void;
  now: () => number;
  /** Calls back once, after so many milliseconds. Returns what takes that back. */
  after: (milliseconds: number, run: () => void) => () => void;
}

/** Draws the waiting requests anew when their seconds change, by one timer. */
export class RetryClock {
  readonly #deps: RetryClockDependencies;
  #waiting: readonly RetryItem[] = [];
  #stop: (() => void) | undefined;

  constructor(deps: RetryClockDependencies) {
    this.#deps = deps;
  }

  /** What the transcript holds now. */
  update(items: readonly ChatItem[]): void {
    this.#waiting = items.filter((item) => item.kind === 'retry').filter(({ state }) => state === 'waiting');
    this.#wind();
  }

  secondsLeft(item: RetryItem): number {
    return secondsToRetry(item, this.#deps.now());
  }

  #wind(): void {
    this.#stop?.();
    this.#stop = undefined;
    const now = this.#deps.now();
    const waits = this.#waiting.filter((item) => secondsToRetry(item, now) > 0).map(({ until = '' }) => Date.parse(until) - now);
    if (waits.length === 0) return;
    const next = Math.min(...waits.map((wait) => wait - 1000 * (Math.ceil(wait / 1000) - 1)));
    this.#stop = this.#deps.after(Math.min(next, 1000), () => {
      this.#deps.changed();
      this.#wind();
    });
  }
}
