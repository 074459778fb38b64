import * as assert from 'node:assert/strict';
import type { LlmStream } from '../../../../src/core/ports/LlmStream.ts';
import { FILTERED, NOT_WHOLE } from '../../../../src/core/orchestration/openCalls.ts';
import { GO_ON } from '../../../../src/core/sessions/history.ts';
import { isTurnEvent } from '../../../../src/core/sessions/turnEvents.ts';
import { HeldModel } from '../../../support/HeldModel.ts';
import { MemoryStore } from '../../../support/MemoryStore.ts';
import { calls, says } from '../../../support/pieces.ts';
import { ManualClock } from '../../../support/ports.ts';
import { toCoder } from '../../../support/ScriptedModel.ts';
import { TestCore } from '../../../support/TestCore.ts';

const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

describe('What the person does at an odd moment', () => {
  let store: MemoryStore;
  let clock: ManualClock;
  let model: HeldModel;
  let core: TestCore;
  beforeEach(async () => {
    store = new MemoryStore();
    clock = new ManualClock();
    model = new HeldModel(() => undefined, false);
    core = new TestCore(model, { store, clock });
    await core.open();
  });
  afterEach(() => core.dispose());

  const begun = (): number => core.of('agent.processing.started').filter(isTurnEvent).length;
  const atTheEnd = (happens: () => void): void => {
    const subscription = core.bus.on('agent.processing.completed', (event) => {
      if (!isTurnEvent(event)) return;
      subscription.dispose();
      happens();
    });
  };
  /** The person stops a turn, and writes after that. */
  const stopAndWrite = async (): Promise<void> => {
    core.send('hello');
    model.held.delete(await model.next());
    core.orchestrator.stop(core.sessionId);
    assert.equal(core.send('do this instead', 'later'), 'queued');
  };

  it('changes nothing in a session that another window has', async () => {
    core.send('hello');
    await model.next();
    core.send('later', 'm2');
    const second = new TestCore(new HeldModel(() => undefined, false), { store, clock, host: 'second' });
    await second.open(core.sessionId);
    assert.equal(second.orchestrator.withdraw(core.sessionId, 'm2'), 'elsewhere');
    assert.equal(second.orchestrator.choose(core.sessionId, { questionId: 'q', messageId: 'm', choice: 'Tabs' }), 'elsewhere');
    second.orchestrator.resume(core.sessionId);
    await second.orchestrator.idle();
    assert.deepEqual(second.of('system.journal.failed'), []);
    second.dispose();
  });

  it('resumes no turn that runs, and none in a deleted session', async () => {
    core.send('hello');
    await model.next();
    core.orchestrator.resume(core.sessionId);
    await turns();
    assert.equal(model.held.size, 1);
    assert.equal(begun(), 1);
    await core.core.deletion.delete(core.sessionId);
    core.orchestrator.resume(core.sessionId);
    assert.ok(!core.orchestrator.isRunning(core.sessionId));
    assert.deepEqual(core.of('system.journal.failed'), []);
  });

  it('goes on after an error as anew: nothing was interrupted', async () => {
    core.send('hello');
    await model.answer(new Error('no network'));
    await core.orchestrator.idle();
    core.orchestrator.resume(core.sessionId);
    await model.answer(...says('Hello.'));
    await core.orchestrator.idle();
    assert.deepEqual(core.of('agent.processing.started').filter(isTurnEvent).map(({ data }) => data.resumed), [undefined, undefined]);
    assert.deepEqual(core.turnEnds().map(({ data }) => data.outcome), ['failed', 'completed']);
  });

  it('is told of a failure of the agent that failed, also where they chose another meanwhile', async () => {
    core.send('hello');
    const held = await model.next();
    core.orchestrator.chooseAgent(core.sessionId, 'ask');
    held.send(new Error('no network'));
    await core.orchestrator.idle();
    assert.deepEqual(core.of('agent.error.occurred').map(({ data }) => data.agent), ['coder']);
  });

  it('begins another turn as soon as the end of one is told, and can stop that', async () => {
    let taken = '';
    atTheEnd(() => (taken = core.send('and now this')));
    core.send('hello');
    await model.answer(...says('Hello.'));
    await model.next();
    assert.equal(taken, 'accepted');
    assert.ok(core.orchestrator.isRunning(core.sessionId));
    core.orchestrator.stop(core.sessionId);
    await core.orchestrator.idle();
    assert.deepEqual(core.turnEnds().map(({ data }) => data.outcome), ['completed', 'stopped']);
  });

  it('can write as soon as it is told that a turn could not be saved', async () => {
    let running: boolean | undefined;
    core.bus.on('system.journal.failed', () => void (running = core.orchestrator.isRunning(core.sessionId)));
    core.send('hello');
    core.journal.refuses = ({ type }) => type === 'session.message.added';
    await model.answer(...says('Hello.'));
    await core.orchestrator.idle();
    assert.equal(running, false);
  });

  it('stops before there is a route: nobody gets the session', async () => {
    const routes = new HeldModel(() => undefined, true);
    const other = new TestCore(routes, { store, clock, host: 'other' });
    await other.open();
    other.send('hello');
    await routes.next();
    other.orchestrator.stop(other.sessionId);
    await other.orchestrator.idle();
    assert.deepEqual(other.of('agent.switched'), []);
    assert.equal(other.turnEnds()[0]?.data.outcome, 'stopped');
    other.dispose();
  });

  it('stops as the last answer comes: the turn is told as stopped', async () => {
    core.bus.on('session.message.added', ({ data }) => {
      if (data.message.role === 'assistant') core.orchestrator.stop(core.sessionId);
    });
    core.send('hello');
    await model.answer(...says('Hello.'));
    await core.orchestrator.idle();
    assert.deepEqual(core.turnEnds().map(({ data }) => data.outcome), ['stopped']);
  });

  it('begins no turn by what they took back after Stop', async () => {
    await stopAndWrite();
    core.orchestrator.withdraw(core.sessionId, 'later');
    await core.orchestrator.idle();
    assert.equal(begun(), 1);
  });

  for (const [what, happens] of [
    ['VS Code ends', () => void core.orchestrator.suspend()],
    ['the window is gone', () => core.orchestrator.dispose()],
    ['they delete the session', () => void core.core.deletion.delete(core.sessionId)],
    ['another window takes the session', () => {
      store.leases.set(core.sessionId, 'second');
      clock.pass(3_000);
    }],
  ] as const) {
    it(`begins no turn by what they wrote after Stop where ${what} at its end`, async () => {
      atTheEnd(happens);
      await stopAndWrite();
      await core.orchestrator.idle();
      await turns();
      assert.equal(begun(), 1);
      assert.deepEqual(core.of('system.journal.failed'), []);
    });
  }

  it('begins no turn by what they wrote after Stop where the end of the turn could not be saved', async () => {
    await stopAndWrite();
    core.journal.refuses = ({ type, source }) => type === 'agent.processing.completed' && source === 'MultiAgentOrchestrator';
    await core.orchestrator.idle();
    assert.equal(begun(), 1);
    assert.ok(core.session.session.turn);
  });

  it('hears nothing of turns that end with VS Code', async () => {
    core.send('hello');
    await model.next();
    await core.orchestrator.suspend();
    await core.orchestrator.idle();
    assert.deepEqual(core.of('system.journal.failed'), []);
    core.orchestrator.resume(core.sessionId);
    core.dispose();
    await core.orchestrator.idle();
    assert.deepEqual(core.log.lines.filter((line) => line.includes('ended early')), []);
  });

  it('asks no model any more where VS Code ends', async () => {
    await core.orchestrator.suspend();
    core.send('hello');
    await core.orchestrator.idle();
    assert.deepEqual(model.requests, []);
    assert.ok(core.session.session.turn, 'it is not left to be resumed');
  });

  it('does not do twice what a turn did whose journal failed', async () => {
    core.approveAll();
    core.journal.refuses = ({ type }) => type === 'tool.execution.completed';
    core.send('write');
    await model.answer(...calls(['write_file', { path: 'a.md', content: 'x' }]));
    await core.orchestrator.idle();
    core.journal.refuses = () => false;
    core.orchestrator.resume(core.sessionId);
    const { messages } = await model.answer(...says('I look.'));
    assert.match(messages.at(-1)?.content ?? '', /nobody saw its end/);
    await core.orchestrator.idle();
    assert.equal(core.of('tool.execution.started').length, 1);
    assert.equal(core.of('hitl.approval.requested').length, 1);
  });

  it('hears nothing of an unknown outcome while the tool still acts', async () => {
    core.approveAll();
    const acting = Promise.withResolvers<undefined>();
    const release = Promise.withResolvers<undefined>();
    const writeText = core.workspace.writeText.bind(core.workspace);
    core.workspace.writeText = async (...args) => {
      acting.resolve(undefined);
      await release.promise;
      return writeText(...args);
    };
    core.send('write');
    await model.answer(...calls(['write_file', { path: 'a.md', content: 'x' }]));
    await acting.promise;
    assert.equal(core.orchestrator.recover(core.sessionId), 0);
    release.resolve(undefined);
    const { messages } = await model.answer(...says('Done.'));
    assert.deepEqual(messages.flatMap((message) => (message.role === 'tool' ? [message.content] : [])), ['Created a.md (1 line).']);
    await core.orchestrator.idle();
  });
});

