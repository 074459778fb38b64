import * as assert from 'node:assert/strict';
import { problemWords } from '../../../../src/core/transcript/problemWords.ts';
import { errorCodes } from '../../../../src/protocol/errors.ts';

describe('The words for problems', () => {
  for (const code of errorCodes)
    it(`${code}: a title, and whole sentences, with the message's own full stop only once`, () => {
      const { title, detail } = problemWords({ code, message: 'The server said so.' });
      assert.match(title, /^\S.*[^.]$/);
      assert.match(detail, /^\S.*[^.]\.$/);
      assert.doesNotMatch(detail, /\.\./);
    });

  it('say where a session is open that is another window’s, and not that something is broken', () => {
    const { tone, title, actions } = problemWords({ code: 'session_not_owned', message: 'no lease' });
    assert.deepEqual([tone, title, actions], ['interrupted', 'This session is open in another window', ['retry']]);
  });
});
