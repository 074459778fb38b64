import * as assert from 'node:assert/strict';
import { OfflineModel } from '../../../../src/llm/OfflineModel.ts';
import { isTurnEvent } from '../../../../src/core/sessions/turnEvents.ts';
import type { RuntimeEvent } from '../../../../src/protocol/events.ts';
import type { ChatItem } from '../../../../src/protocol/webview.ts';
import { fold, show, Story } from '../../../support/Story.ts';
import { TestCore } from '../../../support/TestCore.ts';

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
    const completed = events.find((event) => event.type === 'agent.processing.completed' && isTurnEvent(event));
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

describe('A transcript of several agents', () => {
  let story: Story;
  beforeEach(() => {
    story = new Story();
    story.says('do it');
    story.begins();
  });

  it('takes an agent’s part of a turn for no turn of its own', () => {
    story.tell('agent.processing.started', { agent: 'architect' }, 'ArchitectAgent');
    story.tell('agent.processing.completed', { agent: 'architect', success: true, outcome: 'handed_over', durationMs: 1 }, 'ArchitectAgent');
    story.tell('agent.switched', { from: 'architect', to: 'coder', reason: 'writes code', trigger: 'handover' });
    story.tell('agent.processing.started', { agent: 'coder' }, 'CoderAgent');
    story.tell('agent.processing.completed', { agent: 'coder', success: true, outcome: 'completed', durationMs: 1 }, 'CoderAgent');
    assert.equal(story.transcript.running, true);
    assert.deepEqual(story.kinds, ['user', 'route']);
    story.ends();
    assert.equal(story.transcript.running, false);
    assert.deepEqual(story.kinds, ['user', 'route', 'turnEnd']);
  });

  it('shows no confidence where nobody guessed', () => {
    story.tell('agent.switched', { from: 'orchestrator', to: 'ask', reason: 'you chose it', trigger: 'user' });
    const route = story.items.find(({ kind }) => kind === 'route');
    assert.ok(route !== undefined && !('confidence' in route));
  });

  it('adds a queued message that is delivered to the turn that runs', () => {
    story.calls('read_file', { path: 'a' });
    story.says('and the tests', 'queued');
    assert.equal(story.transcript.running, true);
    assert.deepEqual(story.kinds, ['user', 'tool requested', 'user']);
    story.correlationId = 'turn 2';
    story.says('next');
    assert.deepEqual(story.kinds, ['user', 'tool cancelled', 'user', 'user', 'problem']);
  });

  it('has the plan as it was told last, until the person opens a turn', () => {
    const { transcript } = story;
    story.tell('agent.plan.updated', { agent: 'coder', steps: [{ title: 'a', status: 'in_progress' }] });
    story.tell('agent.plan.updated', { agent: 'coder', steps: [{ title: 'a', status: 'completed' }, { title: 'b', status: 'pending' }] });
    assert.deepEqual(transcript.plan.map(({ title, status }) => `${title} ${status}`), ['a completed', 'b pending']);
    story.says('and the tests', 'queued');
    assert.equal(transcript.plan.length, 2);
    story.ends();
    assert.equal(transcript.plan.length, 2);
    story.correlationId = 'turn 2';
    story.says('something else');
    assert.deepEqual(transcript.plan, []);
    assert.equal(story.items.length, 4);
  });

  it('keeps the plan of a turn that goes on, and drops it where a queued message opens the next one', () => {
    const { transcript } = story;
    story.begins();
    story.tell('agent.plan.updated', { agent: 'coder', steps: [{ title: 'a', status: 'pending' }] });
    story.interrupt();
    story.begins(true);
    story.says('queued meanwhile');
    assert.equal(transcript.plan.length, 1);
    story.ends('stopped');
    story.correlationId = 'turn 2';
    story.begins();
    // tried again, without a word
    assert.equal(transcript.plan.length, 1);
    story.calls('read_file', {});
    story.says('meanwhile');
    assert.equal(transcript.plan.length, 1);
    story.ends('stopped');
    story.correlationId = 'turn 3';
    story.begins();
    story.says('queued after Stop');
    assert.deepEqual(transcript.plan, []);
  });
});

describe('A turn in the transcript', () => {
  let story: Story;
  beforeEach(() => {
    story = new Story();
    story.says('do it');
    story.begins();
  });

  const actions = (): string[][] => story.transcript.items.flatMap((item) => (item.kind === 'problem' ? [[...item.actions]] : []));
  const fails = (): void => {
    story.tell('agent.error.occurred', { agent: 'coder', error: { code: 'model_unreachable', message: 'No network' } });
    story.tell('agent.processing.completed', { agent: 'coder', success: false, outcome: 'failed', durationMs: 5 });
  };

  it('offers no steps for an earlier one as soon as the person writes', () => {
    fails();
    assert.notDeepEqual(actions(), [[]]);
    story.correlationId = 'turn 2';
    story.says('again');
    assert.deepEqual(actions(), [[]]);
  });

  it('cannot be resumed once the person has gone on without it', () => {
    story.interrupt();
    assert.deepEqual(actions(), [['resume']]);
    story.ends('interrupted');
    assert.deepEqual(actions(), [[]]);
  });

  it('was interrupted also where VS Code closed before it began', () => {
    story = new Story();
    story.says('do it');
    story.begins(true);
    assert.deepEqual(story.kinds, ['user', 'problem']);
  });

  it('asks nothing any more when it is over', () => {
    story.asks('q');
    story.ends('stopped');
    assert.deepEqual(story.kinds, ['user', 'question withdrawn', 'turnEnd']);
  });

  it('leaves nothing open where it could not be saved', () => {
    story.tell('llm.text.delta', { messageId: 'a', agent: 'coder', text: 'Half' });
    story.calls('read_file', { path: 'a' });
    story.asks('q');
    story.tell('system.journal.failed', { error: { code: 'journal_write', message: 'The disk is full' } });
    assert.equal(story.transcript.running, false);
    assert.deepEqual(
      story.transcript.items.map((item) => ('state' in item ? `${item.kind} ${item.state}` : item.kind)),
      ['user', 'answer interrupted', 'tool cancelled', 'question withdrawn', 'problem'],
    );
  });

  it('says what it used, where that is known', () => {
    story.tell('agent.processing.completed', { agent: 'coder', success: true, outcome: 'completed', durationMs: 5, inputTokens: 10, outputTokens: 1 });
    const end = story.items.at(-1);
    assert.deepEqual(end?.kind === 'turnEnd' ? [end.durationMs, end.usage] : undefined, [5, { inputTokens: 10, outputTokens: 1, estimated: false }]);
  });
});