describe('What a turn used', () => {
  it('is told by each agent, and as a whole at its end', async () => {
    const model = new HeldModel(() => undefined, true);
    const core = new TestCore(model);
    await core.open();
    const used = (inputTokens: number, outputTokens: number): { type: 'usage'; inputTokens: number; outputTokens: number } => ({ type: 'usage', inputTokens, outputTokens });
    core.send('look');
    await model.answer(used(10, 1), ...says('{"agent":"ask","confidence":"high","reasoning":"x"}'));
    await model.answer(used(200, 20), ...calls(['list_files', { path: '.' }]));
    await model.answer(used(3_000, 300), ...says('Nothing.'));
    await core.orchestrator.idle();
    assert.deepEqual(
      core.of('agent.processing.completed').map(({ source, data: { success, inputTokens, outputTokens } }) => [source, success, inputTokens, outputTokens]),
      [
        ['OrchestratorAgent', true, 10, 1],
        ['AskAgent', true, 3_200, 320],
        ['MultiAgentOrchestrator', true, 3_210, 321],
      ],
    );
    core.dispose();
  });
});

describe('An answer that is not whole', () => {
  let model: HeldModel;
  let core: TestCore;
  beforeEach(async () => {
    model = new HeldModel(() => undefined, false);
    core = new TestCore(model);
    await core.open();
    core.send('hello');
  });
  afterEach(() => core.dispose());

  it('is no message where it broke off before its first word', async () => {
    await model.answer(new Error('no network'));
    await core.orchestrator.idle();
    assert.deepEqual(core.session.session.messages.map(({ role }) => role), ['user']);
  });

  it('is whole where the connection broke after its last word', async () => {
    await model.answer({ type: 'text', text: 'Hello' }, { type: 'finish', reason: 'stop' }, new Error('no network'));
    await core.orchestrator.idle();
    assert.deepEqual(core.session.transcript.items.flatMap((item) => (item.kind === 'answer' ? [item.markdown, item.state] : [])), ['Hello', 'done']);
  });

  it('is kept as far as it came where VS Code ends, also of a model that does not stop', async () => {
    const begun = Promise.withResolvers<undefined>();
    const stalled: LlmStream = {
      async *stream({ format }) {
        if (format === 'json') yield* [{ type: 'text' as const, text: toCoder.text ?? '' }, { type: 'finish' as const, reason: 'stop' as const }];
        else {
          yield { type: 'text', text: 'Half an answer' };
          begun.resolve(undefined);
          await new Promise(() => undefined);
        }
      },
    };
    const other = new TestCore(stalled);
    await other.open();
    other.send('hello');
    await begun.promise;
    await other.orchestrator.suspend();
    assert.equal(other.session.session.messages.at(-1)?.content, 'Half an answer');
    other.dispose();
  });

  it('goes on where it was cut off at its length limit, as one message, and says so after the second time', async () => {
    const asked: string[] = [];
    for (const text of ['Half an', ' answer that', ' goes on']) {
      const { messages } = await model.answer({ type: 'text', text }, { type: 'finish', reason: 'length' }, 'end');
      asked.push(messages.slice(2).map(({ role, content }) => `${role}: ${content}`).join('|'));
    }
    await core.orchestrator.idle();
    assert.deepEqual(asked, ['', `assistant: Half an|user: ${GO_ON}`, `assistant: Half an answer that|user: ${GO_ON}`]);
    assert.deepEqual(core.session.transcript.items.flatMap((item) => (item.kind === 'answer' ? [item.markdown, item.state] : [])), ['Half an answer that goes on', 'interrupted']);
    assert.deepEqual(core.of('agent.error.occurred').map(({ data }) => data.error.code), ['model_answer_cut_off']);
    assert.equal(core.turnEnds()[0]?.data.outcome, 'failed');
  });

  it('is one answer where what was cut off came to its end', async () => {
    await model.answer({ type: 'text', text: 'Half an' }, { type: 'finish', reason: 'length' }, 'end');
    await model.answer({ type: 'text', text: ' answer' }, { type: 'finish', reason: 'stop' }, 'end');
    await core.orchestrator.idle();
    assert.deepEqual(core.session.transcript.items.flatMap((item) => (item.kind === 'answer' ? [item.markdown, item.state] : [])), ['Half an answer', 'done']);
    assert.equal(core.turnEnds()[0]?.data.outcome, 'completed');
  });

  it('runs none of its calls where it was cut off, and says so when the model does not learn to be shorter', async () => {
    const call = { type: 'toolCall' as const, index: 0, id: 'same', name: 'write_file', arguments: '{"path":"a.md","content":"x"}' };
    for (let times = 0; times < 3; times += 1) await model.answer({ ...call, id: `call-${times}` }, { type: 'finish', reason: 'length' }, 'end');
    await core.orchestrator.idle();
    assert.deepEqual(core.of('tool.execution.failed').map(({ data }) => data.message), Array(3).fill(NOT_WHOLE));
    assert.deepEqual(core.of('tool.execution.started'), []);
    assert.deepEqual(core.of('agent.error.occurred').map(({ data }) => data.error.code), ['model_answer_cut_off']);
  });

  it('runs none of its calls where a content filter stopped it, and says so', async () => {
    await model.answer({ type: 'text', text: 'I will' }, { type: 'toolCall', index: 0, id: 'c', name: 'list_files', arguments: '{"path":"."}' }, { type: 'finish', reason: 'content_filter' }, 'end');
    await core.orchestrator.idle();
    assert.deepEqual(core.of('tool.execution.failed').map(({ data }) => data.message), [FILTERED]);
    assert.deepEqual(core.of('agent.error.occurred').map(({ data }) => data.error.code), ['model_content_filtered']);
  });

  it('is a failure where there is nothing in it', async () => {
    await model.answer({ type: 'finish', reason: 'stop' }, 'end');
    await core.orchestrator.idle();
    assert.deepEqual(core.session.session.messages.map(({ role }) => role), ['user']);
    assert.deepEqual(core.of('agent.error.occurred').map(({ data }) => data.error.code), ['model_empty_answer']);
  });

  it('is a failure where there are only empty lines in it', async () => {
    await model.answer({ type: 'text', text: '\n\n' }, { type: 'finish', reason: 'stop' }, 'end');
    await core.orchestrator.idle();
    assert.deepEqual(core.of('agent.error.occurred').map(({ data }) => data.error.code), ['model_empty_answer']);
  });

  it('goes on where the person wants the rest of it', async () => {
    await model.answer({ type: 'text', text: 'Half an' }, new Error('the cable'));
    await core.orchestrator.idle();
    core.orchestrator.resume(core.sessionId);
    const { messages } = await model.answer({ type: 'text', text: ' answer' }, { type: 'finish', reason: 'stop' }, 'end');
    await core.orchestrator.idle();
    assert.deepEqual(messages.slice(1).map(({ role, content }) => [role, content]), [['user', 'hello'], ['assistant', 'Half an'], ['user', GO_ON]]);
  });
});
