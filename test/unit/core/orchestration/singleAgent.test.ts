import * as assert from 'node:assert/strict';
import { HeldModel } from '../../../support/HeldModel.ts';
import { MemoryStore } from '../../../support/MemoryStore.ts';
import { calls, says } from '../../../support/pieces.ts';
import { TestCore } from '../../../support/TestCore.ts';

describe('With a single agent', () => {
  let store: MemoryStore;
  let model: HeldModel;
  let core: TestCore;
  beforeEach(() => {
    store = new MemoryStore();
    model = new HeldModel(() => undefined, true);
  });
  afterEach(() => core.dispose());

  const switches = (): string[] => core.of('agent.switched').map(({ data: { from, to } }) => `${from} → ${to}`);

  it('everything goes to Universal, and no model is asked for a route', async () => {
    core = new TestCore(model, { store, singleAgent: true });
    await core.open();
    core.send('write');
    const { messages, format } = await model.answer(...says('Done.'));
    assert.equal(format, 'text');
    assert.match(messages[0]?.content ?? '', /You are Universal/);
    await core.orchestrator.idle();
    assert.deepEqual(switches(), ['orchestrator → universal']);
    assert.equal(model.requests.length, 1);
  });

  it('a session that another agent had goes on with Universal', async () => {
    core = new TestCore(model, { store });
    const { id } = await core.open();
    core.orchestrator.chooseAgent(id, 'coder');
    core.dispose();
    core.crash();
    core = new TestCore(model, { store, host: 'second', singleAgent: true });
    await core.open(id);
    core.send('write');
    assert.match((await model.answer(...says('Done.'))).messages[0]?.content ?? '', /You are Universal/);
    await core.orchestrator.idle();
    assert.deepEqual(switches(), ['coder → universal']);
  });

  it('what an agent asked that is not there any more waits for Resume, and asks no model by itself', async () => {
    core = new TestCore(model, { store });
    const { id } = await core.open();
    core.orchestrator.chooseAgent(id, 'coder');
    const asked = core.next('hitl.approval.requested');
    core.send('write');
    await model.answer(...calls(['write_file', { path: 'a.md', content: 'x' }]));
    await asked;
    core.crash();
    const again = new HeldModel(() => undefined, true);
    core = new TestCore(again, { store, host: 'second', singleAgent: true });
    await core.open(id);
    await new Promise((resolve) => setImmediate(resolve));
    assert.ok(!core.orchestrator.isRunning(id));
    const problem = core.session.transcript.items.at(-1);
    assert.ok(problem?.kind === 'problem' && problem.actions.includes('resume'));
    core.orchestrator.resume(id);
    const { messages } = await again.answer(...says('Done.'));
    assert.match(messages.at(-1)?.content ?? '', /not there any more/);
    await core.orchestrator.idle();
  });
});
