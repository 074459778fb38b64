import * as assert from 'node:assert/strict';
import { deadlineNews, deadlineWords, isSoon, secondsLeft } from '../../../../src/webview/chat/deadline.ts';

const askedAt = '2026-11-22T10:00:00.000Z';
const at = Date.parse(askedAt);
const item = { tool: 'write_file', object: 'src/a.ts', created: false };

describe('The deadline of a card', () => {
  it('counts down in whole seconds, and ends at none', () => {
    const left = (after: number): number | undefined => secondsLeft({ askedAt, timeoutMs: 300_000 }, at + after);
    assert.deepEqual([left(0), left(28_000), left(28_001), left(299_999), left(300_000), left(400_000)], [300, 272, 272, 1, 0, 0]);
    assert.equal(secondsLeft({ askedAt }, at), undefined);
  });

  it('is never later than it can be, whatever the clock of the page says', () => {
    assert.equal(secondsLeft({ askedAt, timeoutMs: 300_000 }, at - 60_000), 300);
  });

  it('is written in minutes and seconds, and near below half a minute', () => {
    assert.deepEqual([300, 272, 60, 9, 0].map(deadlineWords), ['5:00', '4:32', '1:00', '0:09', '0:00']);
    assert.deepEqual([30, 29].map(isSoon), [false, true]);
  });

  it('is said at 60 and at 30 seconds, once each', () => {
    const said: string[] = [];
    for (let left = 65; left >= 0; left--) {
      const news = deadlineNews(item, left + 1, left);
      if (news !== undefined) said.push(news);
    }
    assert.deepEqual(said, ['60 seconds left to decide: edit src/a.ts. Then it counts as rejected.', '30 seconds left to decide: edit src/a.ts. Then it counts as rejected.']);
  });

  it('is said once where a page slept over both', () => {
    assert.match(deadlineNews(item, 90, 20) ?? '', /^20 seconds left/);
    assert.equal(deadlineNews(item, undefined, 20), undefined);
  });
});
