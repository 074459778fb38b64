import * as assert from 'node:assert/strict';
import { retryWhileBusy } from '../../../src/core/retryWhileBusy.ts';
import type { ErrorCode } from '../../../src/protocol/errors.ts';
import { RuntimeError } from '../../../src/protocol/RuntimeError.ts';
import { ManualClock } from '../../support/ports.ts';

describe('retryWhileBusy', () => {
  const failing = (times: number, code: ErrorCode): (() => number) => {
    let calls = 0;
    return () => {
      calls += 1;
      if (calls <= times) throw new RuntimeError({ code, message: `call ${calls}` });
      return calls;
    };
  };
  /** Lets time pass until the promise is settled. */
  const settled = async <T>(clock: ManualClock, promise: Promise<T>): Promise<T> => {
    const open = new Set([promise]);
    const closed = (): boolean => open.delete(promise);
    void promise.then(closed, closed);
    while (open.size > 0) {
      await new Promise(setImmediate);
      clock.pass(100);
    }
    return promise;
  };

  it('tries again until the database is free', async () => {
    const clock = new ManualClock();
    assert.equal(await settled(clock, retryWhileBusy(clock, failing(5, 'journal_busy'))), 6);
  });

  it('gives up in the end, with the reason', async () => {
    const clock = new ManualClock();
    await assert.rejects(settled(clock, retryWhileBusy(clock, failing(1_000, 'journal_busy'))), /call 30/);
  });

  it('does not try again what fails for another reason', async () => {
    await assert.rejects(retryWhileBusy(new ManualClock(), failing(1, 'journal_write')), /call 1/);
  });
});
