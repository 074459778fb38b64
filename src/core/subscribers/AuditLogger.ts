import type { EventBus } from '../bus/EventBus.ts';
import type { Disposable } from '../bus/Disposable.ts';
import { argumentsHash } from '../hitl/argumentsHash.ts';
import type { EventType, RuntimeEvent } from '../../protocol/events.ts';
import type { AuditEntry, AuditLog } from '../ports/AuditLog.ts';
import type { Log } from '../ports/Log.ts';
import { yieldToHost } from '../yieldToHost.ts';

/** Entries that wait while the database does not answer; the journal has the older ones. */
const MOST_PENDING = 1_000;
/** Entries in one transaction. */
const CHUNK = 100;

/** The events that the audit log keeps. */
export const auditedTypes: readonly EventType[] = [
  'tool.approval.required',
  'hitl.approval.requested',
  'hitl.approval.shown',
  'hitl.decision.made',
  'hitl.timeout.occurred',
  'hitl.question.asked',
  'hitl.question.answered',
  'tool.execution.started',
  'tool.execution.completed',
  'tool.execution.failed',
  'session.deleted',
  'session.restored',
];

export function isAudited({ type }: RuntimeEvent): boolean {
  return auditedTypes.includes(type);
}

/** What the audit log keeps of an event: who, what, how it ended; hashes and ids in place of content. */
export function auditEntry(event: RuntimeEvent): AuditEntry | undefined {
  const { eventId, sessionId, type, timestamp, correlationId } = event;
  if (sessionId === undefined) return undefined;
  const entry = { eventId, sessionId, type, timestamp, correlationId };
  switch (event.type) {
    case 'tool.approval.required': {
      const { callId, tool } = event.data;
      return { ...entry, callId, tool, outcome: 'ask' };
    }
    case 'hitl.approval.requested': {
      const { callId, tool, approvalId, argumentsHash, agent: actor } = event.data;
      return { ...entry, callId, tool, approvalId, argumentsHash, actor };
    }
    case 'hitl.approval.shown': {
      const { callId, approvalId, surface: actor } = event.data;
      return { ...entry, callId, approvalId, actor };
    }
    case 'hitl.decision.made': {
      const { callId, approvalId, argumentsHash, actor, decision: outcome } = event.data;
      return { ...entry, callId, approvalId, argumentsHash, actor, outcome };
    }
    case 'hitl.timeout.occurred': {
      const { callId, approvalId, argumentsHash } = event.data;
      return { ...entry, callId, approvalId, argumentsHash, outcome: 'expired' };
    }
    case 'tool.execution.started': {
      const { callId, tool, argumentsHash } = event.data;
      return { ...entry, callId, tool, argumentsHash };
    }
    case 'tool.execution.completed':
    case 'tool.execution.failed': {
      const { callId, tool } = event.data;
      return { ...entry, callId, tool, outcome: event.type === 'tool.execution.failed' ? event.data.outcome : 'ok' };
    }
    case 'session.deleted':
    case 'session.restored':
      return entry;
    default:
      return questionEntry(event, entry);
  }
}

function questionEntry(event: RuntimeEvent, entry: AuditEntry): AuditEntry | undefined {
  if (event.type === 'hitl.question.asked') {
    const { questionId, callId, agent: actor, kind: outcome } = event.data;
    return { ...entry, questionId, ...(callId === undefined ? {} : { callId }), actor, outcome };
  }
  if (event.type === 'hitl.question.answered') {
    const { questionId, answer, actor } = event.data;
    return { ...entry, questionId, argumentsHash: argumentsHash(answer), actor, outcome: 'answered' };
  }
  return undefined;
}

/** Writes the critical events to the audit log, which outlives their session. */
export class AuditLogger implements Disposable {
  readonly #audit: AuditLog;
  readonly #log: Log;
  readonly #subscription: Disposable;
  #pending: AuditEntry[] = [];

  constructor(dependencies: { bus: EventBus; audit: AuditLog; log: Log }) {
    this.#audit = dependencies.audit;
    this.#log = dependencies.log;
    this.#subscription = dependencies.bus.onAll((event) => this.#take(event), { priority: 5 });
  }

  /** Adds what a host that was killed had not got to. `pages`: a session's events of {@link auditedTypes}. Rejects where the database does not answer. */
  async catchUp(pages: AsyncIterable<readonly RuntimeEvent[]>): Promise<void> {
    for await (const events of pages) {
      for (let first = 0; first < events.length; first += CHUNK) {
        this.#audit.add(events.slice(first, first + CHUNK).flatMap((event) => auditEntry(event) ?? []));
        await yieldToHost();
      }
    }
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  #take(event: RuntimeEvent): void {
    const entry = auditEntry(event);
    if (entry === undefined) return;
    this.#pending.push(entry);
    try {
      this.#audit.add(this.#pending);
      this.#pending = [];
    } catch (error) {
      this.#pending = this.#pending.slice(-MOST_PENDING);
      this.#log.warn(`The audit log did not take ${event.type}; it is tried again with the next entry: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
