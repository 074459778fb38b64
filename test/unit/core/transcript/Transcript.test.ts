import * as assert from 'node:assert/strict';
import { OfflineModel } from '../../../../src/llm/OfflineModel.ts';
import { Transcript } from '../../../../src/core/transcript/Transcript.ts';
import type { RuntimeEvent } from '../../../../src/protocol/events.ts';
import type { ChatItem, ChatOp } from '../../../../src/protocol/webview.ts';
import { TestCore } from '../../../support/TestCore.ts';


/** What a chat that applies the operations shows. */
function show(items: ChatItem[], ops: readonly ChatOp[]): ChatItem[] {
  const shown = [...items];
  for (const op of ops) {
    if (op.op === 'add') shown.push(op.item);
    if (op.op === 'replace') shown[shown.findIndex(({ id }) => id === op.item.id)] = op.item;
    if (op.op === 'appendText') {
      const index = shown.findIndex(({ id }) => id === op.id);
      const item = shown[index];
      if (item?.kind === 'answer') shown[index] = { ...item, markdown: item.markdown + op.text };
    }
  }
  return shown;
}

const fold = (events: readonly RuntimeEvent[]): Transcript => {
  const transcript = new Transcript();
  for (const event of events) transcript.apply(event);
  return transcript;
};

describe('Transcript', () => {
  let core: TestCore;
  beforeEach(async () => {
    core = new TestCore(new OfflineModel());
    await core.open();
    core.put('README.md', '# Demo\n');
  });
  afterEach(() => core.dispose());

  it('is the same from its operations, from its events, and from the journal alone', async () => {
    core.approveAll();
    let shown: ChatItem[] = [];
    core.core.transcripts.onChange(core.sessionId, (ops) => (shown = show(shown, ops)));
    await core.turn('What is in this workspace?');
    await core.turn('Add a file a.md with: x');
    const { items } = core.session.transcript;
    assert.deepEqual(shown, items);
    assert.deepEqual(fold(core.store.of(core.sessionId)).items, items);
  });

  it('tells a turn that the window closed on, whatever it was doing', async () => {
    core.send('Add a file a.md with: x');
    await core.next('hitl.approval.requested');
    const waiting = fold(core.store.of(core.sessionId));
    assert.equal(waiting.pending, 1);
    waiting.interrupt();
    assert.equal(waiting.pending, 0);
    assert.equal(waiting.running, false);
    const tool = waiting.items.find((item) => item.kind === 'tool');
    assert.ok(tool?.state === 'cancelled' && !('approvalId' in tool));
    const problem = waiting.items.at(-1);
    assert.ok(problem?.kind === 'problem');
    assert.match(problem.detail, /waited for you\. Nothing was changed/);
    assert.deepEqual(problem.actions, ['resume']);
  });

  it('says that the outcome is unknown where a tool had started', async () => {
    core.approveAll();
    await core.turn('Add a file a.md with: x');
    const events = core.store.of(core.sessionId);
    const cut = fold(events.slice(0, events.findIndex(({ type }) => type === 'tool.execution.started') + 1));
    cut.interrupt();
    const tool = cut.items.find((item) => item.kind === 'tool');
    assert.ok(tool?.state === 'unknown');
    assert.match(tool.note ?? '', /not run again/);
  });

  it('says from the journal what it said when a read was running, though the person went on without it', async () => {
    await core.turn('What is in this workspace?');
    const events = core.store.of(core.sessionId);
    const cut = events.findIndex(({ type }) => type === 'tool.execution.started') + 1;
    const until = events.slice(0, cut);
    const start = events[cut - 1];
    assert.ok(start?.type === 'tool.execution.started');
    const { callId, tool } = start.data;
    const ended: RuntimeEvent = { ...start, type: 'tool.execution.failed', data: { callId, tool, outcome: 'cancelled', message: 'It did not run.' } };
    const completed = events.find(({ type }) => type === 'agent.processing.completed');
    assert.ok(completed?.type === 'agent.processing.completed');
    const left: RuntimeEvent = { ...completed, data: { ...completed.data, success: false, outcome: 'interrupted' } };
    const live = fold(until);
    live.interrupt();
    live.apply(ended);
    live.apply(left);
    assert.deepEqual(fold([...until, ended, left]).items, live.items);
  });

  it('tells a question that nobody answered in time from one that was rejected', async () => {
    core.send('Add a file a.md with: x');
    const asked = await core.next('hitl.approval.requested');
    const { callId, approvalId, argumentsHash, tool } = asked.data;
    const expired: RuntimeEvent = { ...asked, type: 'hitl.timeout.occurred', data: { approvalId, callId, argumentsHash, waitedMs: 300_000 } };
    const failed: RuntimeEvent = { ...asked, type: 'tool.execution.failed', data: { callId, tool, outcome: 'rejected', message: 'For the model.' } };
    const transcript = fold(core.store.of(core.sessionId));
    const row = (): unknown => {
      const item = transcript.items.find(({ id }) => id === callId);
      return item?.kind === 'tool' ? [item.state, item.note, transcript.pending] : undefined;
    };
    const words = ['expired', 'Nobody decided within 5 minutes, which counts as a rejection.', 0];
    transcript.apply(expired);
    assert.deepEqual(row(), words);
    transcript.apply(failed);
    assert.deepEqual(row(), words);
  });

  it('offers steps only for the last turn', async () => {
    core.send('Add a file a.md with: x');
    await core.next('hitl.approval.requested');
    const events = core.store.of(core.sessionId);
    const started = events.find(({ type }) => type === 'agent.processing.started');
    assert.ok(started);
    const transcript = fold([...events, { ...started, eventId: 'next' }]);
    assert.deepEqual(
      transcript.items.flatMap((item) => (item.kind === 'problem' ? [item.actions] : [])),
      [[]],
    );
  });
});
