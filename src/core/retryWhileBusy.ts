import { errorInfoOf } from '../protocol/errors.ts';
import { pause } from './pause.ts';
import type { Clock } from './ports/Clock.ts';

/** Milliseconds between two tries; the database itself is waited for at most 50 ms each time. */
const PAUSE = 100;
const TRIES = 30;

/**
 * The result of `run`, tried again while another program holds the database, so that nobody has to press a button twice.
 * Rejects with any other error at once, and with that one after about three seconds.
 */
export async function retryWhileBusy<T>(clock: Clock, run: () => T | Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await run();
    } catch (error) {
      if (errorInfoOf(error).code !== 'journal_busy' || tries === TRIES) throw error;
    }
    await pause(clock, PAUSE);
  }
}
