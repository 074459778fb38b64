import * as assert from 'node:assert/strict';
import { problemWords } from '../../../../src/core/transcript/problemWords.ts';
import { errorCodes, type ErrorCode, type ErrorInfo } from '../../../../src/protocol/errors.ts';
import type { ChatAction } from '../../../../src/protocol/webview.ts';

const origin = 'https://api.openai.com';
const modelCodes = errorCodes.filter((code): code is Extract<ErrorCode, `model_${string}`> => code.startsWith('model_'));

/** What each kind of failure offers first: before anything was shown, and after a part of the answer was. */
const nextStep: Record<Extract<ErrorCode, `model_${string}`>, [ChatAction, ChatAction]> = {
  model_key_missing: ['setApiKey', 'setApiKey'],
  model_not_configured: ['setUpModel', 'setUpModel'],
  model_auth: ['setApiKey', 'setApiKey'],
  model_no_permission: ['retry', 'continue'],
  model_quota: ['setUpModel', 'setUpModel'],
  model_rate_limited: ['retry', 'continue'],
  model_context_exceeded: ['newSessionWithSummary', 'newSessionWithSummary'],
  model_not_found: ['setUpModel', 'setUpModel'],
  model_refused_request: ['setUpModel', 'setUpModel'],
  model_content_filtered: ['retry', 'continue'],
  model_server: ['retry', 'continue'],
  model_unreachable: ['retry', 'continue'],
  model_certificate: ['retry', 'continue'],
  model_timeout: ['retry', 'continue'],
  model_stream_interrupted: ['retry', 'continue'],
  model_empty_answer: ['retry', 'continue'],
  model_answer_cut_off: ['continue', 'continue'],
  model_cancelled: ['retry', 'continue'],
};

describe('The words for problems', () => {
  for (const code of errorCodes)
    for (const message of ['The server said so.', 'no full stop', '', 'What?', 'x'.repeat(5_000)])
      it(`${code}: a title, and whole sentences, around “${message.slice(0, 20)}”`, () => {
        const error: ErrorInfo = { code, message, status: 500, origin, retryAfterMs: 12_000 };
        for (const words of [problemWords({ code, message }), problemWords(error, { partial: true, tries: 4 })]) {
          assert.match(words.title, /^\S.*[^.]$/);
          assert.match(words.detail, /^\S.*[^.]\.$/);
          assert.doesNotMatch(words.detail, /\.\.|[.?] \.| {2}/);
          assert.ok(words.detail.length < 1_000);
          assert.equal(new Set(words.actions).size, words.actions.length);
        }
      });

  for (const code of modelCodes)
    it(`${code}: the next step, and what is safe`, () => {
      const [before, after] = nextStep[code];
      const fresh = problemWords({ code, message: 'm', origin });
      const partial = problemWords({ code, message: 'm', origin }, { partial: true, tries: 1 });
      assert.deepEqual([fresh.actions[0], partial.actions[0]], [before, after]);
      assert.ok(!partial.actions.includes('retry') && (code === 'model_answer_cut_off' || !fresh.actions.includes('continue')));
      assert.match(fresh.detail, code === 'model_answer_cut_off' ? /What came until then is kept/ : /Your message is kept\.$/);
      assert.match(partial.detail, /What came until then is kept, and no tool ran from it\.$/);
    });

  it('are others for each kind of failure of a model', () => {
    const titles = modelCodes.map((code) => problemWords({ code, message: 'm', origin }).title);
    assert.equal(new Set(titles).size, titles.length, titles.join('\n'));
  });

  it('name the server, or VS Code, or nobody in particular', () => {
    const title = (of: string | undefined): string => problemWords({ code: 'model_rate_limited', message: '', ...(of === undefined ? {} : { origin: of }) }).title;
    assert.deepEqual([origin, 'http://127.0.0.1:11434', 'vscode', undefined].map(title), [
      'api.openai.com is limiting requests',
      '127.0.0.1:11434 is limiting requests',
      'VS Code’s model is limiting requests',
      'The model is limiting requests',
    ]);
    const unknown = problemWords({ code: 'model_not_found', message: 'VS Code has no model “a/b”.', origin: 'vscode' });
    assert.deepEqual([unknown.title, unknown.detail], ['VS Code does not have this model', 'VS Code has no model “a/b”. Your message is kept.']);
    const { detail } = problemWords({ code: 'model_unreachable', message: 'ECONNREFUSED.', origin });
    assert.match(detail, /^api\.openai\.com did not answer \(ECONNREFUSED\)\. Check/);
    const brokenOff = (message: string): string => problemWords({ code: 'model_stream_interrupted', message, origin }).detail;
    assert.deepEqual(['aborted', 'The stream ended', ''].map(brokenOff), [
      'api.openai.com broke off (aborted). Your message is kept.',
      'The stream ended. Your message is kept.',
      'api.openai.com broke off. Your message is kept.',
    ]);
  });

  it('say how often it was tried, and how long the server asks to wait', () => {
    const detail = (retryAfterMs: number): string => problemWords({ code: 'model_rate_limited', message: 'Slow down', status: 429, retryAfterMs }, { partial: false, tries: 4 }).detail;
    assert.equal(detail(11_200), 'Tried 4 times. Status 429. Slow down. It asks to wait 12 s. Your message is kept.');
    assert.match(detail(125_000), /wait 2 min 5 s\./);
    assert.match(detail(120_000), /wait 2 min\./);
    assert.match(detail(7_200_000), /wait 2 h\./);
    assert.match(detail(0), /Wait a little, then retry\./);
  });

  it('say where a session is open that is another window’s, and not that something is broken', () => {
    const { tone, title, actions } = problemWords({ code: 'session_not_owned', message: 'no lease' });
    assert.deepEqual([tone, title, actions], ['interrupted', 'This session is open in another window', ['retry']]);
  });
});
