import type { ErrorCode, ErrorInfo } from '../../protocol/errors.ts';

/** How often the same request goes to a model at most, as long as it fails. */
export const MOST_TRIES = 4;

/** Failures that may pass by themselves. */
const passing: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['model_rate_limited', 'model_server', 'model_unreachable', 'model_timeout', 'model_stream_interrupted']);

/** Before the second try, in milliseconds; each later one waits twice as long. */
const FIRST_PAUSE = 1_000;
/** Whoever is asked to wait longer is told instead. */
const LONGEST_PAUSE = 300_000;

/**
 * Milliseconds until a failed request goes to the model again; `undefined`: it does not. Exponential back-off, the upper half of each
 * pause by chance, so that many who failed at once do not come back at once; a server that says how long is believed, and never asked earlier.
 * `tried`: how often it was sent. `random`: from 0 to 1.
 */
export function pauseBefore({ code, retryAfterMs }: ErrorInfo, tried: number, random: () => number): number | undefined {
  if (!passing.has(code) || tried >= MOST_TRIES) return undefined;
  const backOff = FIRST_PAUSE * 2 ** (tried - 1) * (0.5 + random() / 2);
  if (retryAfterMs === undefined) return Math.round(backOff);
  if (retryAfterMs > LONGEST_PAUSE) return undefined;
  return Math.round(Math.max(backOff, retryAfterMs + (FIRST_PAUSE / 4) * random()));
}
