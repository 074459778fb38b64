import type { EventType } from '../../protocol/events.ts';
import { RuntimeError } from '../../protocol/RuntimeError.ts';

/** A middleware cancelled a durable event: nobody has seen it, and nothing that it announces may happen. */
export class EventCancelledError extends RuntimeError {
  constructor(type: EventType) {
    super({ code: 'event_cancelled', message: `A middleware cancelled ${type}` });
  }
}
