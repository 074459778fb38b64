import * as assert from 'node:assert/strict';
import type { EventOf } from '../../../../src/protocol/events.ts';
import { HeldModel } from '../../../support/HeldModel.ts';
import { MemoryStore } from '../../../support/MemoryStore.ts';
import { calls, says } from '../../../support/pieces.ts';
import { TestCore } from '../../../support/TestCore.ts';

describe('A question of an agent', () => {
  let store: MemoryStore;
  let model: HeldModel;
  let core: TestCore;
  beforeEach(async () => {
    store = new MemoryStore();
    model = new HeldModel(() => undefined, false);
    core = new TestCore(model, { store });
    await core.open();
  });
  afterEach(() => core.dispose());

  const ask = async (): Promise<EventOf<'hitl.question.asked'>['data']> => {
    const asked = core.next('hitl.question.asked');
    core.send('write');
    await model.answer(...calls(['ask_followup_question', { question: 'Tabs or spaces?', choices: ['Tabs', 'Spaces'] }]));
    return (await asked).data;
  };
  const toldBy = async (answering: HeldModel): Promise<string> => {
    const { messages } = await answering.answer(...says('Done.'));
    const last = messages.at(-1);
    return last?.role === 'tool' ? last.content : assert.fail('the model has no result');
  };

  it('waits, and its call ends with the choice of the person', async () => {
    const { questionId, free, kind } = await ask();
    assert.ok(free && kind === 'followup');
    assert.equal(core.orchestrator.choose(core.sessionId, { questionId, messageId: 'm', choice: 'Tabs' }), 'answered');
    // the same press again, and another one
    assert.equal(core.orchestrator.choose(core.sessionId, { questionId, messageId: 'm', choice: 'Tabs' }), 'answered');
    assert.equal(core.orchestrator.choose(core.sessionId, { questionId, messageId: 'n', choice: 'Spaces' }), 'gone');
    assert.match(await toldBy(model), /Tabs/);
    await core.orchestrator.idle();
    assert.equal(core.of('hitl.question.answered').length, 1);
  });

  it('is answered by words that were meant for it, and by no others', async () => {
    const { questionId } = await ask();
    assert.equal(core.send('by the way'), 'queued');
    assert.equal(core.orchestrator.submit(core.sessionId, { messageId: 'm', text: 'Four spaces', answerTo: questionId }), 'accepted');
    const { messages } = await model.answer(...says('Done.'));
    assert.deepEqual(messages.slice(-2).map(({ role, content }) => [role, /Four spaces|by the way/.exec(content)?.[0]]), [
      ['tool', 'Four spaces'],
      ['user', 'by the way'],
    ]);
    await core.orchestrator.idle();
  });

  it('takes no answer from another session', async () => {
    const { questionId } = await ask();
    const first = core.sessionId;
    const other = core.core.sessions.create().id;
    await core.core.openSessions.open(other);
    assert.equal(core.orchestrator.choose(other, { questionId, messageId: 'm', choice: 'Tabs' }), 'gone');
    core.orchestrator.stop(first);
    await core.orchestrator.idle();
  });

  it('is withdrawn by Stop, and what was meant for it is a message', async () => {
    const { questionId } = await ask();
    core.orchestrator.stop(core.sessionId);
    await core.orchestrator.idle();
    assert.equal(core.turnEnds()[0]?.data.outcome, 'stopped');
    assert.equal(core.orchestrator.submit(core.sessionId, { messageId: 'm', text: 'Tabs', answerTo: questionId }), 'accepted');
    const { messages } = await model.answer(...says('Fine.'));
    assert.deepEqual(messages.at(-1), { role: 'user', content: 'Tabs' });
    await core.orchestrator.idle();
  });

  const comeBack = async (): Promise<{ second: TestCore; again: HeldModel }> => {
    const { sessionId } = core;
    core.crash();
    const again = new HeldModel(() => undefined, false);
    const second = new TestCore(again, { store, host: 'second' });
    await second.open(sessionId);
    return { second, again };
  };

  it('is asked again by itself when VS Code closed on it, under the same id', async () => {
    const { questionId } = await ask();
    const { second, again } = await comeBack();
    assert.deepEqual(second.of('hitl.question.asked').map(({ data }) => data.questionId), [questionId]);
    second.orchestrator.choose(second.sessionId, { questionId, messageId: 'm', choice: 'Spaces' });
    assert.match(await toldBy(again), /Spaces/);
    await second.orchestrator.idle();
    second.dispose();
  });

  it('is not asked again where the person had answered: the answer is not lost', async () => {
    const { questionId } = await ask();
    core.journal.refuses = ({ type }) => type === 'tool.execution.completed';
    core.orchestrator.choose(core.sessionId, { questionId, messageId: 'm', choice: 'Tabs' });
    const { second, again } = await comeBack();
    second.orchestrator.resume(second.sessionId);
    assert.match(await toldBy(again), /Tabs/);
    await second.orchestrator.idle();
    assert.equal(second.of('hitl.question.asked').length, 0);
    second.dispose();
  });

  it('goes on waiting where its answer could not be saved', async () => {
    const { questionId } = await ask();
    core.journal.refuses = ({ type }) => type === 'hitl.question.answered';
    const answer = (): string => core.orchestrator.choose(core.sessionId, { questionId, messageId: 'm', choice: 'Tabs' });
    assert.throws(answer);
    core.journal.refuses = () => false;
    assert.equal(answer(), 'answered');
    assert.match(await toldBy(model), /Tabs/);
    await core.orchestrator.idle();
  });
});
