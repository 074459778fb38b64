import type { Clock } from './ports/Clock.ts';

/** Resolves after so many milliseconds; rejects with the signal's reason where it aborts before. */
export function pause(clock: Clock, milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void): void => {
      timer.dispose();
      signal?.removeEventListener('abort', abort);
      settle();
    };
    const abort = (): void => end(() => reject(reasonOf(signal)));
    const timer = clock.every(milliseconds, () => end(resolve));
    signal?.addEventListener('abort', abort, { once: true });
    if (signal?.aborted === true) abort();
  });
}

function reasonOf(signal: AbortSignal | undefined): Error {
  return signal?.reason instanceof Error ? signal.reason : new Error('Stopped');
}
