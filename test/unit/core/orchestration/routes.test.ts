import * as assert from 'node:assert/strict';
import { RuntimeError } from '../../../../src/protocol/RuntimeError.ts';
import { HeldModel } from '../../../support/HeldModel.ts';
import { calls, routesTo, says } from '../../../support/pieces.ts';
import { TestCore } from '../../../support/TestCore.ts';

describe('The route of a turn', () => {
  let model: HeldModel;
  let core: TestCore;
  beforeEach(async () => {
    model = new HeldModel(() => undefined, true);
    core = new TestCore(model);
    await core.open();
  });
  afterEach(() => core.dispose());

  it('is guessed from what the person said last', async () => {
    core.send('rename the class');
    await model.answer(...routesTo('coder'));
    await model.answer(...says('Done.'));
    await core.orchestrator.idle();
    core.orchestrator.chooseAgent(core.sessionId, 'orchestrator');
    core.send('why does it fail?');
    await model.answer(...says('no route'));
    await model.answer(...says('It is the key.'));
    await core.orchestrator.idle();
    assert.equal(core.of('agent.switched').at(-1)?.data.to, 'debug');
  });

  for (const code of ['model_auth', 'model_key_missing', 'model_quota', 'model_not_found'] as const) {
    it(`is not guessed where the model that would answer has just failed (${code}), and is asked for anew by Retry`, async () => {
      core.send('why does it fail?');
      await model.answer(new RuntimeError({ code, message: 'It failed' }));
      await core.orchestrator.idle();
      assert.deepEqual([core.of('agent.switched'), core.of('agent.error.occurred').map(({ data }) => data.error.code)], [[], [code]]);
      core.orchestrator.resume(core.sessionId);
      await model.answer(...routesTo('ask'));
      await model.answer(...says('It is the key.'));
      await core.orchestrator.idle();
      assert.deepEqual(core.of('agent.switched').map(({ data }) => data.to), ['ask']);
    });
  }

  it('is guessed where only the request failed, or where the agent that answers has another model', async () => {
    core.send('why does it fail?');
    await model.answer(new RuntimeError({ code: 'model_refused_request', message: 'It failed' }));
    await model.answer(...says('It is the key.'));
    await core.orchestrator.idle();
    assert.equal(core.of('agent.switched')[0]?.data.confidence, 'low');
    core.dispose();
    core = new TestCore(model, { model: (agent) => (agent === 'orchestrator' ? { name: 'small' } : {}) });
    await core.open();
    core.send('why does it fail?');
    await model.answer(new RuntimeError({ code: 'model_auth', message: 'It failed' }));
    await model.answer(...says('It is the key.'));
    await core.orchestrator.idle();
    assert.deepEqual(core.of('agent.switched').map(({ data }) => [data.to, data.confidence]), [['debug', 'low']]);
  });

  it('is not guessed where VS Code ends before it is known', async () => {
    core.send('rename the class');
    await model.next();
    await core.orchestrator.suspend();
    await core.orchestrator.idle();
    assert.deepEqual(core.of('agent.switched'), []);
  });

  it('is not guessed where the request could not be saved', async () => {
    core.journal.refuses = ({ type }) => type === 'llm.request.started';
    core.send('rename the class');
    await core.orchestrator.idle();
    assert.deepEqual(core.of('agent.switched'), []);
    assert.equal(core.of('system.journal.failed').length, 1);
  });

  it('leaves no words of the orchestrator, which are not for the person', async () => {
    core.send('mend it');
    await model.answer({ type: 'text', text: 'Let me look.' }, ...calls(['list_files', { path: '.' }]));
    await model.answer(...routesTo('coder'));
    const { messages } = await model.answer(...says('Done.'));
    await core.orchestrator.idle();
    assert.deepEqual(messages.flatMap((message) => (message.role === 'assistant' ? [message.content] : [])), ['']);
    assert.deepEqual(core.session.transcript.items.flatMap((item) => (item.kind === 'answer' ? [item.markdown] : [])), ['Done.']);
  });
});
