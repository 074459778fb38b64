import * as assert from 'node:assert/strict';
import { isTurnEvent } from '../../../../src/core/sessions/turnEvents.ts';
import { HeldModel } from '../../../support/HeldModel.ts';
import { MemoryStore } from '../../../support/MemoryStore.ts';
import { calls, routesTo, says } from '../../../support/pieces.ts';
import { TestCore } from '../../../support/TestCore.ts';

const handOver = (agent: string): ReturnType<typeof calls> => calls(['switch_mode', { agent, reason: `${agent} knows better` }]);

describe('The agents of a turn', () => {
  let store: MemoryStore;
  let model: HeldModel;
  let core: TestCore;
  beforeEach(async () => {
    store = new MemoryStore();
    model = new HeldModel(() => undefined, true);
    core = new TestCore(model, { store });
    await core.open();
  });
  afterEach(() => core.dispose());

  const results = (): string[] => core.session.session.messages.flatMap((message) => (message.role === 'tool' ? [`${message.outcome}: ${message.content}`] : []));
  const parts = (): string[] =>
    core.events.flatMap((event) =>
      event.type === 'agent.processing.started' || event.type === 'agent.processing.completed'
        ? [`${event.source} ${event.type === 'agent.processing.started' ? 'begins' : event.data.outcome}`]
        : [],
    );

  it('say themselves when they begin and end, and hand over by an event', async () => {
    core.send('plan and write');
    await model.answer(...routesTo('architect'));
    await model.answer(...handOver('coder'));
    const { messages, tools } = await model.answer(...says('Done.'));
    await core.orchestrator.idle();
    assert.deepEqual(parts(), [
      'MultiAgentOrchestrator begins',
      'OrchestratorAgent begins',
      'OrchestratorAgent handed_over',
      'ArchitectAgent begins',
      'ArchitectAgent handed_over',
      'CoderAgent begins',
      'CoderAgent completed',
      'MultiAgentOrchestrator completed',
    ]);
    assert.deepEqual(core.of('agent.switched').map(({ data: { from, to, reason, trigger } }) => [from, to, reason, trigger]), [
      ['orchestrator', 'architect', 'knows how', 'orchestrator'],
      ['architect', 'coder', 'coder knows better', 'handover'],
    ]);
    assert.match(messages[0]?.content ?? '', /You are Coder/);
    assert.ok(tools.some(({ name }) => name === 'write_file'));
    assert.deepEqual(results(), ['ok: Coder goes on from here.']);
    assert.equal(core.contexts.get(core.sessionId).currentAgent, 'coder');
  });

  it('keep a turn that they hand to themselves, or to nobody', async () => {
    core.send('write');
    await model.answer(...routesTo('coder'));
    await model.answer(...handOver('coder'));
    await model.answer(...handOver('manager'));
    await model.answer(...handOver('orchestrator'));
    await model.answer(...says('Done.'));
    await core.orchestrator.idle();
    const [same, nobody, back] = results();
    assert.match(same ?? '', /^ok: Coder has this turn already/);
    assert.match(nobody ?? '', /^error: No agent is called “manager”\. There are: .*architect/);
    assert.match(back ?? '', /^error: No agent is called “orchestrator”/);
    assert.equal(core.of('agent.switched').length, 1);
  });

  it('hand a turn over five times at most, its route included', async () => {
    core.send('write');
    await model.answer(...routesTo('coder'));
    for (const agent of ['architect', 'coder', 'architect', 'coder', 'architect']) await model.answer(...handOver(agent));
    await model.answer(...says('Done.'));
    await core.orchestrator.idle();
    assert.equal(core.of('agent.switched').length, 5);
    assert.match(results().at(-1) ?? '', /^error: This turn has changed hands 5 times.*say what is left for Architect/);
  });

  it('are chosen by the person, for the next message and in the middle of a turn', async () => {
    assert.equal(core.orchestrator.chooseAgent(core.sessionId, 'ask'), 'chosen');
    assert.equal(core.orchestrator.chooseAgent(core.sessionId, 'ask'), 'chosen');
    core.send('what is this?');
    const first = await model.next();
    assert.match(first.request.messages[0]?.content ?? '', /You are Ask/);
    core.orchestrator.chooseAgent(core.sessionId, 'coder');
    first.send(...calls(['list_files', { path: '.' }]));
    model.held.delete(first);
    const { messages } = await model.answer(...says('Done.'));
    assert.match(messages[0]?.content ?? '', /You are Coder/);
    await core.orchestrator.idle();
    assert.deepEqual(core.of('agent.switched').map(({ data: { from, to, trigger } }) => [from, to, trigger]), [
      ['orchestrator', 'ask', 'user'],
      ['ask', 'coder', 'user'],
    ]);
    assert.throws(() => core.orchestrator.chooseAgent(core.sessionId, 'manager'), /No agent is called manager/);
  });

  it('are routed anew when the person gives the session back to the orchestrator', async () => {
    core.send('write');
    await model.answer(...routesTo('coder'));
    await model.answer(...says('Done.'));
    await core.orchestrator.idle();
    core.orchestrator.chooseAgent(core.sessionId, 'orchestrator');
    core.send('why does it fail?');
    const { messages, format } = await model.answer(...routesTo('debug'));
    assert.equal(format, 'json');
    // it is asked about what the person says now
    assert.deepEqual(messages.slice(1), [{ role: 'user', content: 'why does it fail?' }]);
    await model.answer(...says('It is the key.'));
    await core.orchestrator.idle();
    assert.equal(core.contexts.get(core.sessionId).currentAgent, 'debug');
  });

  it('let the orchestrator look at files first; its answer is not shown', async () => {
    core.put('a.txt', 'A');
    core.send('mend it');
    await model.answer(...calls(['read_file', { path: 'a.txt' }]));
    const { messages } = await model.answer(...routesTo('coder'));
    assert.deepEqual(messages.slice(-1), [{ role: 'tool', callId: core.of('tool.execution.requested')[0]?.data.callId, content: 'A' }]);
    await model.answer(...says('Done.'));
    await core.orchestrator.idle();
    assert.deepEqual(core.session.transcript.items.map(({ kind }) => kind), ['user', 'tool', 'route', 'answer', 'turnEnd']);
  });

  it('are found by keywords where the orchestrator only ever looks', async () => {
    core.send('fix it');
    for (let look = 0; look <= 4; look += 1) await model.answer(...calls(['list_files', { path: `folder${look}` }]));
    await model.answer(...says('Done.'));
    await core.orchestrator.idle();
    assert.equal(core.of('agent.switched')[0]?.data.confidence, 'low');
  });

  it('end a turn by attempt_completion, after all calls of the answer', async () => {
    core.put('a.txt', 'A');
    core.send('read');
    await model.answer(...routesTo('ask'));
    await model.answer(...calls(['read_file', { path: 'a.txt' }], ['attempt_completion', { result: 'It says A.' }]));
    await core.orchestrator.idle();
    assert.equal(core.turnEnds()[0]?.data.outcome, 'completed');
    assert.equal(results().length, 2);
    assert.equal(model.requests.length, 2);
  });

  it('do not end it beside a call that failed, that comes after, or that the person answered', async () => {
    core.decideAll(() => ({ decision: 'reject', feedback: 'do it in b.md' }));
    core.bus.on('hitl.question.asked', ({ data: { questionId } }) => {
      setImmediate(() => core.orchestrator.submit(core.sessionId, { messageId: questionId, text: 'no, leave it', answerTo: questionId }));
    });
    core.send('write');
    await model.answer(...routesTo('coder'));
    const done = ['attempt_completion', { result: 'I wrote a.md.' }] as const;
    await model.answer(...calls(['write_file', { path: 'a.md', content: 'x' }], done));
    await model.answer(...calls(done, ['list_files', { path: '.' }]));
    await model.answer(...calls(['ask_followup_question', { question: 'Sure?' }], done));
    await model.answer(...calls(done));
    await core.orchestrator.idle();
    assert.deepEqual(results().map((result) => /do it in b\.md|leave it|call it alone|complete/.exec(result)?.[0] ?? 'listed'), [
      'do it in b.md',
      'call it alone',
      'call it alone',
      'listed',
      'leave it',
      'call it alone',
      'complete',
    ]);
    assert.deepEqual(core.session.transcript.items.flatMap((item) => (item.kind === 'answer' ? [item.markdown] : [])), ['I wrote a.md.']);
  });

  it('leave the turn to whom the person gave it after the model was asked', async () => {
    core.send('write');
    await model.answer(...routesTo('architect'));
    const held = await model.next();
    core.orchestrator.chooseAgent(core.sessionId, 'ask');
    held.send(...handOver('coder'));
    model.held.delete(held);
    const { messages } = await model.answer(...handOver('debug'));
    assert.match(messages[0]?.content ?? '', /You are Ask/);
    assert.match(results()[0] ?? '', /^error: The person gave this turn to Ask meanwhile/);
    // asked anew, a model may hand over again
    await model.answer(...says('Done.'));
    await core.orchestrator.idle();
    assert.deepEqual(core.of('agent.switched').map(({ data }) => `${data.to} by ${data.trigger}`), ['architect by orchestrator', 'ask by user', 'debug by handover']);
  });

  it('are not those of a route that came after the person chose', async () => {
    core.send('write');
    const held = await model.next();
    core.orchestrator.chooseAgent(core.sessionId, 'ask');
    held.send(...routesTo('coder'));
    model.held.delete(held);
    await model.answer(...says('Fine.'));
    await core.orchestrator.idle();
    assert.deepEqual(core.of('agent.switched').map(({ data }) => data.to), ['ask']);
  });

  it('hand over as often as before where the person chose in between', async () => {
    core.send('write');
    await model.answer(...routesTo('coder'));
    for (const agent of ['architect', 'coder', 'architect', 'coder']) await model.answer(...handOver(agent));
    const held = await model.next();
    core.orchestrator.chooseAgent(core.sessionId, 'ask');
    held.send(...calls(['list_files', { path: '.' }]));
    model.held.delete(held);
    await model.answer(...says('Done.'));
    await core.orchestrator.idle();
    assert.equal(core.session.session.turn, undefined);
    assert.equal(core.of('agent.switched').filter(({ data }) => data.trigger !== 'user').length, 5);
    assert.equal(core.contexts.get(core.sessionId).currentAgent, 'ask');
  });

  it('are not blamed for what another one called', async () => {
    core.put('a.txt', 'A');
    const read = calls(['read_file', { path: 'a.txt' }]);
    core.send('read');
    await model.answer(...read);
    await model.answer(...read);
    await model.answer(...routesTo('coder'));
    await model.answer(...read);
    await model.answer(...says('Done.'));
    await core.orchestrator.idle();
    assert.deepEqual(results(), ['ok: A', 'ok: A', 'ok: A']);
  });

  it('cannot be chosen in a session that is deleted', async () => {
    await core.core.deletion.delete(core.sessionId);
    core.orchestrator.chooseAgent(core.sessionId, 'ask');
    assert.equal(core.of('agent.switched').length, 0);
  });

  it('go on after attempt_completion where the person wrote meanwhile, or its arguments are wrong', async () => {
    core.send('read');
    await model.answer(...routesTo('ask'));
    await model.answer(...calls(['attempt_completion', {}]));
    const held = await model.next();
    core.send('and this?');
    held.send(...calls(['attempt_completion', { result: 'First.' }]));
    model.held.delete(held);
    await model.answer(...calls(['attempt_completion', { result: 'Second.' }]));
    await core.orchestrator.idle();
    assert.equal(core.turnEnds().length, 1);
    assert.equal(model.requests.length, 4);
  });

  it('close what they began when the person goes on without a turn that was interrupted', async () => {
    core.send('write');
    await model.answer(...routesTo('coder'));
    await model.next();
    const { sessionId } = core;
    core.crash();
    const again = new HeldModel(() => undefined, true);
    const second = new TestCore(again, { store, host: 'second' });
    await second.open(sessionId);
    second.send('never mind');
    await again.answer(...says('Fine.'));
    await second.orchestrator.idle();
    const ends = second.events.flatMap((event) => (event.type === 'agent.processing.completed' ? [`${event.source} ${event.data.outcome}`] : []));
    assert.deepEqual(ends, ['CoderAgent interrupted', 'MultiAgentOrchestrator interrupted', 'CoderAgent completed', 'MultiAgentOrchestrator completed']);
    assert.ok(second.events.some((event) => event.type === 'agent.processing.started' && isTurnEvent(event)));
    second.dispose();
  });
});
