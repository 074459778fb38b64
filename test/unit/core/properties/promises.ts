import * as assert from 'node:assert/strict';
import { isTurnEvent } from '../../../../src/core/sessions/turnEvents.ts';
import type { EventOf, EventType, RuntimeEvent } from '../../../../src/protocol/events.ts';
import type { ToolCall } from '../../../../src/protocol/messages.ts';
import { allowedIsWhatThePersonSaid, approvedIsByThePerson } from './permissions.ts';
import type { World } from '../../../support/World.ts';
import type { Commit } from '../../../support/WorldHost.ts';

/** What must hold of all that was ever committed, erased sessions included. Each throws where it was broken. */
export const promisesOfHistory: Record<string, (world: World) => void> = {
  oneTurnAtATime,
  eventsOfATurnCarryItsId,
  everyCallHasOneResult,
  nothingStartsWithoutItsApproval,
  allowedIsWhatThePersonSaid,
  approvedIsByThePerson,
  nothingStartsAfterStop,
  noEffectWithoutAStart,
  journalIsGaplessAndOwned,
  acceptedIsKeptOnce,
  answersReachModels,
  writtenIsGivenInOrder,
  agentsPartsAreWhole,
  limitsHold,
  triesHold,
  decidedIsKeptOnce,
  modelsGetWholeConversations,
  refusalsHaveWords,
  handlersDoNotFail,
};

function is<T extends EventType>(event: RuntimeEvent, type: T): event is EventOf<T> {
  return event.type === type;
}

function bySession(world: World): Map<string, Commit[]> {
  const sessions = new Map<string, Commit[]>();
  for (const commit of world.commits) {
    const { sessionId } = commit.event;
    if (sessionId === undefined) continue;
    const commits = sessions.get(sessionId);
    if (commits === undefined) sessions.set(sessionId, [commit]);
    else commits.push(commit);
  }
  return sessions;
}

function ofEverySession(world: World, check: (commits: readonly Commit[]) => void): void {
  for (const commits of bySession(world).values()) check(commits);
}

/** Its begin, its resumptions and its end alternate as they should. */
function oneTurnAtATime(world: World): void {
  ofEverySession(world, (commits) => {
    let open: string | undefined;
    for (const { event } of commits) {
      if (is(event, 'session.message.added') && event.data.message.role === 'user') {
        assert.ok(open === undefined || open === event.correlationId, 'a message opened a turn while another was open');
        open = event.correlationId;
      } else if (is(event, 'agent.processing.started') && isTurnEvent(event)) {
        if (event.data.resumed === true) assert.equal(event.correlationId, open, 'a turn was resumed that is not the one that was open');
        else assert.ok(open === undefined || open === event.correlationId, 'a turn began while another was open');
        open = event.correlationId;
      } else if (is(event, 'agent.processing.completed') && isTurnEvent(event)) {
        assert.equal(event.correlationId, open, 'a turn ended that was not open');
        open = undefined;
      }
    }
  });
}

const partOfATurn = /^(agent\.(switched|error|plan)|llm\.|tool\.|hitl\.(?!rule|preset|settings))/;

function eventsOfATurnCarryItsId(world: World): void {
  ofEverySession(world, (commits) => {
    let open: string | undefined;
    for (const { event } of commits) {
      const agents = event.type.startsWith('agent.processing') && !isTurnEvent(event);
      if ((is(event, 'agent.processing.started') && !agents) || (is(event, 'session.message.added') && event.data.message.role === 'user')) open = event.correlationId;
      const chosen = is(event, 'agent.switched') && event.data.trigger === 'user';
      const member = agents || (partOfATurn.test(event.type) && !chosen) || (is(event, 'session.message.added') && event.data.message.role !== 'user');
      if (member) assert.equal(event.correlationId, open, `${event.type} belongs to no turn that is open`);
      if (is(event, 'agent.processing.completed') && !agents) open = undefined;
    }
  });
}

