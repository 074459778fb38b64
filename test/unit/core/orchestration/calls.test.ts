import * as assert from 'node:assert/strict';
import type { LlmRequest } from '../../../../src/core/ports/LlmStream.ts';
import { ScriptedModel, type Answer } from '../../../support/ScriptedModel.ts';
import { TestCore } from '../../../support/TestCore.ts';

const read = (path: string): { name: string; arguments: string } => ({ name: 'read_file', arguments: JSON.stringify({ path }) });
const write = (path: string, content: string): { name: string; arguments: string } => ({ name: 'write_file', arguments: JSON.stringify({ path, content }) });

function results({ messages }: LlmRequest): string[] {
  return messages.flatMap((message) => (message.role === 'tool' ? [message.content] : []));
}

describe('The calls of an answer', () => {
  let core: TestCore;
  let model: ScriptedModel;
  const begin = async (answers: (request: LlmRequest, index: number) => Answer): Promise<void> => {
    model = new ScriptedModel(answers);
    core = new TestCore(model);
    await core.open();
  };
  afterEach(() => core.dispose());

  /** Files whose reading waits until the test lets it go on. */
  const holdReads = (): { open: Map<string, () => void>; most: () => number } => {
    const open = new Map<string, () => void>();
    let most = 0;
    const readText = core.workspace.readText.bind(core.workspace);
    core.workspace.readText = async (path) => {
      await new Promise<void>((resolve) => {
        open.set(path.split('/').at(-1) ?? '', resolve);
        most = Math.max(most, open.size);
      });
      open.delete(path.split('/').at(-1) ?? '');
      return readText(path);
    };
    return { open, most: () => most };
  };
  const turnOfTheLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const until = async (holds: () => boolean): Promise<void> => {
    // files are really looked at: mocha's own limit ends it where it does not come to that
    while (!holds()) await turnOfTheLoop();
  };

  it('read side by side, at most eight at once, and give their results in the order of the calls', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `f${index}.txt`);
    await begin((_request, index) => (index === 0 ? { toolCalls: names.map(read) } : { text: 'ok' }));
    for (const name of names) core.put(name, `content of ${name}`);
    const { open, most } = holdReads();
    core.send('read');
    await until(() => open.size === 8);
    // the last ones first
    while (core.turnEnds().length === 0) {
      [...open.values()].at(-1)?.();
      await turnOfTheLoop();
    }
    assert.equal(most(), 8);
    assert.deepEqual(results(model.requests[1] ?? assert.fail()), names.map((name) => `content of ${name}`));
  });

  it('act one by one: a read after a write sees what was written, and no two questions stand at once', async () => {
    await begin((_request, index) => (index === 0 ? { toolCalls: [read('a.md'), write('a.md', 'one'), read('a.md'), write('b.md', 'two')] } : { text: 'ok' }));
    core.put('a.md', 'old');
    let open = 0;
    core.bus.on('hitl.approval.requested', ({ data: { approvalId, argumentsHash } }) => {
      open += 1;
      assert.equal(open, 1);
      setImmediate(() => {
        open -= 1;
        core.hitl.decide({ approvalId, argumentsHash, decision: 'approve', feedback: '', actor: 'test' });
      });
    });
    await core.turn('write');
    assert.deepEqual(results(model.requests[1] ?? assert.fail()), ['old', 'Replaced a.md (1 line).', 'one', 'Created b.md (1 line).']);
    assert.equal(core.of('hitl.approval.requested').length, 2);
  });

  it('get ids of their own, where the model gave none or the same twice', async () => {
    await begin((_request, index) =>
      index < 2 ? { toolCalls: [{ ...read('a.txt'), id: 'same' }, { ...read('b.txt'), id: 'same' }, read('c.txt')] } : { text: 'ok' },
    );
    for (const name of ['a', 'b', 'c']) core.put(`${name}.txt`, name);
    await core.turn('read');
    const ids = core.of('tool.execution.requested').map(({ data }) => data.callId);
    assert.equal(new Set(ids).size, 6);
    assert.equal(ids[0], 'same');
    assert.deepEqual(results(model.requests[2] ?? assert.fail()), ['a', 'b', 'c', 'a', 'b', 'c']);
  });

  it('are announced all, also after one that nobody can make', async () => {
    await begin((_request, index) => (index === 0 ? { toolCalls: [{ name: 'make_coffee', arguments: '{}' }, read('a.txt')] } : { text: 'ok' }));
    await core.turn('read');
    assert.deepEqual(core.of('tool.execution.requested').map(({ data }) => data.tool), ['make_coffee', 'read_file']);
  });

  it('that are empty are no arguments: nothing runs with a guess', async () => {
    await begin((_request, index) => (index === 0 ? { toolCalls: [{ name: 'list_files', arguments: '' }] } : { text: 'ok' }));
    await core.turn('list');
    assert.match(results(model.requests[1] ?? assert.fail())[0] ?? '', /do not fit its schema\. Nothing ran/);
    assert.equal(core.of('tool.execution.started').length, 0);
  });
});

