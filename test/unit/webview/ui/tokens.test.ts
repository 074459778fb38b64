import * as assert from 'node:assert/strict';
import { sessionTokensTitle } from '../../../../src/webview/chat/dock/sessionTokens.ts';
import { contextCutWords } from '../../../../src/webview/chat/items/contextCutItem.ts';
import { usageWords, windowSize } from '../../../../src/webview/ui/format.ts';

describe('Tokens in words', () => {
  it('call a window as its maker does', () => {
    assert.deepEqual([512, 4096, 32_768, 32_000, 128_000, 131_072, 200_000, 1_000_000, 1_048_576, 1_047_576, 2_000_000].map(windowSize), [
      '1k', '4k', '32k', '32k', '128k', '128k', '200k', '1M', '1M', '1M', '2M',
    ]);
  });

  it('begin with “about” where a part is estimated', () => {
    assert.equal(usageWords({ inputTokens: 18_400, outputTokens: 312, estimated: false }), '18.4k in, 312 out');
    assert.equal(usageWords({ inputTokens: 18_400, outputTokens: 1_100, estimated: true }), 'about 18.4k in, 1.1k out');
    assert.match(sessionTokensTitle({ inputTokens: 1, outputTokens: 1, estimated: true }), /about 1 in, 1 out\. A part is estimated/);
    assert.match(sessionTokensTitle({ inputTokens: 1, outputTokens: 1, estimated: false }), /1 in, 1 out\. As the models reported them\./);
  });

  it('say what does not fit, also of one', () => {
    assert.equal(contextCutWords({ results: 6, window: 32_000 }), '6 results left out or cut: they do not fit the model’s window of 32k tokens');
    assert.equal(contextCutWords({ results: 1, window: 8192 }), '1 result left out or cut: it does not fit the model’s window of 8k tokens');
  });
});
