import type { Disposable } from '../bus/Disposable.ts';

export interface Clock {
  now(): Date;
  /** Milliseconds from a fixed point, never going back; for durations. */
  monotonic(): number;
  /** Calls `run` every so many milliseconds until it is disposed. Keeps no process alive. */
  every(milliseconds: number, run: () => void): Disposable;
}
