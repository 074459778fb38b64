import * as assert from 'node:assert/strict';
import type { RetryItem } from '../../../../src/protocol/webview.ts';
import { retryWords } from '../../../../src/webview/chat/items/retryItem.ts';
import { RetryClock, secondsToRetry } from '../../../../src/webview/chat/retryWait.ts';

const begin = Date.parse('2026-11-23T10:00:00.000Z');
const item: RetryItem = { kind: 'retry', id: 'r', reason: 'It is busy', attempt: 2, attempts: 4, state: 'waiting', until: '2026-11-23T10:00:12.000Z', afterMs: 12_000 };

describe('A request that waits to be sent again', () => {
  it('counts whole seconds down, and never beyond what it waits in all', () => {
    assert.deepEqual([0, 1, 1000, 11_999, 12_000, 99_000, -60_000].map((ms) => secondsToRetry(item, begin + ms)), [12, 12, 11, 1, 0, 0, 12]);
  });

  it('says when, in words that end', () => {
    assert.equal(retryWords(item, 12), 'again in 12 s');
    assert.equal(retryWords(item, 75), 'again in 1 min 15 s');
    assert.equal(retryWords(item, 1), 'again in 1 s');
    assert.equal(retryWords(item, 0), 'again now');
    assert.equal(retryWords({ ...item, state: 'done' }, 0), 'tried again after 12 s');
    assert.equal(retryWords({ ...item, state: 'stopped' }, 0), 'not tried again');
  });

  describe('and its clock', () => {
    let now: number;
    let timers: { at: number; run: () => void }[];
    let drawn: number[];
    let clock: RetryClock;
    beforeEach(() => {
      now = begin + 300;
      timers = [];
      drawn = [];
      clock = new RetryClock({
        changed: () => drawn.push(clock.secondsLeft(item)),
        now: () => now,
        after: (milliseconds, run) => {
          const timer = { at: now + milliseconds, run };
          timers.push(timer);
          return () => void (timers = timers.filter((other) => other !== timer));
        },
      });
    });
    const tick = (): void => {
      const [timer] = timers.splice(0, 1);
      assert.ok(timer);
      now = timer.at;
      timer.run();
    };

    it('draws each second once, by one timer, and stops at none', () => {
      clock.update([item, { ...item, id: 'other' }]);
      while (timers.length > 0) {
        assert.equal(timers.length, 1);
        tick();
      }
      assert.deepEqual(drawn, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
      assert.equal(now, begin + 12_000);
    });

    it('stops when nothing waits any more', () => {
      clock.update([item]);
      clock.update([{ ...item, state: 'done' }]);
      assert.deepEqual(timers, []);
    });

    it('winds nothing for what is past', () => {
      now = begin + 20_000;
      clock.update([item]);
      assert.deepEqual(timers, []);
    });
  });
});