function everyCallHasOneResult(world: World): void {
  ofEverySession(world, (commits) => {
    const answers: string[][] = [];
    const results: string[] = [];
    for (const { event } of commits) {
      if (is(event, 'session.message.added')) {
        const { message } = event.data;
        if (message.role === 'assistant' && message.toolCalls.length > 0) answers.push(message.toolCalls.map(({ id }) => id));
        if (message.role !== 'tool') continue;
        assert.ok(!results.includes(message.callId), 'a call has two results');
        results.push(message.callId);
        assert.deepEqual(results, answers.flat().slice(0, results.length), 'results do not come in the order of the calls');
      } else if (is(event, 'agent.processing.completed') && isTurnEvent(event)) {
        assert.deepEqual(results, answers.flat(), 'a turn ended with calls that have no result');
      }
    }
    assert.equal(new Set(answers.flat()).size, answers.flat().length, 'two calls have the same id');
  });
}

function nothingStartsWithoutItsApproval(world: World): void {
  ofEverySession(world, (commits) => {
    /** By call: its latest question, and what became of it. */
    const questions = new Map<string, { approvalId: string; argumentsHash: string; approved: boolean; used: boolean }>();
    const verdicts = new Map<string, EventOf<'hitl.verdict.given'>['data']>();
    for (const { event } of commits) {
      if (is(event, 'hitl.approval.requested')) {
        const { callId, approvalId, argumentsHash } = event.data;
        questions.set(callId, { approvalId, argumentsHash, approved: false, used: false });
      } else if (is(event, 'hitl.decision.made')) {
        const question = questions.get(event.data.callId);
        assert.equal(question?.approvalId, event.data.approvalId, 'a decision about a question that does not hold any more');
        assert.equal(question.argumentsHash, event.data.argumentsHash, 'a decision about something else than was shown');
        question.approved = event.data.decision === 'approve';
      } else if (is(event, 'hitl.verdict.given')) {
        verdicts.set(event.data.callId, event.data);
      } else if (is(event, 'tool.execution.started') && event.data.tool === 'write_file') {
        const { callId, argumentsHash } = event.data;
        const verdict = verdicts.get(callId);
        assert.equal(verdict?.argumentsHash, argumentsHash, 'something else started than was judged');
        assert.notEqual(verdict.verdict, 'deny', 'a write started that is forbidden');
        verdicts.delete(callId);
        if (verdict.verdict === 'allow') continue;
        const question = questions.get(callId);
        assert.ok(question?.approved === true, 'a write started that nobody approved');
        assert.equal(question.argumentsHash, argumentsHash, 'something else started than was approved');
        assert.ok(!question.used, 'one approval started twice');
        question.used = true;
      }
    }
  });
}

/** Until the person goes on: with a message, or by Resume. */
function nothingStartsAfterStop(world: World): void {
  for (const { sessionId, after } of world.stops) {
    for (const { event } of world.commits.slice(after)) {
      if (event.sessionId !== sessionId) continue;
      if (event.type === 'agent.processing.started' && isTurnEvent(event)) break;
      assert.notEqual(event.type, 'tool.execution.started', 'a tool started after the turn was stopped');
    }
  }
}

/** Every content is of one call; ids are of one call within a session. */
function noEffectWithoutAStart(world: World): void {
  const calls = new Map<string, ToolCall & { key: string }>();
  const starts = new Map<string, number[]>();
  for (const [at, { event }] of world.commits.entries()) {
    const keyOf = (callId: string): string => `${event.sessionId ?? ''} ${callId}`;
    if (is(event, 'session.message.added') && event.data.message.role === 'assistant') {
      for (const call of event.data.message.toolCalls) calls.set(/content \d+/.exec(call.arguments)?.[0] ?? '', { ...call, key: keyOf(call.id) });
    } else if (is(event, 'hitl.decision.made') && event.data.edited !== undefined) {
      const edited = [...calls.values()].find(({ key }) => key === keyOf(event.data.callId));
      if (edited !== undefined) calls.set(String(event.data.edited.arguments['content']).trim(), edited);
    } else if (is(event, 'tool.execution.started')) {
      const key = keyOf(event.data.callId);
      starts.set(key, [...(starts.get(key) ?? []), at]);
    }
  }
  const seen = new Set<string>();
  for (const { content, path, after } of world.disk.effects) {
    const call = calls.get(content.trim());
    assert.ok(call !== undefined, 'a file was written that no model asked for');
    assert.ok(call.arguments.includes(path), 'another file was written than the model asked for');
    assert.ok(!seen.has(call.key), 'a call wrote twice');
    seen.add(call.key);
    const started = starts.get(call.key) ?? [];
    assert.equal(started.length, 1, 'a call that wrote did not start once');
    assert.ok((started[0] ?? Infinity) < after, 'a call wrote before its start was committed');
  }
}

