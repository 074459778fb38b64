import * as assert from 'node:assert/strict';
import { echo } from '../../../../../src/core/tools/local/echo.ts';
import { bindTool, runTool } from '../../../../support/runTool.ts';

describe('echo', () => {
  it('returns the text as it is', async () => {
    const text = ' {"a": "ü\n"} ${1} ';
    assert.equal(await runTool(echo, { text }), text);
    assert.equal(bindTool(echo, { text }).object, text);
  });
});