describe('The same call again and again', () => {
  let core: TestCore;
  let model: ScriptedModel;
  afterEach(() => core.dispose());

  const loop = async (args: (index: number) => string, end = Infinity): Promise<void> => {
    model = new ScriptedModel((_request, index) => (index < end ? { toolCalls: [{ name: 'read_file', arguments: args(index) }] } : { text: 'I see.' }));
    core = new TestCore(model);
    core.put('a.txt', 'A');
    core.put('b.txt', 'B');
    await core.open();
  };
  const choose = (choice: string): void => {
    core.bus.on('hitl.question.asked', ({ data: { questionId } }) => {
      setImmediate(() => core.orchestrator.choose(core.sessionId, { questionId, messageId: `choice of ${questionId}`, choice }));
    });
  };

  it('is not run the third time, which the model is told', async () => {
    // the same arguments, written in other ways
    await loop((index) => (index % 2 === 0 ? '{"path":"a.txt","start_line":1}' : '{ "start_line": 1, "path": "a.txt" }'), 3);
    await core.turn('read');
    assert.equal(core.of('tool.execution.started').length, 2);
    assert.match(results(model.requests[3] ?? assert.fail())[2] ?? '', /3 times in a row with the same arguments, so it did not run again/);
    assert.equal(core.turnEnds()[0]?.data.outcome, 'completed');
    assert.equal(core.of('hitl.question.asked').length, 0);
  });

  it('is not run the third time either where the person chooses another agent at that moment', async () => {
    await loop(() => '{"path":"a.txt"}', 3);
    core.bus.on('tool.execution.requested', () => {
      if (core.of('tool.execution.requested').length === 3) core.orchestrator.chooseAgent(core.sessionId, 'ask');
    });
    await core.turn('read');
    assert.equal(core.contexts.get(core.sessionId).currentAgent, 'ask');
    assert.equal(core.of('tool.execution.started').length, 2);
  });

  it('is not run the third time within one answer either, and the fourth asks', async () => {
    model = new ScriptedModel((_request, index) => (index === 0 ? { toolCalls: Array.from({ length: 4 }, () => read('a.txt')) } : { text: 'I see.' }));
    core = new TestCore(model);
    core.put('a.txt', 'A');
    await core.open();
    choose('Go on');
    await core.turn('read');
    assert.deepEqual(results(model.requests[1] ?? assert.fail()).map((result) => result.slice(0, 5)), ['A', 'A', 'Error', 'A']);
  });

  it('is asked about once at a time, however often it is in one answer', async () => {
    model = new ScriptedModel((_request, index) => (index === 0 ? { toolCalls: Array.from({ length: 6 }, () => read('a.txt')) } : { text: 'I see.' }));
    core = new TestCore(model);
    core.put('a.txt', 'A');
    await core.open();
    choose('Go on');
    await core.turn('read');
    assert.equal(core.of('hitl.question.asked').length, 1);
  });

  it('may be made as often as it likes with another call between', async () => {
    await loop((index) => JSON.stringify({ path: index % 2 === 0 ? 'a.txt' : 'b.txt' }), 12);
    await core.turn('read');
    assert.equal(core.of('tool.execution.started').length, 12);
  });

  it('is asked about where the model goes on with it; Stop here ends the turn', async () => {
    await loop(() => '{"path":"a.txt"}');
    choose('Stop here');
    await core.turn('read');
    assert.equal(model.requests.length, 4);
    assert.match(core.of('hitl.question.asked')[0]?.data.question ?? '', /The same call comes again and again, with nothing between: read_file a\.txt\. Go on\?/);
    assert.equal(core.turnEnds()[0]?.data.outcome, 'stopped');
    assert.equal(core.of('tool.execution.started').length, 2);
    assert.equal(core.session.session.messages.filter(({ role }) => role === 'tool').length, 4);
  });

  it('runs where the person says so, and is counted anew', async () => {
    await loop(() => '{"path":"a.txt"}', 6);
    choose('Go on');
    await core.turn('read');
    assert.equal(core.of('hitl.question.asked').length, 1);
    // two, none, and from the fourth on again two
    assert.equal(core.of('tool.execution.started').length, 5);
    assert.equal(core.turnEnds()[0]?.data.outcome, 'completed');
  });

  it('is decided by the buttons alone: what is typed is queued', async () => {
    await loop(() => '{"path":"a.txt"}');
    const asked = core.next('hitl.question.asked');
    core.send('read');
    const { questionId } = (await asked).data;
    assert.equal(core.orchestrator.submit(core.sessionId, { messageId: 'm', text: 'Go on', answerTo: questionId }), 'queued');
    assert.equal(core.of('hitl.question.answered').length, 0);
    assert.throws(() => core.orchestrator.choose(core.sessionId, { questionId, messageId: 'n', choice: 'Do what you want' }), /none of the choices/);
    assert.equal(core.orchestrator.choose(core.sessionId, { questionId, messageId: 'o', choice: 'Stop here' }), 'answered');
    await core.orchestrator.idle();
    assert.equal(core.orchestrator.choose(core.sessionId, { questionId, messageId: 'p', choice: 'Go on' }), 'gone');
  });
});