/** From 1, each by the host that held the session's lease. An erased session stays erased. */
function journalIsGaplessAndOwned(world: World): void {
  ofEverySession(world, (commits) => {
    assert.equal(commits[0]?.event.type, 'session.created', 'a session does not begin with its creation');
    for (const [index, { event, host, holder }] of commits.entries()) {
      assert.equal(event.seq, index + 1, `${event.type} leaves a gap in its session`);
      assert.equal(holder, host, `${event.type} was written by a host that did not have the session`);
    }
  });
  for (const id of world.sessionIds) {
    const left = world.store.of(id);
    const all = world.commits.flatMap(({ event }) => (event.sessionId === id ? [event] : []));
    assert.deepEqual(left, all.slice(all.length - left.length), 'the journal is not what was committed');
    const whole = left.length === all.length || world.store.head(id)?.deleted !== false;
    assert.ok(whole, 'a session that is not deleted has lost events');
  }
}

/** As a message or as an answer once it was given to a model; until then in the queue, which the person may have taken it from. */
function acceptedIsKeptOnce(world: World): void {
  const kept = new Map<string, string[]>();
  const keep = (sessionId: string | undefined, messageId: string, how: string): void => {
    const key = `${sessionId ?? ''} ${messageId}`;
    kept.set(key, [...(kept.get(key) ?? []), how]);
  };
  for (const { event } of world.commits) {
    if (is(event, 'session.message.added')) keep(event.sessionId, event.data.message.id, 'given');
    if (is(event, 'hitl.question.answered')) keep(event.sessionId, event.data.messageId, 'given');
    if (is(event, 'session.message.queued')) keep(event.sessionId, event.data.messageId, 'queued');
    if (is(event, 'session.message.withdrawn')) keep(event.sessionId, event.data.messageId, 'withdrawn');
  }
  for (const { sessionId, messageId } of world.accepted) assert.ok(kept.has(`${sessionId} ${messageId}`), 'an accepted message is not kept');
  const ways = ['given', 'queued', 'queued given', 'queued withdrawn'];
  for (const [key, hows] of kept) assert.ok(ways.includes(hows.join(' ')), `the message ${key} is ${hows.join(' ')}`);
}

/** In the result of the call that asked. */
function answersReachModels(world: World): void {
  ofEverySession(world, (commits) => {
    const calls = new Map<string, string | undefined>();
    const answers = new Map<string | undefined, string>();
    for (const { event } of commits) {
      if (is(event, 'hitl.question.asked') && event.data.kind === 'followup') calls.set(event.data.questionId, event.data.callId);
      if (is(event, 'hitl.question.answered')) answers.set(calls.get(event.data.questionId), event.data.answer);
      if (!is(event, 'session.message.added') || event.data.message.role !== 'tool') continue;
      const { callId, content } = event.data.message;
      assert.ok(content.includes(answers.get(callId) ?? ''), 'a model is not told what the person answered');
    }
  });
}

/** What was not taken back. */
function writtenIsGivenInOrder(world: World): void {
  ofEverySession(world, (commits) => {
    let written: string[] = [];
    const given: string[] = [];
    for (const { event } of commits) {
      if (is(event, 'session.message.queued')) written.push(event.data.messageId);
      if (is(event, 'session.message.withdrawn')) written = written.filter((id) => id !== event.data.messageId);
      if (!is(event, 'session.message.added') || event.data.message.role !== 'user') continue;
      const { id } = event.data.message;
      given.push(id);
      if (!written.includes(id)) written.push(id);
      assert.deepEqual(given, written.slice(0, given.length), 'a model is given what was written in another order');
    }
  });
}

