import type { Disposable } from '../../core/bus/Disposable.ts';
import type { EventBus } from '../../core/bus/EventBus.ts';
import type { Persistence } from '../../core/persistence/createPersistence.ts';
import type { ApiSession } from './agent-runtime.d.ts';
import type { ApiEvents } from './ApiEvents.ts';
import { redact } from './redact.ts';

/** Gives what the bus publishes to other extensions, after everyone here has seen it. Does nothing while nobody listens. */
export function publishEvents(bus: EventBus, events: Pick<ApiEvents, 'heard' | 'publish'>): Disposable {
  return bus.onAll((event) => {
    const redacted = events.heard ? redact(event) : undefined;
    if (redacted !== undefined) events.publish(redacted);
  });
}

/** The sessions that can be read, without their titles. Rejects where the list cannot be read. */
export async function apiSessions(persistence: Pick<Persistence, 'list'>): Promise<readonly ApiSession[]> {
  const { sessions } = await persistence.list();
  return Object.freeze(sessions.map(({ sessionId: id, createdAt, updatedAt, messageCount }) => Object.freeze({ id, createdAt, updatedAt, messageCount })));
}
