import * as assert from 'node:assert/strict';
import { languageModelFailure } from '../../../../src/vscode/adapters/languageModelFailure.ts';

describe('A failure of VS Code’s models', () => {
  it('has no more than 500 characters of what another extension says', () => {
    const { info } = languageModelFailure(new Error(`Request failed, too many requests: ${'<html>'.repeat(10_000)}`), { model: 'M', answering: false });
    assert.deepEqual([info.code, info.message.length], ['model_rate_limited', 500]);
  });
});