/** What an agent begins of a turn it ends, before another begins and before the turn ends. */
function agentsPartsAreWhole(world: World): void {
  ofEverySession(world, (commits) => {
    let open: string | undefined;
    for (const { event } of commits) {
      if (!is(event, 'agent.processing.started') && !is(event, 'agent.processing.completed')) continue;
      if (isTurnEvent(event)) {
        if (event.type === 'agent.processing.completed') assert.equal(open, undefined, 'a turn ended in the middle of an agent’s part');
      } else if (event.type === 'agent.processing.started') {
        assert.ok(open === undefined || (event.data.resumed === true && open === event.source), 'two agents work on one turn');
        open = event.source;
      } else {
        assert.equal(event.source, open, 'an agent ended what it had not begun');
        open = undefined;
      }
    }
  });
}

/** Models hand a turn over at most five times, and each question is answered once. */
function limitsHold(world: World): void {
  ofEverySession(world, (commits) => {
    const switches = new Map<string, number>();
    const answered = new Set<string>();
    for (const { event } of commits) {
      if (is(event, 'agent.switched') && event.data.trigger === 'handover') switches.set(event.correlationId, (switches.get(event.correlationId) ?? 0) + 1);
      if (!is(event, 'hitl.question.answered')) continue;
      assert.ok(!answered.has(event.data.questionId), 'a question was answered twice');
      answered.add(event.data.questionId);
    }
    for (const count of switches.values()) assert.ok(count <= 5, 'a turn changed hands more often than it may');
  });
}

/** A request ends once; it goes again only after it failed, and not more than four times in all. */
function triesHold(world: World): void {
  ofEverySession(world, (commits) => {
    const open = new Set<string>();
    const failed = new Set<string>();
    /** By turn: the try that comes. */
    const expected = new Map<string, number>();
    for (const { event } of commits) {
      if (is(event, 'llm.request.started')) {
        const { requestId, attempt } = event.data;
        assert.equal(attempt, expected.get(event.correlationId) ?? 1, 'a try is not the one that was told');
        expected.delete(event.correlationId);
        open.add(requestId);
      } else if (is(event, 'llm.request.completed') || is(event, 'llm.request.failed')) {
        assert.ok(open.delete(event.data.requestId), 'a request ended that was not open');
        if (event.type === 'llm.request.failed') failed.add(event.data.requestId);
      } else if (is(event, 'llm.retry.scheduled')) {
        const { requestId, attempt, attempts } = event.data;
        assert.ok(failed.delete(requestId), 'a request goes again that did not fail, or that goes already');
        assert.ok(attempt > 1 && attempt <= attempts && attempts === 4, 'there are more tries than there may be');
        expected.set(event.correlationId, attempt);
        // a turn that is stopped while it waits, or whose host ends, begins anew when it goes on
      } else if (is(event, 'agent.processing.started') || is(event, 'agent.processing.completed')) expected.delete(event.correlationId);
    }
  });
}

function decidedIsKeptOnce(world: World): void {
  const decisions: string[] = [];
  const endings = new Set<string>();
  for (const { event } of world.commits) {
    if (!is(event, 'hitl.decision.made') && !is(event, 'hitl.timeout.occurred')) continue;
    const { approvalId } = event.data;
    assert.ok(!endings.has(approvalId), 'an approval was decided twice');
    endings.add(approvalId);
    if (event.type === 'hitl.decision.made') decisions.push(approvalId);
  }
  assert.equal(new Set(world.decided).size, world.decided.length, 'two decisions were taken about one approval');
  for (const approvalId of world.decided) assert.ok(decisions.includes(approvalId), 'a decision that was taken is not kept');
}

/** Every call is followed by its one result: models refuse anything else. */
function modelsGetWholeConversations(world: World): void {
  for (const { model } of world.everyHost) {
    for (const { messages } of model.requests) {
      let open: string[] = [];
      for (const message of messages) {
        if (message.role === 'tool') {
          assert.equal(message.callId, open.shift(), 'a model gets a result that it did not ask for');
          continue;
        }
        assert.deepEqual(open, [], 'a model does not get the result of a call');
        open = message.role === 'assistant' ? message.toolCalls.map(({ id }) => id) : [];
      }
      assert.deepEqual(open, [], 'a model does not get the result of a call');
    }
  }
}

function refusalsHaveWords(world: World): void {
  assert.deepEqual(world.surprises, []);
}

function handlersDoNotFail(world: World): void {
  for (const { core, name } of world.everyHost) assert.equal(core.bus.statistics.total.failed, 0, `a handler of ${name} failed`);
}
