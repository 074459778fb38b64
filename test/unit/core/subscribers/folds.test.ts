import * as assert from 'node:assert/strict';
import { EventBus } from '../../../../src/core/bus/EventBus.ts';
import { emptyMetrics, foldMetrics } from '../../../../src/core/metrics/metrics.ts';
import { foldSessionMetrics, type SessionMetrics } from '../../../../src/core/metrics/sessionMetrics.ts';
import { argumentsHash } from '../../../../src/core/hitl/argumentsHash.ts';
import { auditEntry, auditedTypes } from '../../../../src/core/audit/auditEntry.ts';
import { SessionMetricsCollector } from '../../../../src/core/subscribers/SessionMetricsCollector.ts';
import { MemoryJournal } from '../../../support/MemoryStore.ts';
import { systemClock } from '../../../../src/vscode/adapters/systemClock.ts';
import { parseEvent, type EventData } from '../../../../src/protocol/events.ts';
import { uncommitted } from '../../../support/storage.ts';
import { MemoryLog } from '../../../support/ports.ts';
import { ScriptedModel, write } from '../../../support/ScriptedModel.ts';
import { TestCore } from '../../../support/TestCore.ts';

describe('Folds of the journal', () => {
  let core: TestCore;
  beforeEach(async () => {
    core = new TestCore(new ScriptedModel([write('a.md', 'secret x'), write('b.md', 'secret y'), { toolCalls: [{ name: 'read_file', arguments: '{' }] }, { text: 'Done.' }]));
    await core.open();
    core.decideAll(({ preview }) => ({ decision: preview.path === 'a.md' ? 'approve' : 'reject', feedback: preview.path === 'a.md' ? '' : 'secret words' }));
    await core.turn('write');
  });
  afterEach(() => core.dispose());

  it('metrics: replaying gives the same numbers', () => {
    const metrics = emptyMetrics();
    for (const event of core.store.events) foldMetrics(metrics, event);
    assert.deepEqual(metrics, core.core.metrics.metrics);
    assert.deepEqual(metrics.decisions, { approve: 1, reject: 1 });
    assert.deepEqual(metrics.tools, { write_file: { ok: 1, rejected: 1 }, read_file: { error: 1 } });
    assert.deepEqual(metrics.agentSwitches, { 'orchestrator → coder': 1 });
    assert.deepEqual(metrics.turns, { completed: 1 });
  });

  it('metrics: a turn is one turn, however many agents worked in it', () => {
    const metrics = emptyMetrics();
    const ends = [
      { agent: 'architect', success: true, outcome: 'handed_over', durationMs: 2, source: 'ArchitectAgent' },
      { agent: 'coder', success: true, outcome: 'completed', durationMs: 3, source: 'CoderAgent' },
      { agent: 'coder', success: true, outcome: 'completed', durationMs: 6, source: undefined },
    ] as const;
    for (const { source, ...data } of ends) foldMetrics(metrics, parseEvent({ ...uncommitted('s', 'agent.processing.completed', data, source) }));
    assert.deepEqual(metrics.turns, { completed: 1 });
    assert.deepEqual(metrics.turnDurations, { coder: { count: 1, total: 6, longest: 6 } });
    assert.deepEqual(metrics.parts, { architect: { handed_over: 1 }, coder: { completed: 1 } });
    assert.deepEqual(metrics.partDurations, { architect: { count: 1, total: 2, longest: 2 }, coder: { count: 1, total: 3, longest: 3 } });
  });

  it('session metrics: replaying gives the same numbers', () => {
    let metrics: SessionMetrics | undefined;
    for (const event of core.store.of(core.sessionId)) metrics = foldSessionMetrics(metrics, event);
    assert.deepEqual(metrics, core.core.sessionMetrics.get(core.sessionId));
    assert.equal(metrics?.requests, 5);
  });

  it('audit: replaying gives the same entries, and names no content', () => {
    const entries = core.store.of(core.sessionId).flatMap((event) => auditEntry(event) ?? []);
    assert.deepEqual(entries, [...core.store.audit.values()]);
    assert.ok(entries.every(({ type }) => (auditedTypes as readonly string[]).includes(type)));
    assert.doesNotMatch(JSON.stringify(entries), /secret/);
  });

  it('audit: tells what was asked, judged, decided and done, to which file, by which rule', () => {
    const told = [...core.store.audit.values()].filter(({ tool, callId }) => tool === 'write_file' || callId !== undefined).map(({ type, actor, object, outcome, source }) => [type, actor, object, outcome, source]);
    assert.deepEqual(told.slice(0, 7), [
      ['tool.execution.requested', undefined, 'a.md', 'requested', undefined],
      ['tool.approval.required', undefined, undefined, 'ask', undefined],
      ['hitl.verdict.given', 'coder', 'a.md', 'ask', 'preset'],
      ['hitl.approval.requested', 'coder', 'a.md', undefined, 'preset'],
      ['hitl.decision.made', 'test', undefined, 'approve', undefined],
      ['tool.execution.started', undefined, undefined, undefined, undefined],
      ['tool.execution.completed', undefined, undefined, 'ok', undefined],
    ]);
    const rejected = [...core.store.audit.values()].find(({ outcome }) => outcome === 'reject');
    assert.equal(rejected?.feedbackHash, argumentsHash('secret words'));
  });

  it('audit: rules, presets, settings, edits and undos are entries, those of the workspace without a session', async () => {
    const { policy, undo } = core.core;
    const rule = { tool: 'write_file', path: 'src/**', effect: 'allow' } as const;
    const ruleId = await policy.addRule({ scope: 'workspace', rule, sessionId: core.sessionId, actor: 'dialog' });
    await policy.removeRule({ scope: 'workspace', ruleId, rule, sessionId: undefined, actor: 'list' });
    await policy.addRule({ scope: 'session', rule, sessionId: core.sessionId, actor: 'dialog' });
    policy.choosePreset('trustEdits', 'chat');
    core.settings.set({ rules: [rule] });
    await undo.undo(core.sessionId, core.turnEnds()[0]?.correlationId ?? '');
    const edited = parseEvent(uncommitted('s', 'hitl.decision.made', { approvalId: 'a', callId: 'c', argumentsHash: 'h', decision: 'edit', feedback: '', actor: 'dialog', edited: { arguments: { content: 'secret' }, argumentsHash: 'h2' } }));
    const entries = [...core.store.audit.values(), ...[auditEntry(edited) ?? assert.fail()]].filter(({ type }) => !type.startsWith('tool.'));
    const told = entries.slice(-9).map(({ eventId, timestamp, correlationId, sessionId, undoId, of, ...entry }) => ({ ...entry, session: sessionId !== '', ids: [undoId, of].filter((id) => id !== undefined).length, known: [eventId, timestamp, correlationId].every((id) => id !== '') }));
    const json = JSON.stringify(rule);
    const at = { ids: 0, known: true };
    assert.deepEqual(told.slice(-8), [
      { ...at, type: 'hitl.rule.added', actor: 'dialog', scope: 'workspace', rule: json, session: false },
      { ...at, type: 'hitl.rule.removed', actor: 'list', scope: 'workspace', rule: json, session: false },
      { ...at, type: 'hitl.rule.added', actor: 'dialog', scope: 'session', rule: json, session: true },
      { ...at, type: 'hitl.preset.changed', actor: 'chat', preset: 'trustEdits', session: false },
      { ...at, type: 'hitl.settings.changed', outcome: 'on', rule: `[${json}]`, session: false },
      { ...at, type: 'session.undo.started', files: ['a.md'], session: true, ids: 2 },
      { ...at, type: 'session.undo.completed', files: ['a.md'], refused: [], session: true, ids: 2 },
      { ...at, type: 'hitl.decision.made', callId: 'c', approvalId: 'a', argumentsHash: 'h', actor: 'dialog', outcome: 'edit', editedHash: 'h2', session: true },
    ]);
  });

  it('audit: a question and its answer are entries, in other than the person’s words', () => {
    const asked: EventData<'hitl.question.asked'> = { questionId: 'q', kind: 'step_limit', agent: 'coder', question: 'Secret?', choices: ['Go on'], free: false };
    const answered: EventData<'hitl.question.answered'> = { questionId: 'q', messageId: 'm', answer: 'Secret', actor: 'chat' };
    const entries = [parseEvent(uncommitted('s', 'hitl.question.asked', asked)), parseEvent(uncommitted('s', 'hitl.question.answered', answered))].map(auditEntry);
    assert.deepEqual(
      entries.map((entry) => [entry?.questionId, entry?.actor, entry?.outcome]),
      [
        ['q', 'coder', 'step_limit'],
        ['q', 'chat', 'answered'],
      ],
    );
    assert.equal(entries[1]?.argumentsHash, argumentsHash('Secret'));
    assert.doesNotMatch(JSON.stringify(entries), /Secret/);
  });

  it('audit: an entry that the log did not take is there with the next one', async () => {
    const model = new ScriptedModel([write('c.md', 'z'), { text: 'Done.' }]);
    const other = new TestCore(model);
    await other.open();
    const add = other.store.audit.set.bind(other.store.audit);
    let failing = true;
    other.store.audit.set = (key, entry) => {
      if (failing) throw new Error('database is locked');
      return add(key, entry);
    };
    other.bus.on('hitl.decision.made', () => void (failing = false), { priority: 10 });
    other.approveAll();
    await other.turn('write');
    assert.deepEqual([...other.store.audit.keys()], other.store.of(other.sessionId).flatMap((event) => auditEntry(event)?.eventId ?? []));
    other.dispose();
  });

  it('metrics are bounded, whatever names models make up', () => {
    const metrics = emptyMetrics();
    const failed = core.of('tool.execution.failed')[0];
    assert.ok(failed);
    for (let name = 0; name < 1_000; name += 1) foldMetrics(metrics, { ...failed, data: { ...failed.data, tool: `tool${name}`, durationMs: 1 } });
    assert.ok(Object.keys(metrics.tools).length <= 101);
    assert.equal(Object.values(metrics.tools).flatMap((outcomes) => Object.values(outcomes)).reduce((sum, count) => sum + count, 0), 1_000);
  });

  it('session metrics are bounded: the oldest session is forgotten first', () => {
    const bus = new EventBus({ journal: new MemoryJournal(), clock: systemClock, log: new MemoryLog() });
    const collector = new SessionMetricsCollector({ bus });
    const request = (sessionId: string): void =>
      void bus.publish({ type: 'llm.request.started', source: 'test', sessionId, correlationId: 'c', data: { requestId: 'r', provider: 'p', model: 'm', messages: 1, tools: 0 } });
    for (let session = 0; session < 201; session += 1) {
      request(`s${session}`);
      request('kept');
    }
    assert.equal(collector.get('s0'), undefined);
    assert.equal(collector.get('s200')?.requests, 1);
    assert.equal(collector.get('kept')?.requests, 201);
  });
});
