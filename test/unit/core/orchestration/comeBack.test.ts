import * as assert from 'node:assert/strict';
import type { UncommittedEvent } from '../../../../src/core/ports/Journal.ts';
import type { EventOf } from '../../../../src/protocol/events.ts';
import { HeldModel } from '../../../support/HeldModel.ts';
import { MemoryStore } from '../../../support/MemoryStore.ts';
import { calls, says } from '../../../support/pieces.ts';
import { TestCore } from '../../../support/TestCore.ts';

interface Life {
  core: TestCore;
  model: HeldModel;
}

/** The journal takes no result of a call any more. */
const refusesResults = ({ type, data }: UncommittedEvent): boolean => type === 'session.message.added' && 'message' in data && typeof data.message === 'object' && 'role' in data.message && data.message.role === 'tool';

describe('A turn that VS Code closed on', () => {
  let store: MemoryStore;
  let lives: Life[];
  beforeEach(async () => {
    store = new MemoryStore();
    lives = [];
    await begin().core.open();
  });
  afterEach(() => {
    for (const { core } of lives) core.dispose();
  });

  const begin = (singleAgent = false): Life => {
    const model = new HeldModel(() => undefined, false);
    const core = new TestCore(model, { store, singleAgent, host: `host ${lives.length}` });
    lives.push({ core, model });
    return { core, model };
  };
  const now = (): Life => lives.at(-1) ?? assert.fail();
  /** The host is killed, and another one opens its session. */
  const comeBack = async (singleAgent = false): Promise<Life> => {
    const { core } = now();
    core.crash();
    const next = begin(singleAgent);
    await next.core.open(core.sessionId);
    return next;
  };
  const askAgainAndAgain = async (): Promise<EventOf<'hitl.question.asked'>> => {
    const { core, model } = now();
    const asked = core.next('hitl.question.asked');
    core.send('look');
    for (let count = 0; count < 4; count += 1) await model.answer(...calls(['read_file', { path: 'a.txt' }]));
    return asked;
  };
  const ask = async (): Promise<EventOf<'hitl.question.asked'>> => {
    const { core, model } = now();
    const asked = core.next('hitl.question.asked');
    core.send('write');
    await model.answer(...calls(['ask_followup_question', { question: 'Tabs or spaces?', choices: [] }]));
    return asked;
  };
  const turns = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  };

  it('is asked about under the same id whether it goes on, and once that is answered it waits for nothing more', async () => {
    const { data } = await askAgainAndAgain();
    const second = await comeBack();
    await turns();
    assert.deepEqual(second.core.of('hitl.question.asked').map(({ data: again }) => again.questionId), [data.questionId]);
    assert.equal(second.core.orchestrator.choose(second.core.sessionId, { questionId: data.questionId, messageId: 'm', choice: 'Go on' }), 'answered');
    await second.model.next();
    const third = await comeBack();
    await turns();
    assert.ok(!third.core.orchestrator.isRunning(third.core.sessionId), 'a turn went on by itself');
    assert.deepEqual(third.model.requests, []);
  });

  it('tells the model what the person said with a rejection, also where VS Code closed right after', async () => {
    const { core, model } = now();
    core.decideAll(() => ({ decision: 'reject', feedback: 'do it in b.md' }));
    const failed = core.next('tool.execution.failed');
    core.journal.refuses = refusesResults;
    core.send('write');
    await model.answer(...calls(['write_file', { path: 'a.md', content: 'x' }]));
    await failed;
    const second = await comeBack();
    second.core.orchestrator.resume(second.core.sessionId);
    const { messages } = await second.model.answer(...says('I do.'));
    assert.match(messages.at(-1)?.content ?? '', /rejected this.*They said: do it in b\.md/);
    await second.core.orchestrator.idle();
  });

  it('tells the model what the person said with a rejection, also where they go on without it', async () => {
    const { core, model } = now();
    core.decideAll(() => ({ decision: 'reject', feedback: 'do it in b.md' }));
    const failed = core.next('tool.execution.failed');
    core.journal.refuses = refusesResults;
    core.send('write');
    await model.answer(...calls(['write_file', { path: 'a.md', content: 'x' }]));
    await failed;
    const second = await comeBack();
    second.core.send('and be quick');
    const { messages } = await second.model.answer(...says('I do.'));
    assert.match(messages.at(-2)?.content ?? '', /They said: do it in b\.md/);
    await second.core.orchestrator.idle();
  });

  it('is not handed over once more where the person chose before they resumed it', async () => {
    const { core, model } = now();
    const completed = core.next('tool.execution.completed');
    core.journal.refuses = refusesResults;
    core.send('write');
    await model.answer(...calls(['switch_mode', { agent: 'architect', reason: 'a plan' }]));
    await completed;
    const second = await comeBack();
    second.core.orchestrator.chooseAgent(second.core.sessionId, 'ask');
    second.core.orchestrator.resume(second.core.sessionId);
    const { messages } = await second.model.answer(...says('Fine.'));
    assert.match(messages[0]?.content ?? '', /You are Ask/);
    await second.core.orchestrator.idle();
    assert.equal(second.core.contexts.get(second.core.sessionId).currentAgent, 'ask');
  });

  it('does not go on by itself where its question was withdrawn', async () => {
    await ask();
    const { core } = now();
    core.journal.refuses = ({ type }) => type === 'session.message.added';
    core.orchestrator.stop(core.sessionId);
    await core.orchestrator.idle();
    const second = await comeBack();
    await turns();
    assert.ok(!second.core.orchestrator.isRunning(second.core.sessionId), 'a turn that was stopped went on by itself');
    assert.equal(second.core.session.transcript.asking, undefined);
  });

  it('does not go on by itself where its question about a call was withdrawn', async () => {
    await askAgainAndAgain();
    const { core } = now();
    core.journal.refuses = ({ type }) => type === 'agent.processing.completed';
    core.orchestrator.stop(core.sessionId);
    await core.orchestrator.idle();
    const second = await comeBack();
    await turns();
    assert.deepEqual(second.model.requests, []);
  });

  it('asks a question of its agent also where that was asked again and again', async () => {
    const { core, model } = now();
    core.bus.on('hitl.question.asked', ({ data: { questionId, kind } }) => {
      core.orchestrator.choose(core.sessionId, { questionId, messageId: crypto.randomUUID(), choice: kind === 'followup' ? 'Tabs' : 'Go on' });
    });
    core.send('write');
    for (let count = 0; count < 4; count += 1) await model.answer(...calls(['ask_followup_question', { question: 'Tabs or spaces?', choices: ['Tabs'] }]));
    const { messages } = await model.answer(...says('Done.'));
    assert.match(messages.at(-1)?.content ?? '', /The person answered: Tabs/);
    await core.orchestrator.idle();
  });

  it('tells the model what the person had answered, also where they go on without it', async () => {
    const { data } = await ask();
    const { core } = now();
    core.journal.refuses = ({ type }) => type === 'tool.execution.completed';
    core.orchestrator.submit(core.sessionId, { messageId: 'm', text: 'Three spaces', answerTo: data.questionId });
    const second = await comeBack();
    second.core.send('and be quick');
    const { messages } = await second.model.answer(...says('Fine.'));
    assert.match(messages.at(-2)?.content ?? '', /Three spaces/);
    assert.deepEqual(messages.at(-1), { role: 'user', content: 'and be quick' });
    await second.core.orchestrator.idle();
  });

  it('tells the model what the person had answered, also where they stop it as it goes on', async () => {
    const { data } = await ask();
    const { core } = now();
    core.journal.refuses = ({ type }) => type === 'tool.execution.completed';
    core.orchestrator.submit(core.sessionId, { messageId: 'm', text: 'Three spaces', answerTo: data.questionId });
    const second = await comeBack();
    second.core.orchestrator.resume(second.core.sessionId);
    second.core.orchestrator.stop(second.core.sessionId);
    await second.core.orchestrator.idle();
    assert.match(second.core.session.session.messages.at(-1)?.content ?? '', /Three spaces/);
  });

  it('runs no call that was cut off, also where it only reads', async () => {
    const { core, model } = now();
    core.journal.refuses = ({ type }) => type === 'session.message.added' && core.of('tool.execution.failed').length > 0;
    core.send('look');
    await model.answer({ type: 'toolCall', index: 0, name: 'list_files', arguments: '{"path":"."}' }, { type: 'finish', reason: 'length' }, 'end');
    await core.orchestrator.idle();
    const second = await comeBack();
    second.core.orchestrator.resume(second.core.sessionId);
    await second.model.next();
    assert.deepEqual(second.core.of('tool.execution.started'), []);
    const results = second.core.session.session.messages.flatMap((message) => (message.role === 'tool' ? [message.outcome] : []));
    assert.deepEqual(results, ['error']);
  });

  it('tells how a call failed also where the agent that made it is not there any more', async () => {
    const { core, model } = now();
    core.decideAll(() => ({ decision: 'reject', feedback: 'do it in b.md' }));
    const failed = core.next('tool.execution.failed');
    core.journal.refuses = refusesResults;
    core.send('write');
    await model.answer(...calls(['write_file', { path: 'a.md', content: 'x' }]));
    await failed;
    const second = await comeBack(true);
    second.core.orchestrator.resume(second.core.sessionId);
    const { messages } = await second.model.answer(...says('I do.'));
    assert.match(messages.at(-1)?.content ?? '', /They said: do it in b\.md/);
    await second.core.orchestrator.idle();
  });

  it('announces each call once', async () => {
    const { core, model } = now();
    core.journal.refuses = ({ type }) => type === 'tool.execution.requested';
    core.send('write');
    await model.answer(...calls(['write_file', { path: 'a.md', content: 'x' }]));
    await core.orchestrator.idle();
    const second = await comeBack();
    const asked = second.core.next('hitl.approval.requested');
    second.core.orchestrator.resume(second.core.sessionId);
    await asked;
    const third = await comeBack();
    // the file is looked at before the question
    for (let count = 0; third.core.of('hitl.approval.requested').length === 0; count += 1) {
      if (count > 1_000) throw new Error('Nobody is asked');
      await turns();
    }
    assert.deepEqual([second, third].map((life) => life.core.of('tool.execution.requested').length), [1, 0]);
  });

  const leaveCoder = async (): Promise<Life> => {
    const { core, model } = now();
    core.send('write');
    await model.next();
    return comeBack();
  };
  const parts = ({ core }: Life): string[] =>
    core.events.flatMap((event) => {
      if (event.type === 'agent.processing.started') return [`${event.source} ${event.data.resumed === true ? 'goes on' : 'begins'}`];
      return event.type === 'agent.processing.completed' ? [`${event.source} ${event.data.outcome}`] : [];
    });

  it('goes on with the part of its agent', async () => {
    const second = await leaveCoder();
    second.core.orchestrator.resume(second.core.sessionId);
    await second.model.answer(...says('Done.'));
    await second.core.orchestrator.idle();
    assert.deepEqual(parts(second), ['MultiAgentOrchestrator goes on', 'CoderAgent goes on', 'CoderAgent completed', 'MultiAgentOrchestrator completed']);
  });

  it('ends the part of its agent where another one goes on', async () => {
    const second = await leaveCoder();
    second.core.orchestrator.chooseAgent(second.core.sessionId, 'ask');
    second.core.orchestrator.resume(second.core.sessionId);
    await second.model.answer(...says('Done.'));
    await second.core.orchestrator.idle();
    assert.deepEqual(parts(second), ['MultiAgentOrchestrator goes on', 'CoderAgent handed_over', 'AskAgent begins', 'AskAgent completed', 'MultiAgentOrchestrator completed']);
  });

  it('ends the part of its agent where they stop it before that goes on', async () => {
    const second = await leaveCoder();
    second.core.orchestrator.resume(second.core.sessionId);
    second.core.orchestrator.stop(second.core.sessionId);
    await second.core.orchestrator.idle();
    assert.deepEqual(parts(second), ['MultiAgentOrchestrator goes on', 'CoderAgent stopped', 'MultiAgentOrchestrator stopped']);
  });
});
