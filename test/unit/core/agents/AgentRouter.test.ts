import * as assert from 'node:assert/strict';
import type { Agent } from '../../../../src/core/agents/Agent.ts';
import { AgentRouter } from '../../../../src/core/agents/AgentRouter.ts';
import { agents, architect, ask, coder, debug, orchestrator, universal } from '../../../../src/core/agents/agents.ts';
import { EventBus } from '../../../../src/core/bus/EventBus.ts';
import { systemClock } from '../../../../src/vscode/adapters/systemClock.ts';
import { MemoryLog } from '../../../support/ports.ts';
import { MemoryJournal } from '../../../support/MemoryStore.ts';
import { ScriptedModel } from '../../../support/ScriptedModel.ts';
import { TestCore } from '../../../support/TestCore.ts';

function routerOf(registered: readonly Agent[], journal = new MemoryJournal()): AgentRouter {
  const router = new AgentRouter({ bus: new EventBus({ journal, clock: systemClock, log: new MemoryLog() }) });
  for (const agent of registered) router.register(agent, 'startup');
  return router;
}

describe('AgentRouter', () => {
  const journal = new MemoryJournal();
  const router = routerOf(agents, journal);

  it('tells the agents that it knows, each with its tools', () => {
    assert.deepEqual(
      journal.events.map((event) => (event.type === 'agent.registered' ? event.data : undefined)),
      agents.map(({ name, tools }) => ({ agent: name, tools })),
    );
    assert.equal(router.get('ask'), ask);
    assert.throws(() => router.get('wizard'), /No agent is called wizard/);
  });

  it('finds an agent by its name, and none that is not registered', () => {
    assert.equal(router.find('debug'), debug);
    assert.equal(router.find('wizard'), undefined);
    assert.equal(router.find('constructor'), undefined);
    assert.equal(routerOf([orchestrator, universal]).find('coder'), undefined);
  });

  it('takes a route, also within words or a fence, and with the name written as a title', () => {
    const route = { agent: 'debug', confidence: 'high', reasoning: 'finds the cause' };
    assert.deepEqual(router.parse(JSON.stringify(route)), route);
    assert.deepEqual(router.parse(`Sure:\n\`\`\`json\n${JSON.stringify(route)}\n\`\`\``), route);
    assert.deepEqual(router.parse(JSON.stringify({ ...route, agent: 'Debug ' })), route);
  });

  for (const answer of [
    '',
    'coder',
    '[]',
    '{"agent":"coder"}',
    '{"agent":"wizard","confidence":"high","reasoning":"x"}',
    '{"agent":"orchestrator","confidence":"high","reasoning":"x"}',
    '{"agent":"__proto__","confidence":"high","reasoning":"x"}',
    '{"agent":["coder"],"confidence":"high","reasoning":"x"}',
    '{"agent":"coder","confidence":"certain","reasoning":"x"}',
    '{"agent":"coder","confidence":0.9,"reasoning":"x"}',
    '{"agent":"coder","confidence":"high","reasoning":" "}',
    '{"agent":"coder","confidence":"high"',
    '{"agent":',
  ]) {
    it(`takes no route from ${answer || 'nothing'}`, () => {
      assert.equal(router.parse(answer), undefined);
    });
  }

  it('takes no route to an agent that is not registered', () => {
    assert.equal(routerOf([orchestrator, ask]).parse('{"agent":"coder","confidence":"high","reasoning":"x"}'), undefined);
  });

  it('offers the orchestrator the agents that may be chosen, and not itself', () => {
    const prompt = router.routingPrompt();
    for (const { name, purpose } of [coder, architect, debug, ask, universal]) assert.ok(prompt.includes(`\n- ${name}: ${purpose}`), name);
    assert.doesNotMatch(prompt, /\n- orchestrator: /);
    assert.doesNotMatch(routerOf([orchestrator, ask]).routingPrompt(), /\n- coder: /);
  });

  describe('where the model gives no route', () => {
    for (const [message, agent] of [
      ['What is in this workspace?', 'ask'],
      ['How does the event bus order its handlers', 'ask'],
      ['Explain this function.', 'ask'],
      ['Was macht diese Datei?', 'ask'],
      ['Plan the move to ES modules', 'architect'],
      ['Write a short migration plan', 'architect'],
      ['Create an architecture document for the storage', 'architect'],
      ['Document the public functions', 'architect'],
      ['Which design fits here?', 'architect'],
      ['Why does the build fail?', 'debug'],
      ['TypeError: x is not a function, that is the error', 'debug'],
      ['The app crashes when I open it', 'debug'],
      ['Debug the login', 'debug'],
      ['What is wrong with my test?', 'debug'],
      ['Fix the bug in a.ts', 'coder'],
      ['Add error handling to the parser', 'coder'],
      ['Please rename the class', 'coder'],
      ['Can you add a test?', 'coder'],
      ['Hello there', 'coder'],
      ['', 'coder'],
    ] as const) {
      it(`sends “${message}” to ${agent}`, () => {
        const route = router.fallback(message);
        assert.equal(route.agent, agent, route.reasoning);
        assert.equal(route.confidence, 'low');
      });
    }

    it('says by which word it chose', () => {
      assert.equal(router.fallback('Please fix it').reasoning, 'the model gave no route; the message says “fix”');
      assert.equal(router.fallback('Hello there').reasoning, 'the model gave no route');
      assert.equal(router.fallback('  How is it').reasoning, 'the model gave no route; the message says “How”');
      assert.equal(router.fallback(`Why ${'x'.repeat(60)} fails`).reasoning, `the model gave no route; the message says “Why ${'x'.repeat(36)}”`);
    });

    it('never names an agent that is not registered', () => {
      const two = routerOf([orchestrator, ask, debug]);
      assert.equal(two.fallback('Fix the crash').agent, 'debug');
      assert.equal(two.fallback('Add a file').agent, 'ask');
      assert.equal(two.fallback('Write a plan').agent, 'ask');
      const alone = routerOf([orchestrator, universal]);
      for (const message of ['Add a file', 'Why does it fail?', 'Plan it', 'What is it?', '']) assert.equal(alone.fallback(message).agent, 'universal');
      assert.throws(() => routerOf([orchestrator]).fallback('Add a file'), /No agent is registered/);
    });

    it('searches the beginning of a long message alone', () => {
      assert.match(router.fallback(`${'x '.repeat(900)} plan it`).reasoning, /says “plan”/);
      assert.equal(router.fallback(`${'x '.repeat(1_000)} plan it`).reasoning, 'the model gave no route');
    });
  });

  describe('the choices of the person', () => {
    it('are to leave it to the Orchestrator, and every agent that works', () => {
      const choices = router.choices();
      assert.deepEqual(choices[0], { name: 'orchestrator', title: 'Auto', purpose: 'the Orchestrator picks' });
      assert.deepEqual(choices.slice(1).map(({ name }) => name), ['coder', 'architect', 'debug', 'ask', 'universal']);
      assert.deepEqual(choices[1], { name: 'coder', title: 'Coder', purpose: coder.purpose });
      assert.equal(router.only(), undefined);
    });

    it('are one where one agent works alone', () => {
      const alone = routerOf([orchestrator, universal]);
      assert.equal(alone.only(), universal);
      assert.deepEqual(alone.choices(), [{ name: 'universal', title: 'Universal', purpose: universal.purpose }]);
      assert.equal(routerOf([orchestrator]).only(), undefined);
    });
  });

  it('knows every agent, or in single-agent mode the one that does everything', () => {
    const names = (options: { singleAgent?: boolean }): string[] => {
      const core = new TestCore(new ScriptedModel([]), options);
      core.dispose();
      return core.of('agent.registered').map(({ data }) => data.agent);
    };
    assert.deepEqual(names({}), ['orchestrator', 'coder', 'architect', 'debug', 'ask', 'universal']);
    assert.deepEqual(names({ singleAgent: false }), names({}));
    assert.deepEqual(names({ singleAgent: true }), ['orchestrator', 'universal']);
  });
});
