import * as assert from 'node:assert/strict';
import { foldContext, initialContext, isContextEvent } from '../../../../src/core/context/AgentContextManager.ts';
import { contextProjection } from '../../../../src/core/persistence/contextProjection.ts';
import { sessionProjection } from '../../../../src/core/persistence/sessionProjection.ts';
import { openCalls } from '../../../../src/core/orchestration/openCalls.ts';
import { openApproval } from '../../../../src/core/hitl/Approval.ts';
import { emptySession, foldSession, type SessionState } from '../../../../src/core/sessions/SessionState.ts';
import { auditEntry } from '../../../../src/core/audit/auditEntry.ts';
import { Transcript } from '../../../../src/core/transcript/Transcript.ts';
import type { OpenSession } from '../../../../src/core/sessions/OpenSessions.ts';
import { isTurnEvent } from '../../../../src/core/sessions/turnEvents.ts';
import type { RuntimeEvent } from '../../../../src/protocol/events.ts';
import type { World } from '../../../support/World.ts';
import { MemoryProjections, MemoryStore } from '../../../support/MemoryStore.ts';
import type { WorldHost } from '../../../support/WorldHost.ts';

function folded(id: string, events: readonly RuntimeEvent[]): SessionState {
  const session = emptySession(id);
  for (const event of events) foldSession(session, event);
  return session;
}

/** What a host has in memory of its sessions is what their journal says. */
export function stateIsTheFold(world: World): void {
  for (const host of world.living) {
    for (const [id, shown] of host.shown) {
      // another host's session is shown as it was when it was read
      if (shown.owned && world.store.leases.get(id) === host.name && world.store.head(id)?.deleted === false) sessionIsTheFold(world, host, shown);
    }
  }
}

function sessionIsTheFold(world: World, host: WorldHost, { id, session, transcript }: OpenSession): void {
  const events = world.store.of(id);
  const expected = folded(id, events);
  assert.deepEqual(session, expected, 'the session is not the fold of its journal');
  assert.equal(host.core.sessions.find(id), session, 'the session that is shown is not the one that changes');
  let context = initialContext;
  for (const event of events) if (isContextEvent(event)) context = foldContext(context, event);
  assert.deepEqual(host.core.contexts.get(id), context, 'the agent context is not the fold of the journal');
  if (host.failed.has(session) || transcript.items.some((item) => item.kind === 'answer' && item.state === 'streaming')) return;
  const fresh = new Transcript();
  for (const event of events) fresh.apply(event);
  if (!host.core.orchestrator.isRunning(id)) fresh.interrupt();
  assert.deepEqual(transcript.items, fresh.items, 'the transcript is not the fold of the journal');
}

/** The tables say what the journal says, once everything is saved. */
export function tablesAreTheFold(world: World, ids: readonly string[]): void {
  const { store } = world;
  const scratch = new MemoryProjections(new MemoryStore());
  for (const id of ids) {
    const events = store.of(id);
    const session = events.length === 0 ? undefined : sessionProjection(scratch).fold(id, undefined, events.filter(({ type }) => sessionProjection(scratch).types.includes(type)), 0);
    assert.deepEqual(store.sessions.get(id)?.row, session?.row, 'the table of sessions is not the fold of the journal');
    assert.deepEqual(store.messages.get(id) ?? [], session?.messages ?? [], 'the table of messages is not the fold of the journal');
    const context = events.length === 0 ? undefined : contextProjection(scratch).fold(id, undefined, events, 0);
    const row = store.contexts.get(id)?.row;
    // no row says the same as one that nothing happened in
    if (row !== undefined || (context?.row.switches.length ?? 0) > 0) assert.deepEqual(row, context?.row, 'the table of contexts is not the fold of the journal');
  }
}

/** The audit log has everything that was decided and done, of erased sessions too. */
export function auditIsTheFold(world: World, ids: readonly string[]): void {
  for (const id of ids) {
    const kept = [...world.store.audit.values()].filter(({ sessionId }) => sessionId === id).map(({ eventId }) => eventId);
    const expected = world.commits.flatMap(({ event }) => (event.sessionId === id ? (auditEntry(event)?.eventId ?? []) : []));
    assert.deepEqual(new Set(kept), new Set(expected), 'the audit log is not the fold of the journal');
    assert.equal(kept.length, expected.length, 'the audit log has an entry twice');
  }
  for (const { event } of world.commits) {
    const entry = world.store.audit.get(event.eventId);
    if (entry !== undefined) assert.deepEqual(entry, auditEntry(event));
  }
}

/** What hosts that ended have left in sessions that no living host has. */
export interface LeftOver {
  /** How many events were committed when it was noticed. */
  after: number;
  /** Questions whose call has no result; the file as it was when they were asked. Without a hash: the person edited it, and it was not asked as such yet. */
  waiting: { sessionId: string; callId: string; argumentsHash: string | undefined; file: string; fileVersion: number }[];
  /** Writes that had started, and have no result. */
  started: { sessionId: string; callId: string }[];
  /** Questions that are no approval, and whose turn and call are not over. */
  questions: { sessionId: string; questionId: string }[];
  /** Sessions whose turn is open, and that wait for nobody. */
  idle: string[];
}

