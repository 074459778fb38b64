import * as assert from 'node:assert/strict';
import { Deadline, deadlineWords } from '../../../../src/webview/approval/Deadline.ts';

describe('The deadline of a question', () => {
  for (const [leftMs, text] of [
    [252_000, '4:12 left'],
    [251_001, '4:12 left'],
    [30_000, '0:30 left'],
    [29_000, '0:29 left, then it counts as rejected'],
    [400, '0:01 left, then it counts as rejected'],
    [0, '0:00 left, then it counts as rejected'],
  ] as const) {
    it(`${leftMs} ms: ${text}`, () => assert.deepEqual(deadlineWords(leftMs), { text, soon: leftMs < 30_000 }));
  }

  it('goes on by itself, and by what the host says', () => {
    let now = 1_000;
    const deadline = new Deadline(() => now);
    assert.equal(deadline.leftMs, undefined);
    deadline.set(60_000);
    now += 10_000;
    assert.equal(deadline.leftMs, 50_000);
    deadline.set(58_000);
    assert.equal(deadline.leftMs, 58_000);
    now += 100_000;
    assert.equal(deadline.leftMs, 0);
  });

  it('is told once at 60 and once at 30 seconds', () => {
    let now = 0;
    const deadline = new Deadline(() => now);
    deadline.set(62_000);
    const told: (string | undefined)[] = [];
    for (; now < 62_000; now += 1_000) told.push(deadline.passed());
    assert.deepEqual(told.filter((sentence) => sentence !== undefined), ['1 minute left, then it counts as rejected.', '30 seconds left, then it counts as rejected.']);
  });

  it('is told once where little is left from the beginning', () => {
    const deadline = new Deadline(() => 0);
    deadline.set(24_000);
    assert.equal(deadline.passed(), '24 seconds left, then it counts as rejected.');
    assert.equal(deadline.passed(), undefined);
  });
});
