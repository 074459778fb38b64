import type { EventData, EventOf, EventType } from '../../protocol/events.ts';
import type { EventBus } from './EventBus.ts';

/** Publishes the events of one turn: every one carries its session, its correlation id and its cause. */
export class TurnScope {
  readonly sessionId: string;
  readonly correlationId: string;
  readonly #bus: EventBus;
  readonly #causationId: string | undefined;

  constructor(options: { bus: EventBus; sessionId: string; correlationId: string; causationId?: string | undefined }) {
    this.#bus = options.bus;
    this.sessionId = options.sessionId;
    this.correlationId = options.correlationId;
    this.#causationId = options.causationId;
  }

  publish<T extends EventType>(source: string, type: T, data: EventData<T>): EventOf<T> {
    const { sessionId, correlationId } = this;
    return this.#bus.publish({ type, source, sessionId, correlationId, causationId: this.#causationId, data });
  }

  /** The same turn, with `event` as the cause of what follows. */
  causedBy(event: { eventId: string }): TurnScope {
    const { sessionId, correlationId } = this;
    return new TurnScope({ bus: this.#bus, sessionId, correlationId, causationId: event.eventId });
  }
}
