import * as assert from 'node:assert/strict';
import { AgentRouter } from '../../../../src/core/agents/AgentRouter.ts';
import { coder } from '../../../../src/core/agents/coder.ts';
import { orchestrator } from '../../../../src/core/agents/orchestrator.ts';
import { EventBus } from '../../../../src/core/bus/EventBus.ts';
import { systemClock } from '../../../../src/vscode/adapters/systemClock.ts';
import { MemoryLog } from '../../../support/ports.ts';
import { MemoryJournal } from '../../../support/MemoryStore.ts';

describe('AgentRouter', () => {
  const journal = new MemoryJournal();
  const router = new AgentRouter({ bus: new EventBus({ journal, clock: systemClock, log: new MemoryLog() }) });
  for (const agent of [orchestrator, coder]) router.register(agent, 'startup');

  it('tells the agents that it knows', () => {
    assert.deepEqual(
      journal.events.map((event) => (event.type === 'agent.registered' ? event.data.agent : '')),
      ['orchestrator', 'coder'],
    );
    assert.throws(() => router.get('wizard'), /No agent is called wizard/);
  });

  it('takes a route, also within words or a fence', () => {
    const route = { agent: 'coder', confidence: 'high', reasoning: 'writes code' };
    assert.deepEqual(router.parse(JSON.stringify(route)), route);
    assert.deepEqual(router.parse(`Sure:\n\`\`\`json\n${JSON.stringify(route)}\n\`\`\``), route);
  });

  for (const answer of [
    '',
    'coder',
    '{"agent":"coder"}',
    '{"agent":"wizard","confidence":"high","reasoning":"x"}',
    '{"agent":"orchestrator","confidence":"high","reasoning":"x"}',
    '{"agent":"coder","confidence":"certain","reasoning":"x"}',
    '{"agent":"coder","confidence":"high","reasoning":" "}',
    '{"agent":',
  ]) {
    it(`takes no route from ${answer || 'nothing'}`, () => {
      assert.equal(router.parse(answer), undefined);
    });
  }

  it('offers the orchestrator the agents that may be chosen, and not itself', () => {
    assert.match(router.routingPrompt(), /- coder: /);
    assert.doesNotMatch(router.routingPrompt(), /- orchestrator: /);
  });
});
