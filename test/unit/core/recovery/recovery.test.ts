import * as assert from 'node:assert/strict';
import { isTurnEvent } from '../../../../src/core/sessions/turnEvents.ts';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { LlmStream } from '../../../../src/core/ports/LlmStream.ts';
import type { EventData } from '../../../../src/protocol/events.ts';
import { MemoryStore } from '../../../support/MemoryStore.ts';
import { ManualClock } from '../../../support/ports.ts';
import { ScriptedModel, toCoder, write, type Answer } from '../../../support/ScriptedModel.ts';
import { TestCore } from '../../../support/TestCore.ts';

describe('Recovery', () => {
  let store: MemoryStore;
  let root: string;
  let cores: TestCore[];
  beforeEach(() => {
    store = new MemoryStore();
    root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'ar-recovery-')));
    cores = [];
  });
  afterEach(() => {
    for (const core of cores) core.dispose();
    fs.rmSync(root, { recursive: true });
  });

  const host = (...answers: Answer[]): TestCore & { model: ScriptedModel } => {
    const model = new ScriptedModel(answers);
    const core = Object.assign(new TestCore(model, { store, root, host: `host ${cores.length}` }), { model });
    cores.push(core);
    return core;
  };
  const approve = (core: TestCore, { approvalId, argumentsHash }: EventData<'hitl.approval.requested'>): string =>
    core.hitl.decide({ approvalId, argumentsHash, decision: 'approve', feedback: '', actor: 'test' });
  /** A host that is killed when the journal is to take an event of this type. */
  const killedAt = async (type: string): Promise<string> => {
    const first = host(write('a.md', 'x'));
    await first.open();
    first.journal.refuses = (event) => event.type === type;
    first.approveAll();
    first.send('write a.md');
    await first.next('system.journal.failed');
    first.crash();
    return first.sessionId;
  };
  const toolMessages = (): string[] =>
    store.events.flatMap((event) => (event.type === 'session.message.added' && event.data.message.role === 'tool' ? [event.data.message.content] : []));

  it('asks again what was not decided, and goes on with the turn from there', async () => {
    const first = host(write('a.md', 'x'));
    const { id } = await first.open();
    first.send('write a.md');
    const asked = await first.next('hitl.approval.requested');
    first.crash();

    const second = host({ text: 'Done.' });
    const again = second.next('hitl.approval.requested');
    const report = await second.core.recovery.run();
    const { data, correlationId } = await again;
    assert.deepEqual(report, { interrupted: [id], unknown: [], failed: [] });
    assert.equal(data.callId, asked.data.callId);
    assert.equal(data.argumentsHash, asked.data.argumentsHash);
    assert.equal(correlationId, asked.correlationId);
    assert.match(data.reason, /asked again: VS Code closed before you decided/);
    assert.equal(second.read('a.md'), undefined);
    assert.equal(approve(second, asked.data), 'already_decided');
    assert.equal(approve(second, data), 'decided');
    await second.orchestrator.idle();
    assert.deepEqual(second.workspace.written, [second.file('a.md')]);
    assert.equal(second.turnEnds()[0]?.data.outcome, 'completed');
    assert.equal(second.model.requests.length, 1);
    assert.equal(store.of(id).filter((event) => event.type === 'agent.processing.started' && isTurnEvent(event)).length, 2);
  });

  it('asks again what was approved and did not start, and says so', async () => {
    await killedAt('tool.execution.started');
    const second = host({ text: 'Done.' });
    const again = second.next('hitl.approval.requested');
    await second.core.recovery.run();
    const { data } = await again;
    assert.match(data.reason, /you approved this, and it did not run\. Nothing was changed/);
    assert.equal(second.read('a.md'), undefined);
    assert.equal(approve(second, data), 'decided');
    await second.orchestrator.idle();
    assert.deepEqual(second.workspace.written, [second.file('a.md')]);
  });

  it('never runs again what had started, and tells the person and the model that the outcome is unknown', async () => {
    const id = await killedAt('tool.execution.completed');
    assert.equal(fs.readFileSync(path.join(root, 'a.md'), 'utf8'), 'x');

    const second = host({ text: 'I will check.' });
    const report = await second.core.recovery.run();
    assert.deepEqual(report.unknown, [id]);
    assert.equal(second.of('hitl.approval.requested').length, 0);
    const { transcript } = await second.open(id);
    const tool = transcript.items.find((item) => item.kind === 'tool');
    assert.ok(tool?.state === 'unknown');
    const problem = transcript.items.at(-1);
    assert.ok(problem?.kind === 'problem');
    assert.match(problem.detail, /nobody saw its end\. It was not run again/);
    assert.deepEqual(problem.actions, ['resume']);
    second.orchestrator.resume(id);
    await second.orchestrator.idle();
    assert.deepEqual(second.workspace.written, []);
    assert.match(JSON.stringify(second.model.requests[0]?.messages.at(-1)), /nobody saw its end\. It was not run again/);
    assert.equal(toolMessages().length, 1);
  });

  it('tells the model where a result was lost', async () => {
    const first = host(write('a.md', 'x'));
    const { id } = await first.open();
    first.journal.refuses = (event) => event.type === 'session.message.added' && JSON.stringify(event).includes('"role":"tool"');
    first.approveAll();
    first.send('write a.md');
    await first.next('system.journal.failed');
    first.crash();
    const second = host({ text: 'I will check.' });
    await second.core.recovery.run();
    await second.open(id);
    second.orchestrator.resume(id);
    await second.orchestrator.idle();
    assert.deepEqual(toolMessages().map((content) => /its result/.test(content)), [true]);
    assert.deepEqual(second.workspace.written, []);
  });

  it('leaves a turn that waited for the model to the person, who resumes it', async () => {
    const model = new ScriptedModel(() => new Promise(() => undefined));
    const first = new TestCore(model, { store, root, host: 'first' });
    cores.push(first);
    const { id } = await first.open();
    const requested = first.next('llm.request.completed');
    first.send('hello');
    await requested;
    first.crash();

    const second = host({ text: 'Hello.' });
    const report = await second.core.recovery.run();
    assert.deepEqual(report.interrupted, [id]);
    const { transcript } = await second.open(id);
    assert.equal(transcript.running, false);
    assert.equal(second.model.requests.length, 0);
    second.orchestrator.resume(id);
    await second.orchestrator.idle();
    const last = store.events.findLast(({ type }) => type === 'session.message.added');
    assert.match(JSON.stringify(last), /Hello\./);
    assert.equal(new Set(store.of(id).slice(1).map(({ correlationId }) => correlationId)).size, 1);
  });

  it('offers to go on with a message whose turn had not begun', async () => {
    const id = await killedAt('agent.processing.started');
    const second = host({ text: 'Hello.' });
    assert.deepEqual((await second.core.recovery.run()).interrupted, [id]);
    const { transcript } = await second.open(id);
    assert.deepEqual(
      transcript.items.map((item) => (item.kind === 'problem' ? item.actions : item.kind)),
      ['user', ['resume']],
    );
    second.orchestrator.resume(id);
    await second.orchestrator.idle();
    assert.equal(second.turnEnds()[0]?.data.outcome, 'completed');
    assert.equal(store.of(id).filter((event) => event.type === 'session.message.added' && event.data.message.role === 'user').length, 1);
  });

  it('keeps what an agent was writing when VS Code ends, and leaves its turn open', async () => {
    const begun = Promise.withResolvers<undefined>();
    const model: LlmStream = {
      async *stream({ format }, signal) {
        if (format === 'json') yield* [{ type: 'text' as const, text: toCoder.text ?? '' }, { type: 'finish' as const, reason: 'stop' }];
        else {
          yield { type: 'text', text: 'Half an answer' };
          begun.resolve(undefined);
          await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
        }
      },
    };
    const first = new TestCore(model, { store, root, host: 'first' });
    cores.push(first);
    const { id } = await first.open();
    first.send('hello');
    await begun.promise;
    await first.orchestrator.suspend();
    first.crash();
    assert.equal(first.turnEnds().length, 0);

    const second = host({ text: 'The whole answer.' });
    const { transcript, session } = await second.open(id);
    const answer = transcript.items.find((item) => item.kind === 'answer');
    assert.deepEqual([answer?.markdown, answer?.state], ['Half an answer', 'interrupted']);
    assert.ok(session.turn);
    second.orchestrator.resume(id);
    await second.orchestrator.idle();
    assert.equal(second.turnEnds()[0]?.data.outcome, 'completed');
  });

  it('recovers late what another host had at the start', async () => {
    const clock = new ManualClock();
    const first = host(write('a.md', 'x'));
    const { id } = await first.open();
    first.send('write a.md');
    await first.next('hitl.approval.requested');
    const second = new TestCore(new ScriptedModel([{ text: 'Done.' }]), { store, root, host: 'second', clock });
    cores.push(second);
    assert.deepEqual((await second.core.recovery.run()).interrupted, []);
    clock.pass(10_000);
    assert.equal(second.of('hitl.approval.requested').length, 0);
    first.crash();
    const again = second.next('hitl.approval.requested');
    clock.pass(2_000);
    assert.equal((await again).sessionId, id);
    assert.equal(approve(second, (await again).data), 'decided');
    await second.orchestrator.idle();
    assert.deepEqual(second.workspace.written, [second.file('a.md')]);
  });

  it('closes an interrupted turn when the person goes on without it', async () => {
    const id = await killedAt('tool.execution.completed');
    const second = host({ text: 'Hello.' });
    await second.open(id);
    assert.equal(second.send('something else'), 'accepted');
    await second.orchestrator.idle();
    const outcomes = store.of(id).flatMap((event) => (event.type === 'agent.processing.completed' && isTurnEvent(event) ? [event.data.outcome] : []));
    assert.deepEqual(outcomes, ['interrupted', 'completed']);
    assert.equal(second.session.session.turn, undefined);
    assert.deepEqual(second.session.transcript.items.flatMap((item) => (item.kind === 'problem' ? [item.actions] : [])), [[]]);
  });

  it('shows the same from its journal as it showed while it happened', async () => {
    const id = await killedAt('tool.execution.started');
    const second = host({ text: 'Done.' });
    second.approveAll();
    const { transcript } = await second.open(id);
    await second.orchestrator.idle();
    const third = host();
    second.crash();
    assert.deepEqual((await third.open(id)).transcript.items, transcript.items);
    assert.deepEqual(third.session.session, second.session.session);
  });

  it('touches no session that another living host has', async () => {
    const first = host(write('a.md', 'x'), { text: 'Done.' });
    const { id } = await first.open();
    first.send('write a.md');
    const { data } = await first.next('hitl.approval.requested');
    const before = store.of(id).length;
    const second = host();
    assert.deepEqual(await second.core.recovery.run(), { interrupted: [], unknown: [], failed: [] });
    assert.equal(store.of(id).length, before);
    assert.equal(second.of('hitl.approval.requested').length, 0);
    assert.equal(approve(first, data), 'decided');
    await first.orchestrator.idle();
    assert.deepEqual(first.workspace.written, [first.file('a.md')]);
  });

  it('adds to the audit log what a host was killed before it noted', async () => {
    const first = host();
    const { id } = await first.open();
    await first.core.deletion.delete(id);
    first.core.deletion.restore(id);
    for (const [eventId, { type }] of store.audit) if (type === 'session.restored') store.audit.delete(eventId);
    first.crash();
    const second = host();
    await second.open(id);
    assert.deepEqual([...store.audit.values()].map(({ type }) => type), ['session.deleted', 'session.restored']);
  });

  it('adds to the audit log what it missed of what was decided for the workspace', async () => {
    const first = host();
    first.core.policy.choosePreset('readOnly', 'chat');
    first.core.policy.choosePreset('askAll', 'chat');
    const [missed = '', kept] = [...store.audit.keys()];
    store.audit.delete(missed);
    first.crash();
    await host().core.recovery.run();
    assert.deepEqual([...store.audit.values()].map(({ eventId, sessionId, preset }) => [eventId, sessionId, preset]), [[kept, '', 'askAll'], [missed, '', 'readOnly']]);
  });

  it('finishes an erasure that was interrupted, and keeps in the audit log who decided what', async () => {
    const first = host(write('a.md', 'secret content'), { text: 'Done.' });
    const { id } = await first.open();
    first.approveAll();
    await first.turn('write a.md');
    await first.core.deletion.delete(id);
    store.audit.clear();
    first.crash();
    const second = host();
    await second.core.recovery.run();
    assert.deepEqual(store.of(id), []);
    const kept = [...store.audit.values()];
    assert.deepEqual(
      kept.flatMap(({ type, actor, outcome }) => (type === 'hitl.decision.made' ? [{ actor, outcome }] : [])),
      [{ actor: 'test', outcome: 'approve' }],
    );
    assert.ok(kept.some(({ argumentsHash }) => argumentsHash !== undefined));
    assert.doesNotMatch(JSON.stringify(kept), /secret content/);
  });
});
