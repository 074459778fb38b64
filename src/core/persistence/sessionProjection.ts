import type { RuntimeEvent } from '../../protocol/events.ts';
import type { MessageRow, ProjectedSession, Projections, SessionRow } from '../ports/Projections.ts';
import type { Projection } from './Projector.ts';

const EXCERPT_LENGTH = 200;

/** The tables `sessions` and `messages`. */
export function sessionProjection(projections: Projections): Projection<SessionRow, ProjectedSession> {
  return {
    table: 'sessions',
    types: ['session.created', 'session.updated', 'session.message.added'],
    read: (sessionId) => projections.session(sessionId),
    write: (changes) => projections.writeSessions(changes),
    lagging: () => projections.lagging('sessions'),
    fold: (sessionId, before, events, seq) => {
      const messages: MessageRow[] = [];
      let row = before;
      for (const event of events) {
        row = foldRow(sessionId, row, event);
        const message = messageRow(event);
        if (message !== undefined) messages.push(message);
      }
      return row === undefined ? undefined : { seq, row, messages };
    },
  };
}

/** Where the beginning of a session cannot be read any more, its row begins with what can. */
function foldRow(sessionId: string, before: SessionRow | undefined, event: RuntimeEvent): SessionRow {
  const { timestamp } = event;
  const row = before ?? { sessionId, title: '', createdAt: timestamp, updatedAt: timestamp, messageCount: 0 };
  switch (event.type) {
    case 'session.created':
    case 'session.updated':
      return { ...row, title: event.data.title, updatedAt: timestamp };
    case 'session.message.added':
      return { ...row, messageCount: row.messageCount + 1, updatedAt: timestamp };
    default:
      return row;
  }
}

function messageRow(event: RuntimeEvent): MessageRow | undefined {
  if (event.type !== 'session.message.added' || event.seq === undefined) return undefined;
  const { id, role, content } = event.data.message;
  return { messageId: id, seq: event.seq, role, timestamp: event.timestamp, excerpt: content.slice(0, EXCERPT_LENGTH) };
}
