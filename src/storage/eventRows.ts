import { RuntimeError } from '../protocol/RuntimeError.ts';
import { parseEvent, type RuntimeEvent } from '../protocol/events.ts';
import { number, text, type Row } from './columns.ts';
import { decodePayload } from './payloads.ts';

/** The `session_id` of events without a session. */
export const NO_SESSION = '';

/** The event of a row. `blob` returns the text with a hash, or throws. Throws an error that names the row where it cannot be read. */
export function readEvent(row: Row, blob: (hash: string) => string): RuntimeEvent {
  try {
    return toEvent(row, (data) => decodePayload(data, blob));
  } catch (error) {
    throw new RuntimeError({ code: 'journal_read', message: `${nameOf(row)} cannot be read: ${error instanceof Error ? error.message : String(error)}` }, error);
  }
}

/** An event of schema version 1, whose payloads are plain JSON. Throws where it cannot be read. */
export function readEventOfVersion1(row: Row): RuntimeEvent {
  return toEvent(row, (data) => JSON.parse(data));
}

function toEvent(row: Row, decode: (data: string) => unknown): RuntimeEvent {
  const type = text(row, 'type');
  const sessionId = text(row, 'session_id');
  return parseEvent({
    eventId: text(row, 'event_id'),
    seq: number(row, 'seq'),
    type,
    category: type.slice(0, type.indexOf('.')),
    timestamp: text(row, 'timestamp'),
    ...(sessionId === NO_SESSION ? {} : { sessionId }),
    correlationId: text(row, 'correlation_id'),
    ...(row['causation_id'] === null ? {} : { causationId: text(row, 'causation_id') }),
    source: text(row, 'source'),
    version: number(row, 'version'),
    data: decode(text(row, 'data')),
  });
}

function nameOf(row: Row): string {
  try {
    return `The event ${number(row, 'seq')} (${text(row, 'type')}) of the session ${text(row, 'session_id') || 'without a name'}`;
  } catch {
    return 'An event';
  }
}
