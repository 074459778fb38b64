import { isTurnEvent } from '../../src/core/sessions/turnEvents.ts';
import type { RuntimeEvent } from '../../src/protocol/events.ts';

/**
 * What may have no cause among a session's events, because the person did it:
 * - `session.created`, `session.deleted`, `session.restored`: they made, deleted or took back the session;
 * - `session.message.added` of theirs, and `session.message.queued` where no turn runs that it waits for: they wrote;
 * - `session.message.withdrawn`: they took back what they wrote;
 * - `agent.switched` by them: they chose an agent between two turns;
 * - `agent.processing.started` of a turn: they pressed Retry after a failure.
 */
export function isRoot(event: RuntimeEvent): boolean {
  switch (event.type) {
    case 'session.created':
    case 'session.deleted':
    case 'session.restored':
    case 'session.message.queued':
    case 'session.message.withdrawn':
      return true;
    case 'session.message.added':
      return event.data.message.role === 'user';
    case 'agent.switched':
      return event.data.trigger === 'user';
    case 'agent.processing.started':
      return isTurnEvent(event);
    default:
      return false;
  }
}

/**
 * What is wrong with the tree of one session's events, which are given in their order: every event is a root, or
 * was caused by an earlier one of the same session and the same correlation. So from every event a way leads to a root.
 */
export function orphans(events: readonly RuntimeEvent[]): string[] {
  const earlier = new Map<string, RuntimeEvent>();
  return events.flatMap((event) => {
    const problem = problemOf(event, earlier);
    earlier.set(event.eventId, event);
    return problem === undefined ? [] : [`${event.type} (seq ${event.seq ?? 'none'}) ${problem}`];
  });
}

function problemOf(event: RuntimeEvent, earlier: ReadonlyMap<string, RuntimeEvent>): string | undefined {
  const { causationId, correlationId, sessionId } = event;
  if (causationId === undefined) return isRoot(event) ? undefined : 'has no cause';
  const cause = earlier.get(causationId);
  if (cause === undefined) return 'has a cause that is not before it in the session';
  if (cause.sessionId !== sessionId) return `was caused by ${cause.type} of another session`;
  return cause.correlationId === correlationId ? undefined : `was caused by ${cause.type}, which has another correlation id`;
}
