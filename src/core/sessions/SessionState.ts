import type { RuntimeEvent } from '../../protocol/events.ts';
import type { Message } from '../../protocol/messages.ts';
import { foldApproval, type Approvals } from '../hitl/Approval.ts';

export type CallProgress = 'requested' | 'started' | 'ended';

/** A turn whose end is not in the journal: it runs, or VS Code closed on it. */
export interface OpenTurn {
  correlationId: string;
  /** The person's message, or the event that it began or went on with. */
  startedEventId: string;
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
  approvals: Approvals;
  turn: OpenTurn | undefined;
}

export function emptySession(id: string): SessionState {
  return { id, title: '', deleted: false, messages: [], messageIds: new Set(), calls: new Map(), approvals: new Map(), turn: undefined };
}

/** Applies one event of the session. Folding its journal from the start gives the same state as living through it. */
export function foldSession(state: SessionState, event: RuntimeEvent): void {
  switch (event.type) {
    case 'session.created':
    case 'session.updated':
      state.title = event.data.title;
      break;
    case 'session.message.added':
      state.messages.push(event.data.message);
      state.messageIds.add(event.data.message.id);
      // the turn is the person's from here on, whether or not VS Code came to begin it
      if (event.data.message.role === 'user') state.turn = openedBy(event);
      break;
    case 'session.deleted':
    case 'session.restored':
      state.deleted = event.type === 'session.deleted';
      break;
    case 'agent.processing.started':
      state.turn = openedBy(event);
      break;
    case 'agent.processing.completed':
      state.turn = undefined;
      break;
    default:
      foldCall(state.calls, event);
      foldApproval(state.approvals, event);
  }
}

function openedBy({ correlationId, eventId }: RuntimeEvent): OpenTurn {
  return { correlationId, startedEventId: eventId };
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
