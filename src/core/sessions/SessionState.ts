import type { EventData, EventOf, RuntimeEvent } from '../../protocol/events.ts';
import type { Message } from '../../protocol/messages.ts';
import { foldApproval, type Approvals } from '../hitl/Approval.ts';
import { foldQuestion, type Questions } from '../hitl/Question.ts';
import { foldRule, type Rules } from '../hitl/Rules.ts';
import { foldRepetition, noRepetition, type Repetition } from './Repetition.ts';
import { isTurnEvent } from './turnEvents.ts';

export type CallProgress = 'requested' | 'started' | 'ended';

/** A turn whose end is not in the journal: it runs, or VS Code closed on it. */
export interface OpenTurn {
  correlationId: string;
  /** The person's message, or the event that it began or went on with. */
  startedEventId: string;
  /** Answers of models since it began, or since the person said that it goes on. */
  steps: number;
  /** How often a model gave it to another agent. */
  switches: number;
  /** The person chose an agent since a model was last asked. */
  chosen: boolean;
  /** The agent whose part of it is not over. */
  agent: string | undefined;
  repetition: Repetition;
}

/** A message that the person wrote while a turn ran, and that no model got yet. */
export interface QueuedText {
  messageId: string;
  text: string;
}

/** A session as its events tell it. */
export interface SessionState {
  readonly id: string;
  title: string;
  deleted: boolean;
  messages: Message[];
  /** Ids of all messages: one that is sent twice is taken once. */
  messageIds: Set<string>;
  /** How far each tool call got, by call id. */
  calls: Map<string, CallProgress>;
  /** How calls failed whose result no model got yet, by call id. */
  failures: Map<string, Pick<EventData<'tool.execution.failed'>, 'outcome' | 'message'>>;
  approvals: Approvals;
  questions: Questions;
  /** Of approvals, for this session alone. */
  rules: Rules;
  /** Files that the person put back, each time, and how many messages there were by then. */
  putBack: { messages: number; files: readonly string[] }[];
  /** In the order in which they were written. */
  queue: QueuedText[];
  turn: OpenTurn | undefined;
}

export function emptySession(id: string): SessionState {
  return { id, title: '', deleted: false, messages: [], messageIds: new Set(), calls: new Map(), failures: new Map(), approvals: new Map(), questions: new Map(), rules: new Map(), putBack: [], queue: [], turn: undefined };
}

/** Applies one event of the session. Folding its journal from the start gives the same state as living through it. */
export function foldSession(state: SessionState, event: RuntimeEvent): void {
  switch (event.type) {
    case 'session.created':
    case 'session.updated':
      state.title = event.data.title;
      break;
    case 'session.message.added':
      foldMessage(state, event);
      break;
    case 'session.message.queued':
    case 'session.message.withdrawn':
      foldQueue(state, event);
      break;
    case 'session.deleted':
    case 'session.restored':
      state.deleted = event.type === 'session.deleted';
      break;
    case 'agent.processing.started':
    case 'agent.processing.completed':
      foldProcessing(state, event);
      break;
    case 'session.undo.completed':
      if (event.data.restored.length > 0) state.putBack.push({ messages: state.messages.length, files: event.data.restored });
      break;
    case 'hitl.question.answered':
      foldAnswer(state, event);
      break;
    default:
      foldCall(state.calls, event);
      if (event.type === 'tool.execution.failed') state.failures.set(event.data.callId, { outcome: event.data.outcome, message: event.data.message });
      foldApproval(state.approvals, event);
      foldQuestion(state.questions, event);
      foldRule(state.rules, 'session', event);
      if (state.turn !== undefined) foldTurn(state.turn, event);
  }
}

function foldTurn(turn: OpenTurn, event: RuntimeEvent): void {
  // a summary asks a model, too, and takes no choice
  if (event.type === 'llm.request.started' && event.correlationId === turn.correlationId) turn.chosen = false;
  if (event.type === 'tool.execution.requested') foldRepetition(turn.repetition, event);
  if (event.type !== 'agent.switched') return;
  // what another agent called is not its own; a call that was counted stays so
  turn.repetition = { ...noRepetition(), byCall: turn.repetition.byCall };
  if (event.data.trigger === 'user') turn.chosen = true;
  else turn.switches += 1;
}

function foldQueue(state: SessionState, event: EventOf<'session.message.queued' | 'session.message.withdrawn'>): void {
  const { messageId } = event.data;
  if (event.type === 'session.message.withdrawn') dequeue(state, messageId);
  else state.queue.push(event.data);
  state.messageIds.add(messageId);
}

function foldMessage(state: SessionState, event: EventOf<'session.message.added'>): void {
  const { message } = event.data;
  state.messages.push(message);
  state.messageIds.add(message.id);
  if (message.role === 'assistant' && state.turn !== undefined) state.turn.steps += 1;
  if (message.role === 'tool') state.failures.delete(message.callId);
  if (message.role !== 'user') return;
  dequeue(state, message.id);
  // the turn is the person's from here on, whether or not VS Code came to begin it; what they queued is part of the one that runs
  if (state.turn?.correlationId !== event.correlationId) state.turn = openedBy(event);
}

function foldProcessing(state: SessionState, event: EventOf<'agent.processing.started' | 'agent.processing.completed'>): void {
  const { turn } = state;
  if (!isTurnEvent(event)) {
    if (turn !== undefined) turn.agent = event.type === 'agent.processing.started' ? event.data.agent : undefined;
  } else if (event.type === 'agent.processing.completed') {
    state.turn = undefined;
    state.questions.clear();
  } else {
    state.turn = turn?.correlationId === event.correlationId ? { ...turn, startedEventId: event.eventId } : openedBy(event);
  }
}

/** A person who says that the turn goes on is not asked the same again at once. */
function foldAnswer(state: SessionState, event: EventOf<'hitl.question.answered'>): void {
  const kind = state.questions.get(event.data.questionId)?.kind;
  state.messageIds.add(event.data.messageId);
  foldQuestion(state.questions, event);
  if (state.turn === undefined) return;
  if (kind === 'step_limit') state.turn.steps = 0;
  if (kind === 'repeated_call') state.turn.repetition = noRepetition();
}

function dequeue(state: SessionState, id: string): void {
  state.queue = state.queue.filter(({ messageId }) => messageId !== id);
}

function openedBy({ correlationId, eventId }: RuntimeEvent): OpenTurn {
  return { correlationId, startedEventId: eventId, steps: 0, switches: 0, chosen: false, agent: undefined, repetition: noRepetition() };
}

function foldCall(calls: Map<string, CallProgress>, event: RuntimeEvent): void {
  switch (event.type) {
    case 'tool.execution.requested':
      calls.set(event.data.callId, 'requested');
      break;
    case 'tool.execution.started':
      calls.set(event.data.callId, 'started');
      break;
    case 'tool.execution.completed':
    case 'tool.execution.failed':
      calls.set(event.data.callId, 'ended');
      break;
    default:
      break;
  }
}
