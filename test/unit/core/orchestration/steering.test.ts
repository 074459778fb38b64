import * as assert from 'node:assert/strict';
import type { LlmRequest } from '../../../../src/core/ports/LlmStream.ts';
import { HeldModel } from '../../../support/HeldModel.ts';
import { MemoryStore } from '../../../support/MemoryStore.ts';
import { ManualClock } from '../../../support/ports.ts';
import { RuntimeError } from '../../../../src/protocol/RuntimeError.ts';
import { calls, says } from '../../../support/pieces.ts';
import { TestCore } from '../../../support/TestCore.ts';

/** The conversation as the model got it: who said what. */
function conversation({ messages }: LlmRequest): string[] {
  return messages.flatMap((message) => (message.role === 'system' ? [] : [`${message.role}: ${message.content}`]));
}

describe('What the person writes while a turn runs', () => {
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

  const queue = (): string[] => core.session.session.queue.map(({ text }) => text);

  it('is queued, and given to the model with the next step, after the results of its calls', async () => {
    core.put('a.txt', 'A');
    core.send('read');
    const first = await model.next();
    assert.equal(core.send('and b'), 'queued');
    assert.equal(core.send('and c'), 'queued');
    assert.deepEqual(queue(), ['and b', 'and c']);
    first.send(...calls(['read_file', { path: 'a.txt' }]));
    model.held.delete(first);
    const { request } = await model.next();
    assert.deepEqual(conversation(request), ['user: read', 'assistant: ', 'tool: A', 'user: and b', 'user: and c']);
    assert.deepEqual(queue(), []);
    await model.answer(...says('Done.'));
    await core.orchestrator.idle();
    assert.equal(core.turnEnds().length, 1);
    assert.equal(new Set(core.of('session.message.added').map(({ correlationId }) => correlationId)).size, 1);
  });

  it('makes a turn go on that would have been over', async () => {
    core.send('hello');
    const first = await model.next();
    core.send('one more');
    first.send(...says('Hello.'));
    model.held.delete(first);
    assert.deepEqual(conversation(await model.answer(...says('More.'))), ['user: hello', 'assistant: Hello.', 'user: one more']);
    await core.orchestrator.idle();
    assert.deepEqual(core.turnEnds().map(({ data }) => data.outcome), ['completed']);
  });

  it('decides no approval, whatever it says', async () => {
    core.send('write');
    await model.answer(...calls(['write_file', { path: 'a.md', content: 'x' }]));
    await core.next('hitl.approval.requested');
    for (const yes of ['yes', 'approve', 'y', 'ok, do it']) assert.equal(core.send(yes), 'queued');
    assert.equal(core.of('hitl.decision.made').length, 0);
    assert.deepEqual(core.workspace.written, []);
    const { approvalId, argumentsHash } = core.of('hitl.approval.requested')[0]?.data ?? assert.fail();
    core.hitl.decide({ approvalId, argumentsHash, decision: 'reject', feedback: 'no', actor: 'test' });
    const told = conversation(await model.answer(...says('I leave it.')));
    assert.deepEqual(told.slice(-4), ['user: yes', 'user: approve', 'user: y', 'user: ok, do it']);
    await core.orchestrator.idle();
    assert.deepEqual(core.workspace.written, []);
  });

  it('can be taken back as long as no model has it', async () => {
    core.send('hello');
    const first = await model.next();
    core.send('wrong', 'm2');
    core.send('right', 'm3');
    assert.deepEqual(core.orchestrator.withdraw(core.sessionId, 'm2'), { messageId: 'm2', text: 'wrong' });
    assert.equal(core.orchestrator.withdraw(core.sessionId, 'm2'), 'gone');
    // a page that did not hear that it was taken sends it again
    assert.equal(core.send('wrong', 'm2'), 'accepted');
    first.send(...says('Hello.'));
    model.held.delete(first);
    assert.deepEqual(conversation(await model.answer(...says('More.'))).slice(2), ['user: right']);
    await core.orchestrator.idle();
    assert.equal(core.orchestrator.withdraw(core.sessionId, 'm3'), 'gone');
  });

  it('stays where the person stops the turn, and goes in front of their next message', async () => {
    core.send('hello');
    await model.next();
    core.send('later');
    core.orchestrator.stop(core.sessionId);
    await core.orchestrator.idle();
    assert.deepEqual(queue(), ['later']);
    assert.equal(core.send('now'), 'accepted');
    assert.deepEqual(conversation(await model.answer(...says('Fine.'))), ['user: hello', 'user: later', 'user: now']);
    await core.orchestrator.idle();
    assert.deepEqual(core.turnEnds().map(({ data }) => data.outcome), ['stopped', 'completed']);
  });

  it('goes on by itself where it was written after Stop', async () => {
    core.send('hello');
    model.held.delete(await model.next());
    core.orchestrator.stop(core.sessionId);
    assert.equal(core.send('do this instead'), 'queued');
    assert.deepEqual(conversation(await model.answer(...says('Fine.'))), ['user: hello', 'user: do this instead']);
    await core.orchestrator.idle();
    assert.deepEqual(core.turnEnds().map(({ data }) => data.outcome), ['stopped', 'completed']);
    assert.deepEqual(queue(), []);
  });

  it('outlives the host, and is given when the turn is resumed', async () => {
    core.send('hello');
    await model.next();
    core.send('later');
    const { sessionId } = core;
    core.crash();
    const again = new HeldModel(() => undefined, false);
    const second = new TestCore(again, { store, host: 'second' });
    await second.open(sessionId);
    second.orchestrator.resume(sessionId);
    assert.deepEqual(conversation(await again.answer(...says('Fine.'))), ['user: hello', 'user: later']);
    await second.orchestrator.idle();
    second.dispose();
  });

  it('can be taken back while the database is too busy to give it, and the rest is given', async () => {
    const clock = new ManualClock();
    const slow = new TestCore(model, { store, clock, host: 'slow' });
    await slow.open();
    slow.send('hello');
    const first = await model.next();
    slow.send('wrong', 'm2');
    slow.send('right', 'm3');
    let answered = false;
    const { promise: refused, resolve } = Promise.withResolvers<undefined>();
    slow.journal.refuses = ({ type }) => {
      // the model's answer is taken, and nothing after it
      if (type !== 'session.message.added' || !answered) {
        answered ||= type === 'session.message.added';
        return false;
      }
      setImmediate(() => resolve(undefined));
      throw new RuntimeError({ code: 'journal_busy', message: 'Another window writes' });
    };
    first.send(...says('Hello.'));
    model.held.delete(first);
    await refused;
    slow.orchestrator.withdraw(slow.sessionId, 'm2');
    slow.journal.refuses = () => false;
    clock.pass(100);
    assert.deepEqual(conversation(await model.answer(...says('More.'))).slice(2), ['user: right']);
    await slow.orchestrator.idle();
    assert.deepEqual(slow.turnEnds().map(({ data }) => data.outcome), ['completed']);
    slow.dispose();
  });

  it('is refused, and stays in the input, where the journal does not take it', async () => {
    core.send('hello');
    await model.next();
    core.journal.refuses = ({ type }) => type === 'session.message.queued';
    assert.throws(() => core.send('later'), /could not be saved|journal/i);
    assert.deepEqual(queue(), []);
    core.journal.refuses = () => false;
    await model.answer(...says('Hello.'));
    await core.orchestrator.idle();
  });
});
