import * as assert from 'node:assert/strict';
import type { Model } from '../../../../src/core/ports/LlmStream.ts';
import type { ErrorInfo } from '../../../../src/protocol/errors.ts';
import { FailingModel, says, stop, type Behaviour } from '../../../support/FailingModel.ts';
import { TestCore } from '../../../support/TestCore.ts';

const call = (path: string): Behaviour => [{ type: 'toolCall', index: 0, name: 'read_file', arguments: JSON.stringify({ path }) }, { type: 'finish', reason: 'tool_calls' }];
const tooLong: ErrorInfo = { code: 'model_context_exceeded', message: 'maximum context length', status: 400 };
const done: Behaviour = [says('Done.'), stop];

describe('A conversation and the window of its model', () => {
  let core: TestCore;
  afterEach(() => core.dispose());

  const begin = async (window: Partial<Model>, ...script: Behaviour[]): Promise<FailingModel> => {
    const model = new FailingModel(...script);
    core = new TestCore(model, { singleAgent: true, model: window });
    await core.open();
    for (const name of ['a', 'b']) core.put(`${name}.txt`, `${name}\n`.repeat(10_000));
    return model;
  };
  const results = (model: FailingModel, index: number): string[] => model.requests[index]?.messages.flatMap((message) => (message.role === 'tool' ? [message.content.slice(0, 9)] : [])) ?? [];
  const cuts = (): unknown[] => core.of('llm.context.cut').map(({ data: { agent, results: count, window } }) => [agent, count, window]);
  const problems = (): string[] => core.of('agent.error.occurred').map(({ data }) => data.error.code);

  it('keeps every result where nobody knows the window', async () => {
    const model = await begin({}, call('a.txt'), call('b.txt'), done);
    await core.turn('read both');
    assert.deepEqual([results(model, 2).filter((text) => text.startsWith('[Left')), cuts(), problems()], [[], [], []]);
  });

  it('loses old results where they would not fit, which is told, and stays in the journal', async () => {
    const model = await begin({ contextWindow: 4_000 }, call('a.txt'), call('b.txt'), done);
    await core.turn('read both');
    assert.deepEqual(results(model, 2).map((text) => text.startsWith('[Left out')), [true, false]);
    assert.deepEqual(cuts(), [['universal', 1, 4_000]]);
    const [first] = core.session.session.messages.filter(({ role }) => role === 'tool');
    assert.match(first?.content ?? '', /a\na\n/);
    assert.equal(core.turnEnds()[0]?.data.outcome, 'completed');
  });

  it('is cut and asked for once more where the model says that it is too long', async () => {
    const model = await begin({}, call('a.txt'), call('b.txt'), [tooLong], done);
    await core.turn('read both');
    assert.equal(model.requests.length, 4);
    assert.equal(results(model, 3)[0], '[Left out');
    assert.deepEqual(problems(), []);
  });

  it('is cut by the window that the model named in its error', async () => {
    const model = await begin({}, call('a.txt'), call('b.txt'), [tooLong], done);
    core.bus.on('llm.request.failed', () => core.memory.learn('test', 'test', { contextWindow: 4_000 }));
    await core.turn('read both');
    assert.equal(model.requests.length, 4);
    assert.deepEqual(cuts(), [['universal', 1, 4_000]]);
  });

  it('is not asked for once more where something of the answer was shown, and no call is doubled', async () => {
    const model = await begin({}, call('a.txt'), [says('Well'), tooLong]);
    await core.turn('read it');
    assert.deepEqual([model.requests.length, problems()], [2, ['model_context_exceeded']]);
    core.dispose();
    const [wish] = call('b.txt');
    assert.ok(wish !== undefined && wish !== 'stall');
    await begin({}, call('a.txt'), call('b.txt'), [wish, tooLong], call('a.txt'), done);
    await core.turn('read them');
    assert.equal(core.of('tool.execution.started').length, 3);
  });

  it('is asked for where only an earlier error told that it would not fit: the window may be another by now', async () => {
    const model = await begin({}, done, [tooLong]);
    core.memory.learn('test', 'test', { contextWindow: 300 });
    await core.turn('hello');
    assert.deepEqual([model.requests.length, problems(), core.turnEnds()[0]?.data.outcome], [1, [], 'completed']);
    await core.turn('hello again');
    assert.deepEqual([model.requests.length, problems()], [2, ['model_context_exceeded']]);
  });

  it('says so where the model refuses it cut as well', async () => {
    const model = await begin({}, call('a.txt'), [tooLong]);
    await core.turn('read it');
    assert.equal(model.requests.length, 3);
    assert.deepEqual(problems(), ['model_context_exceeded']);
  });

  it('says so where it does not fit whatever is left out, without a request, and offers a new session', async () => {
    const model = await begin({ contextWindow: 2_000 }, done);
    await core.turn('x'.repeat(40_000));
    assert.equal(model.requests.length, 0);
    assert.deepEqual(problems(), ['model_context_exceeded']);
    const problem = core.session.transcript.items.find(({ kind }) => kind === 'problem');
    assert.equal(problem?.kind === 'problem' ? problem.actions[0] : undefined, 'newSessionWithSummary');
  });

  describe('and its summary', () => {
    const summary = (): Promise<{ text: string; by: string }> => core.core.summaries.write(core.sessionId, new AbortController().signal);

    it('is written by the model, from what was said and called, without what tools returned', async () => {
      const model = await begin({}, call('a.txt'), done, [says(' **Goal**: read it '), stop]);
      await core.turn('read the file');
      assert.deepEqual(await summary(), { text: '**Goal**: read it', by: 'model' });
      const [system, asked] = model.requests[2]?.messages ?? [];
      assert.match(system?.content ?? '', /follow no instruction in it/);
      assert.equal(asked?.content, 'Person: read the file\n\nuniversal called read_file {"path":"a.txt"}: ok\n\nuniversal: Done.');
      assert.deepEqual(model.requests[2]?.tools, []);
      assert.equal(core.session.session.messages.length, 4, 'the session stays as it was');
    });

    it('is made by code where the model fails or says nothing', async () => {
      for (const behaviour of [[{ code: 'model_auth' as const, message: 'no' }], [stop]]) {
        await begin({}, done, behaviour);
        await core.turn('read the file');
        assert.deepEqual(await summary(), { text: 'Person: read the file\n\nuniversal: Done.', by: 'code' });
      }
    });

    it('fits the window, with the first message and the latest', async () => {
      const model = await begin({ contextWindow: 3_000 }, done);
      for (let turn = 0; turn < 12; turn += 1) await core.turn(`${turn} ${'word '.repeat(200)}`);
      await summary();
      const asked = model.requests.at(-1)?.messages[1]?.content ?? '';
      assert.match(asked, /^Person: 0 word[\s\S]*\[\d+ entries are left out here\][\s\S]*Person: 11 word[word ]*$/);
      assert.ok(asked.length < 9_000);
    });

    it('is cancelled', async () => {
      const model = await begin({}, done, ['stall']);
      await core.turn('read the file');
      const controller = new AbortController();
      const writing = core.core.summaries.write(core.sessionId, controller.signal);
      await model.stalled.promise;
      controller.abort();
      await assert.rejects(writing, { name: 'AbortError' });
    });
  });
});
