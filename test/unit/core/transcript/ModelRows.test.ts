import * as assert from 'node:assert/strict';
import type { ErrorInfo } from '../../../../src/protocol/errors.ts';
import type { ChatItem, RetryItem } from '../../../../src/protocol/webview.ts';
import { fold, Story } from '../../../support/Story.ts';

const limited: ErrorInfo = { code: 'model_rate_limited', message: 'Too many requests', status: 429, origin: 'https://api.openai.com' };

describe('What models do beside their answers', () => {
  let story: Story;
  beforeEach(() => {
    story = new Story();
    story.says('do it');
    story.begins();
  });

  const asks = (requestId: string, attempt = 1): void => story.tell('llm.request.started', { requestId, provider: 'https://api.openai.com', model: 'm', messages: 1, tools: 0, attempt });
  const completes = (requestId: string): void => story.tell('llm.request.completed', { requestId, model: 'm', finishReason: 'stop', durationMs: 1 });
  const fails = (requestId: string, error = limited): void => story.tell('llm.request.failed', { requestId, model: 'm', error, cancelled: false, durationMs: 1 });
  const waits = (requestId: string, attempt: number, error = limited): void => {
    fails(requestId, error);
    story.tell('llm.retry.scheduled', { requestId, attempt, attempts: 4, afterMs: error.refusedParameter === undefined ? 12_000 : 0, error });
  };
  const thinks = (messageId: string, text: string): void => story.tell('llm.reasoning.delta', { messageId, agent: 'coder', text });
  const writes = (messageId: string, text: string): void => story.tell('llm.text.delta', { messageId, agent: 'coder', text });
  const answers = (id: string, content: string, more: { reasoning?: string; interrupted?: boolean } = {}): void =>
    story.tell('session.message.added', { message: { role: 'assistant', id, agent: 'coder', content, toolCalls: [], interrupted: false, ...more } });
  const breaks = (error: ErrorInfo = limited): ChatItem | undefined => {
    story.tell('agent.error.occurred', { agent: 'coder', error });
    story.tell('agent.processing.completed', { agent: 'coder', success: false, outcome: 'failed', durationMs: 1 });
    return story.transcript.items.find((item) => item.kind === 'problem');
  };
  const retries = (): RetryItem[] => story.transcript.items.flatMap((item) => (item.kind === 'retry' ? [item] : []));

  describe('in a request that is tried again', () => {
    it('tell when, what for and the how manieth try it is, until it is sent', () => {
      asks('1');
      waits('1', 2);
      const row: RetryItem = { kind: 'retry', id: 'retry:1', reason: 'api.openai.com is limiting requests', attempt: 2, attempts: 4, afterMs: 12_000, state: 'waiting' };
      assert.deepEqual(retries(), [{ ...row, until: '2026-11-22T10:00:12.000Z' }]);
      asks('2', 2);
      assert.deepEqual(retries(), [{ ...row, state: 'done' }]);
      assert.deepEqual(story.kinds, ['user', 'retry done']);
    });

    it('have one row for all its tries, and another for the next step’s', () => {
      asks('1');
      waits('1', 2);
      asks('2', 2);
      waits('2', 3);
      assert.deepEqual(retries().map(({ id, attempt, state }) => `${id} ${attempt} ${state}`), ['retry:1 3 waiting']);
      asks('3', 3);
      completes('3');
      answers('a', 'Now the next step.');
      asks('4');
      waits('4', 2);
      assert.deepEqual(retries().map(({ id, attempt, state }) => `${id} ${attempt} ${state}`), ['retry:1 3 done', 'retry:4 2 waiting']);
      assert.deepEqual(story.kinds, ['user', 'retry done', 'answer done', 'retry waiting']);
    });

    it('say that the model takes no tools: it goes on, and can do little', () => {
      asks('1');
      waits('1', 1, { code: 'model_refused_request', message: 'm does not support tools', refusedParameter: 'tools' });
      const [row] = story.transcript.items.filter(({ kind }) => kind === 'problem');
      assert.ok(row?.kind === 'problem');
      assert.deepEqual([row.title, row.actions], ['The model takes no tools', ['setUpModel', 'showLog']]);
      assert.match(row.detail, /^m does not support tools\. It can answer, but not read or change files\./);
      assert.deepEqual(retries(), []);
    });

    it('have another row for the request that follows one which failed for ever', () => {
      asks('1');
      waits('1', 2);
      asks('2', 2);
      fails('2');
      asks('3', 1);
      waits('3', 2);
      assert.deepEqual(retries().map(({ id, attempt, state }) => `${id} ${attempt} ${state}`), ['retry:1 2 done', 'retry:3 2 waiting']);
      asks('4', 2);
      completes('4');
      asks('5');
      fails('5');
      const problem = breaks();
      assert.ok(problem?.kind === 'problem' && !problem.detail.includes('Tried'));
    });

    it('say nothing of a parameter that is left out', () => {
      asks('1');
      waits('1', 1, { code: 'model_refused_request', message: 'no temperature', refusedParameter: 'temperature' });
      asks('2');
      completes('2');
      assert.deepEqual(story.kinds, ['user']);
    });

    it('do not wait any more when the person stops it', () => {
      asks('1');
      waits('1', 2);
      story.ends('stopped');
      assert.deepEqual(story.kinds, ['user', 'retry stopped', 'turnEnd']);
      assert.ok(!('until' in (retries()[0] ?? { until: '' })));
    });

    it('do not wait any more when VS Code closed meanwhile', () => {
      asks('1');
      waits('1', 2);
      const waiting = fold(story.journal);
      waiting.interrupt();
      assert.deepEqual(waiting.items.flatMap((item) => (item.kind === 'retry' ? [item.state] : [])), ['stopped']);
      story.interrupt();
      story.begins(true);
      asks('2');
      waits('2', 2);
      assert.deepEqual(retries().map(({ id, state }) => `${id} ${state}`), ['retry:1 stopped', 'retry:2 waiting']);
    });

    it('count the tries of one that failed for ever, and not those of an earlier step', () => {
      asks('1');
      waits('1', 2);
      asks('2', 2);
      waits('2', 3);
      asks('3', 3);
      fails('3');
      const problem = breaks();
      assert.ok(problem?.kind === 'problem');
      assert.match(problem.detail, /^Tried 3 times\. Status 429\. Too many requests\./);
      assert.deepEqual(story.kinds, ['user', 'retry done', 'problem', 'turnEnd']);
    });

    it('forget the tries of a request that came to its end', () => {
      asks('1');
      waits('1', 2);
      asks('2', 2);
      completes('2');
      asks('3');
      fails('3');
      const problem = breaks();
      assert.ok(problem?.kind === 'problem');
      assert.doesNotMatch(problem.detail, /Tried/);
    });
  });

  describe('in what they think', () => {
    it('show it as it comes, before the answer, and end it with the first word of that', () => {
      thinks('a', 'First ');
      thinks('a', 'this.');
      assert.deepEqual(story.transcript.items.at(-1), { kind: 'reasoning', id: 'a:reasoning', agent: 'coder', text: 'First this.', state: 'streaming' });
      writes('a', 'Done');
      assert.deepEqual(story.transcript.items.map(({ kind }) => kind), ['user', 'reasoning', 'answer']);
      assert.deepEqual(story.transcript.items.map((item) => ('state' in item ? item.state : '')), ['', 'done', 'streaming']);
      answers('a', 'Done.', { reasoning: 'First this.' });
      assert.deepEqual(story.kinds, ['user', 'reasoning done', 'answer done']);
    });

    it('show it of an answer without words too', () => {
      thinks('answer', 'I call.');
      answers('answer', '', { reasoning: 'I call.' });
      assert.deepEqual(story.kinds, ['user', 'reasoning done']);
    });

    it('show nothing where there is nothing to read', () => {
      thinks('a', ' \n');
      answers('a', 'Hello', { reasoning: '\n' });
      assert.deepEqual(story.kinds, ['user', 'answer done']);
    });

    it('end it where the turn ends', () => {
      thinks('a', 'Well');
      story.tell('agent.processing.completed', { agent: 'coder', success: false, outcome: 'stopped', durationMs: 5 });
      assert.deepEqual(story.transcript.items.flatMap((item) => (item.kind === 'reasoning' ? [item.state] : [])), ['done']);
    });

    it('join what is thought in one answer’s further requests', () => {
      thinks('a', 'One.');
      writes('a', 'Text');
      thinks('a', ' Two.');
      assert.deepEqual(story.transcript.items.map((item) => ('text' in item ? item.text : '')), ['do it', 'One. Two.', '']);
    });
  });

  it('leave out old results, told once a turn', () => {
    const cut = (results: number): void => story.tell('llm.context.cut', { agent: 'coder', results, window: 32_768, tokensBefore: 40_000, tokensAfter: 30_000 });
    cut(2);
    cut(6);
    assert.deepEqual(story.items.at(-1), { kind: 'contextCut', id: 'cut:turn 1', results: 6, window: 32_768 });
    story.correlationId = 'turn 2';
    story.says('next');
    cut(6);
    assert.deepEqual(story.transcript.items.filter(({ kind }) => kind === 'contextCut').map(({ id }) => id), ['cut:turn 1', 'cut:turn 2']);
  });

  describe('when they fail', () => {
    const first = (problem: ChatItem | undefined): string | undefined => (problem?.kind === 'problem' ? problem.actions[0] : undefined);

    it('let one go on where a part of the answer is there', () => {
      asks('1');
      writes('a', 'Half of');
      fails('1');
      answers('a', 'Half of', { interrupted: true });
      assert.equal(first(breaks({ code: 'model_stream_interrupted', message: 'cut' })), 'continue');
    });

    it('let one retry where nothing of it is', () => {
      asks('1');
      completes('1');
      answers('a', 'Whole.');
      asks('2');
      fails('2');
      assert.equal(first(breaks({ code: 'model_stream_interrupted', message: 'cut' })), 'retry');
    });

    it('let one retry where the next request could not even be sent', () => {
      asks('1');
      completes('1');
      answers('a', 'Whole.');
      assert.equal(first(breaks({ code: 'model_no_permission', message: 'not allowed' })), 'retry');
    });

    it('let one retry where going on failed before its first word', () => {
      asks('1');
      answers('a', 'Half of', { interrupted: true });
      breaks({ code: 'model_stream_interrupted', message: 'cut' });
      story.correlationId = 'turn 2';
      story.begins();
      asks('2');
      fails('2');
      breaks({ code: 'model_server', message: 'broken' });
      assert.equal(first(story.items.findLast(({ kind }) => kind === 'problem')), 'retry');
    });
  });
});
