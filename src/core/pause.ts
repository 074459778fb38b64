import type { Clock } from './ports/Clock.ts';

/** Resolves after so many milliseconds. */
export function pause(clock: Clock, milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = clock.every(milliseconds, () => {
      timer.dispose();
      resolve();
    });
  });
}
