import * as assert from 'node:assert/strict';
import { OfflineModel } from '../../../../src/llm/OfflineModel.ts';
import { Transcript } from '../../../../src/core/transcript/Transcript.ts';
import type { RuntimeEvent } from '../../../../src/protocol/events.ts';
import type { ChatItem, ChatOp } from '../../../../src/protocol/webview.ts';
import { TestCore } from '../../../support/TestCore.ts';
import { MemoryJournal } from '../../../support/ports.ts';

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
  let journal: MemoryJournal;
  let core: TestCore;
  beforeEach(() => {
    journal = new MemoryJournal();
    core = new TestCore(new OfflineModel(), journal);
    core.put('README.md', '# Demo\n');
  });
  afterEach(() => core.dispose());

  it('is the same from its operations, from its events, and from the journal alone', async () => {
    core.approveAll();
    let shown: ChatItem[] = [];
    core.transcripts.onChange(core.sessionId, (ops) => (shown = show(shown, ops)));
    await core.turn('What is in this workspace?');
    await core.turn('Add a file a.md with: x');
    const { items } = core.transcripts.open(core.sessionId, []);
    assert.deepEqual(shown, items);
    assert.deepEqual(fold(journal.read(core.sessionId)).items, items);
  });

  it('tells a turn that the window closed on, whatever it was doing', async () => {
    core.send('Add a file a.md with: x');
    await core.next('hitl.approval.requested');
    const waiting = fold(journal.read(core.sessionId));
    assert.equal(waiting.pending, 1);
    waiting.interrupt();
    assert.equal(waiting.pending, 0);
    assert.equal(waiting.running, false);
    const tool = waiting.items.find((item) => item.kind === 'tool');
    assert.ok(tool?.state === 'cancelled' && !('approvalId' in tool));
    const problem = waiting.items.at(-1);
    assert.ok(problem?.kind === 'problem');
    assert.match(problem.detail, /no tool was running/);
    assert.deepEqual(problem.actions, ['retry']);
  });

  it('says that the outcome is unknown where a tool had started', async () => {
    core.approveAll();
    await core.turn('Add a file a.md with: x');
    const events = journal.read(core.sessionId);
    const cut = fold(events.slice(0, events.findIndex(({ type }) => type === 'tool.execution.started') + 1));
    cut.interrupt();
    const tool = cut.items.find((item) => item.kind === 'tool');
    assert.ok(tool?.state === 'unknown');
    assert.match(tool.note ?? '', /not run again/);
  });

  it('offers steps only for the last turn', async () => {
    core.send('Add a file a.md with: x');
    await core.next('hitl.approval.requested');
    const events = journal.read(core.sessionId);
    const started = events.find(({ type }) => type === 'agent.processing.started');
    assert.ok(started);
    const transcript = fold([...events, { ...started, correlationId: 'next' }]);
    assert.deepEqual(
      transcript.items.flatMap((item) => (item.kind === 'problem' ? [item.actions] : [])),
      [[]],
    );
  });
});
