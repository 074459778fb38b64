import type { RuntimeEvent } from '../../protocol/events.ts';
import type { Message } from '../../protocol/messages.ts';

export type CallProgress = 'requested' | 'started' | 'ended';

/** A session as its events tell it. */
export interface SessionState {
  readonly id: string;
  title: string;
  messages: Message[];
  /** How far each tool call got, by call id. */
  calls: Map<string, CallProgress>;
  /** Ids of all messages: one that is sent twice is taken once. */
  messageIds: Set<string>;
}

export function emptySession(id: string): SessionState {
  return { id, title: '', messages: [], calls: new Map(), messageIds: new Set() };
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
      break;
    case 'tool.execution.requested':
      state.calls.set(event.data.callId, 'requested');
      break;
    case 'tool.execution.started':
      state.calls.set(event.data.callId, 'started');
      break;
    case 'tool.execution.completed':
    case 'tool.execution.failed':
      state.calls.set(event.data.callId, 'ended');
      break;
    default:
      break;
  }
}
