import * as assert from 'node:assert/strict';
import { HeldModel } from '../../../support/HeldModel.ts';
import { ManualClock } from '../../../support/ports.ts';
import { TestCore } from '../../../support/TestCore.ts';
import { routesTo, says } from '../../../support/pieces.ts';

describe('The agent context of a session', () => {
  it('knows who has it, when it began, and every switch with its time and reason', async () => {
    const clock = new ManualClock();
    const model = new HeldModel(() => undefined, true);
    const core = new TestCore(model, { clock });
    const { id } = await core.open();
    const createdAt = clock.now().toISOString();
    assert.deepEqual(core.contexts.get(id), { currentAgent: 'orchestrator', switches: [], switchCount: 0, createdAt, lastSwitchAt: undefined, metadata: {} });
    clock.pass(1_000);
    core.send('write');
    await model.answer(...routesTo('coder', 'writes'));
    await model.answer(...says('Done.'));
    await core.orchestrator.idle();
    const routedAt = clock.now().toISOString();
    clock.pass(1_000);
    core.orchestrator.chooseAgent(id, 'ask');
    const chosenAt = clock.now().toISOString();
    const context = {
      currentAgent: 'ask',
      switches: [
        { from: 'orchestrator', to: 'coder', reason: 'writes', at: routedAt },
        { from: 'coder', to: 'ask', reason: 'you chose', at: chosenAt },
      ],
      switchCount: 2,
      createdAt,
      lastSwitchAt: chosenAt,
      metadata: { trigger: 'user' },
    };
    assert.deepEqual(core.contexts.get(id), context);
    // the agent that has it already: no switch
    core.orchestrator.chooseAgent(id, 'ask');
    core.core.openSessions.close(id);
    await core.open(id);
    assert.deepEqual(core.contexts.get(id), context);
    core.dispose();
  });
});
