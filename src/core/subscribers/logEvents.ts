import type { EventBus } from '../bus/EventBus.ts';
import type { Disposable } from '../bus/Disposable.ts';
import { isDurable, type RuntimeEvent } from '../../protocol/events.ts';
import type { ErrorInfo } from '../../protocol/errors.ts';
import type { Log } from '../ports/Log.ts';

/** Writes what happens to the log: errors in full, of everything else its type and ids. Nothing of what a conversation holds. */
export function logEvents(bus: EventBus, log: Log): Disposable {
  return bus.onAll((event) => {
    switch (event.type) {
      case 'agent.error.occurred':
        log.error(`${event.data.agent}: ${inWords(event.data.error)}`);
        break;
      case 'system.journal.failed':
        log.error(inWords(event.data.error));
        break;
      case 'llm.request.failed':
        if (!event.data.cancelled) log.warn(`Request to ${event.data.model} failed after ${Math.round(event.data.durationMs)} ms: ${inWords(event.data.error)}`);
        break;
      default:
        if (isDurable(event.type)) log.debug(line(event));
    }
  }, { priority: 2 });
}

function inWords({ code, message, status, origin }: ErrorInfo): string {
  return [code, origin, status === undefined ? undefined : `status ${status}`, message].filter((part) => part !== undefined).join(', ');
}

function line({ type, source, sessionId, seq, correlationId }: RuntimeEvent): string {
  return `${type} by ${source}${sessionId === undefined ? '' : `, session ${sessionId}`}, seq ${seq ?? '-'}, turn ${correlationId}`;
}
