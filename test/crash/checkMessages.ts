import type { EventOf, RuntimeEvent } from '../../src/protocol/events.ts';
import { isTurnEvent } from '../../src/core/sessions/turnEvents.ts';
import type { SessionState } from '../../src/core/sessions/SessionState.ts';
import type { Happened } from './protocol.ts';

/** What can be told of a message: a model was given it, also as an answer; it was queued; the person took it back. */
type Way = 'given' | 'queued' | 'withdrawn';

const allowed: ReadonlySet<string> = new Set(['given', 'queued', 'queued given', 'queued withdrawn']);

/** What is wrong with the messages and answers of one session. `session`: its events, folded. */
export function checkMessages(events: readonly RuntimeEvent[], session: SessionState): { lost: string[]; doubled: string[] } {
  const ways = new Map<string, Way[]>();
  const given: string[] = [];
  for (const event of events) {
    const [id, way] = wayOf(event) ?? [];
    if (id === undefined || way === undefined) continue;
    ways.set(id, [...(ways.get(id) ?? []), way]);
    if (event.type === 'session.message.added') given.push(id);
  }
  const written = [...ways].filter(([id, [first, then]]) => (first === 'queued' ? then !== 'withdrawn' : given.includes(id))).map(([id]) => id);
  const lost: string[] = [];
  if (given.some((id, index) => written[index] !== id)) lost.push(`the order in which ${session.id} was given what was written`);
  const waiting = written.slice(given.length);
  if (session.queue.map(({ messageId }) => messageId).join() !== waiting.join()) lost.push(`the queue of ${session.id}`);
  const doubled = [...ways].filter(([, way]) => !allowed.has(way.join(' '))).map(([id, way]) => `the message ${id} is ${way.join(' ')}`);
  return { lost: [...lost, ...answersThatGotLost(events)], doubled: [...doubled, ...askedTwice(events)] };
}

function wayOf(event: RuntimeEvent): [string, Way] | undefined {
  switch (event.type) {
    case 'session.message.added':
      return event.data.message.role === 'user' ? [event.data.message.id, 'given'] : undefined;
    case 'hitl.question.answered':
      return [event.data.messageId, 'given'];
    case 'session.message.queued':
      return [event.data.messageId, 'queued'];
    case 'session.message.withdrawn':
      return [event.data.messageId, 'withdrawn'];
    default:
      return undefined;
  }
}

/** What the person answered, the model reads in the result of the call that asked. */
function answersThatGotLost(events: readonly RuntimeEvent[]): string[] {
  const calls = new Map(followups(events).map(({ questionId, callId }) => [questionId, callId]));
  const results = new Map(events.flatMap((event) => (event.type === 'session.message.added' && event.data.message.role === 'tool' ? [[event.data.message.callId, event.data.message.content] as const] : [])));
  return events.flatMap((event) => {
    if (event.type !== 'hitl.question.answered') return [];
    const result = results.get(calls.get(event.data.questionId) ?? '');
    return result === undefined || result.includes(event.data.answer) ? [] : [`the model was not told the answer ${event.data.messageId}`];
  });
}

/** Questions that were answered more than once, or asked after they were; calls that asked two. */
function askedTwice(events: readonly RuntimeEvent[]): string[] {
  const answered = new Set<string>();
  const ofCalls = new Map<string, string>();
  const doubled: string[] = [];
  for (const event of events) {
    if (event.type === 'hitl.question.answered') {
      const { questionId } = event.data;
      if (answered.has(questionId)) doubled.push(`the question ${questionId} was answered twice`);
      answered.add(questionId);
    } else if (event.type === 'hitl.question.asked') {
      const { questionId, callId, kind } = event.data;
      if (answered.has(questionId)) doubled.push(`the question ${questionId} was asked after its answer`);
      if (callId === undefined || kind !== 'followup') continue;
      if ((ofCalls.get(callId) ?? questionId) !== questionId) doubled.push(`the call ${callId} asked two questions`);
      ofCalls.set(callId, questionId);
    }
  }
  return doubled;
}

function followups(events: readonly RuntimeEvent[]): EventOf<'hitl.question.asked'>['data'][] {
  return events.flatMap((event) => (event.type === 'hitl.question.asked' && event.data.kind === 'followup' ? [event.data] : []));
}

/** The ids of the questions that wait for the person when the host is gone: those of calls and turns that are not over. */
export function waitingQuestions(events: readonly RuntimeEvent[]): string[] {
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

export function countHappened(events: readonly RuntimeEvent[], happened: Happened): void {
  for (const event of events) {
    if (event.type === 'session.message.queued') happened.queued += 1;
    else if (event.type === 'session.message.withdrawn') happened.withdrawn += 1;
    else if (event.type === 'hitl.question.answered') happened.answered += 1;
    else if (event.type === 'hitl.question.asked') happened.asked += 1;
    else if (event.type === 'agent.switched' && event.data.trigger === 'handover') happened.handedOver += 1;
  }
}
