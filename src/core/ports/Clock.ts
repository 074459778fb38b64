export interface Clock {
  now(): Date;
  /** Milliseconds from a fixed point, never going back; for durations. */
  monotonic(): number;
}
