import type { Disposable } from '../../src/core/bus/Disposable.ts';
import type { Clock } from '../../src/core/ports/Clock.ts';
import type { Log } from '../../src/core/ports/Log.ts';

/** Keeps what was logged. */
export class MemoryLog implements Log {
  readonly lines: string[] = [];

  debug(message: string): void {
    this.lines.push(message);
  }

  info(message: string): void {
    this.lines.push(message);
  }

  warn(message: string): void {
    this.lines.push(message);
  }

  error(message: string, error?: unknown): void {
    this.lines.push(`${message} ${error instanceof Error ? String(error.stack) : JSON.stringify(error)}`);
  }
}

/** Time that stands still until a test moves it. */
export class ManualClock implements Clock {
  #now = 0;
  readonly #timers = new Set<{ milliseconds: number; due: number; run: () => void }>();

  /** Timers that are not disposed. */
  get timers(): number {
    return this.#timers.size;
  }

  now(): Date {
    return new Date(Date.UTC(2026, 0, 1) + this.#now);
  }

  monotonic(): number {
    return this.#now;
  }

  every(milliseconds: number, run: () => void): Disposable {
    const timer = { milliseconds, due: this.#now + milliseconds, run };
    this.#timers.add(timer);
    return { dispose: () => this.#timers.delete(timer) };
  }

  /** Lets time pass, and every timer run at its moment. */
  pass(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (;;) {
      const next = [...this.#timers].sort((a, b) => a.due - b.due)[0];
      if (next === undefined || next.due > end) break;
      this.#now = next.due;
      next.due += next.milliseconds;
      next.run();
    }
    this.#now = end;
  }

  /** The computer slept: time has passed, and no timer ran meanwhile. */
  suspend(milliseconds: number): void {
    this.#now += milliseconds;
    for (const timer of this.#timers) timer.due = Math.max(timer.due, this.#now);
  }
}