export function leftOver(world: World): LeftOver {
  const left: LeftOver = { after: world.commits.length, waiting: [], started: [], questions: [], idle: [] };
  for (const sessionId of world.sessionIds) {
    if (world.store.head(sessionId)?.deleted !== false || world.store.leases.has(sessionId)) continue;
    const session = folded(sessionId, world.store.of(sessionId));
    const questions = waitingQuestions(world.store.of(sessionId));
    left.questions.push(...questions.map((questionId) => ({ sessionId, questionId })));
    const approvals = openCalls(session).some(({ id }) => openApproval(session.approvals, id) !== undefined);
    if (session.turn !== undefined && questions.length === 0 && !approvals) left.idle.push(sessionId);
    for (const { id: callId, name } of openCalls(session)) {
      if (name === 'write_file' && session.calls.get(callId) === 'started') left.started.push({ sessionId, callId });
      const approval = openApproval(session.approvals, callId);
      const asked = world.commits.findLast(({ event }) => event.type === 'hitl.approval.requested' && event.data.approvalId === approval?.approvalId);
      if (approval === undefined || asked?.event.type !== 'hitl.approval.requested') continue;
      const { preview } = asked.event.data;
      const argumentsHash = approval.stage === 'edited' ? undefined : approval.argumentsHash;
      left.waiting.push({ sessionId, callId, argumentsHash, file: preview.path, fileVersion: asked.fileVersion });
    }
  }
  return left;
}

function waitingQuestions(events: readonly RuntimeEvent[]): string[] {
  /** The call that each waits with, where it is one's. */
  const waiting = new Map<string, string | undefined>();
  for (const event of events) {
    if (event.type === 'hitl.question.asked') waiting.set(event.data.questionId, event.data.callId);
    else if (event.type === 'hitl.question.answered') waiting.delete(event.data.questionId);
    else if (event.type === 'agent.processing.completed' && isTurnEvent(event)) waiting.clear();
    else if (event.type === 'tool.execution.completed' || event.type === 'tool.execution.failed') {
      for (const [questionId, callId] of waiting) if (callId === event.data.callId) waiting.delete(questionId);
    }
  }
  return [...waiting.keys()];
}

/** After a recovery every such question is asked anew; where the file is as it was, about the same. What had started is not run again: it is told that nobody saw its end. */
export function leftOverIsTakenUp(world: World, { after, waiting, started, questions, idle }: LeftOver): void {
  const since = world.commits.slice(after).map(({ event }) => event);
  for (const { sessionId, callId, argumentsHash, file, fileVersion } of waiting) {
    const again = since.find((event) => event.sessionId === sessionId && event.type === 'hitl.approval.requested' && event.data.callId === callId);
    // what is forbidden by now is refused
    if (since.some((event) => event.sessionId === sessionId && event.type === 'hitl.verdict.given' && event.data.callId === callId && event.data.verdict === 'deny')) continue;
    assert.ok(again?.type === 'hitl.approval.requested', 'a question that waited was not asked again');
    if (argumentsHash !== undefined && world.disk.version(file) === fileVersion) assert.equal(again.data.argumentsHash, argumentsHash, 'something else was asked than before');
  }
  for (const { sessionId, questionId } of questions) {
    const again = since.some((event) => event.sessionId === sessionId && event.type === 'hitl.question.asked' && event.data.questionId === questionId);
    assert.ok(again, 'a question to the person was not asked again');
  }
  for (const sessionId of idle) {
    const begun = since.some((event) => event.sessionId === sessionId && event.type === 'agent.processing.started');
    assert.ok(!begun, 'a turn that waits for nobody went on by itself');
  }
  for (const { sessionId, callId } of started) {
    const ends = since.flatMap((event) => (event.sessionId === sessionId && event.type === 'tool.execution.failed' && event.data.callId === callId ? [event.data.outcome] : []));
    assert.deepEqual(ends, ['unknown'], 'nobody was told that the end of a write is unknown');
  }
}

/** A host that shows nothing and runs nothing keeps nothing. */
export function nothingIsKept(world: World, host: WorldHost): void {
  const { core, clock } = host;
  for (const id of world.sessionIds) {
    assert.ok(!core.orchestrator.isRunning(id), 'a turn runs that nobody can see');
    assert.equal(core.sessions.find(id), undefined, 'a session is kept in memory');
    assert.equal(core.contexts.get(id), initialContext, 'the context of a session is kept in memory');
    let kept = false;
    const listening = core.transcripts.onChange(id, () => (kept = true));
    core.bus.publish({ type: 'llm.text.delta', source: 'LLMStreamService', sessionId: id, correlationId: id, data: { messageId: 'probe', agent: 'coder', text: 'probe' } });
    listening.dispose();
    assert.ok(!kept, 'the transcript of a session is kept in memory');
    assert.notEqual(world.store.leases.get(id), host.name, 'a session is kept from other hosts');
  }
  assert.equal(core.bus.statistics.subscriptions, host.subscriptions, 'subscriptions are left');
  assert.equal(clock.timers, host.timers, 'timers are left');
}
