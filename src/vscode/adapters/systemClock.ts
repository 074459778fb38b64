import type { Clock } from '../../core/ports/Clock.ts';

export const systemClock: Clock = {
  now: () => new Date(),
  monotonic: () => performance.now(),
  every: (milliseconds, run) => {
    const timer = setInterval(run, milliseconds).unref();
    return { dispose: () => clearInterval(timer) };
  },
};