describe('A turn of many steps', () => {
  let core: TestCore;
  afterEach(() => core.dispose());

  const long = async (choices: string[], steps = 70): Promise<ScriptedModel> => {
    const model = new ScriptedModel((_request, index) => (index < steps ? { toolCalls: [read(`${index}.txt`)] } : { text: 'At last.' }));
    core = new TestCore(model);
    await core.open();
    core.bus.on('hitl.question.asked', ({ data: { questionId } }) => {
      setImmediate(() => core.orchestrator.choose(core.sessionId, { questionId, messageId: questionId, choice: choices.shift() ?? assert.fail() }));
    });
    await core.turn('read');
    return model;
  };

  it('asks after fifty whether to go on, and goes on', async () => {
    const model = await long(['Go on']);
    assert.equal(model.requests.length, 71);
    assert.match(core.of('hitl.question.asked')[0]?.data.question ?? '', /Coder has asked its model 50 times in this turn\. Go on\?/);
    assert.equal(core.turnEnds()[0]?.data.outcome, 'completed');
  });

  it('stops there where the person says so', async () => {
    const model = await long(['Stop here']);
    assert.equal(model.requests.length, 50);
    assert.equal(core.turnEnds()[0]?.data.outcome, 'stopped');
  });

  it('asks after fifty more, which is another question', async () => {
    await long(['Go on', 'Go on'], 110);
    const ids = core.of('hitl.question.asked').map(({ data }) => data.questionId);
    assert.deepEqual([ids.length, new Set(ids).size], [2, 2]);
    assert.equal(core.turnEnds()[0]?.data.outcome, 'completed');
  });

  it('asks a question of its own, also where the turn before was stopped at the same', async () => {
    core = new TestCore(new ScriptedModel((_request, index) => ({ toolCalls: [read(`${index}.txt`)] })));
    await core.open();
    core.bus.on('hitl.question.asked', () => void setImmediate(() => core.orchestrator.stop(core.sessionId)));
    await core.turn('read');
    await core.turn('and again');
    const ids = core.of('hitl.question.asked').map(({ data }) => data.questionId);
    assert.deepEqual([ids.length, new Set(ids).size], [2, 2]);
  });
});
