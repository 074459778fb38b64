import * as z from 'zod';
import { DiffView } from './diff.ts';
import { ErrorInfo } from './errors.ts';
import { Message, ToolOutcomeKind } from './messages.ts';

/** The version of the envelope and of every `data`; a change that old readers cannot take raises it. */
export const EVENT_VERSION = 1;

export const Category = z.enum(['agent', 'session', 'tool', 'hitl', 'llm', 'system', 'database', 'metrics']);
export type Category = z.infer<typeof Category>;

const envelope = {
  eventId: z.string(),
  /** Durable events: gapless per session, from 1. Transient events carry none. */
  seq: z.number().int().positive().optional(),
  category: Category,
  /** ISO 8601, UTC. */
  timestamp: z.string(),
  sessionId: z.string().optional(),
  /** One per user turn, on every event that the turn causes. */
  correlationId: z.string(),
  /** The event that caused this one. */
  causationId: z.string().optional(),
  /** The component that published it. */
  source: z.string(),
  version: z.literal(EVENT_VERSION),
};

function event<T extends `${Category}.${string}`, D extends z.ZodRawShape>(type: T, data: D) {
  return z.strictObject({ ...envelope, type: z.literal(type), data: z.strictObject(data) });
}

const count = z.number().int().nonnegative();
const milliseconds = z.number().nonnegative();
const confidence = z.enum(['high', 'medium', 'low']);
const call = { callId: z.string(), tool: z.string() };

/** Every event that is published, by `type`. */
export const RuntimeEvent = z.discriminatedUnion('type', [
  event('system.startup', { extensionVersion: z.string() }),
  event('system.shutdown', {}),
  /** The journal took no more events: the turn stopped. Transient, since nothing can be written. */
  event('system.journal.failed', { error: ErrorInfo }),

  event('session.created', { title: z.string() }),
  event('session.updated', { title: z.string() }),
  event('session.message.added', { message: Message }),

  event('agent.registered', { agent: z.string(), tools: z.array(z.string()) }),
  event('agent.processing.started', { agent: z.string() }),
  event('agent.switched', {
    from: z.string(),
    to: z.string(),
    reason: z.string(),
    confidence,
    trigger: z.enum(['user', 'orchestrator', 'handover']),
  }),
  event('agent.processing.completed', {
    agent: z.string(),
    success: z.boolean(),
    outcome: z.enum(['completed', 'stopped', 'failed']),
    durationMs: milliseconds,
    inputTokens: count.optional(),
    outputTokens: count.optional(),
  }),
  event('agent.error.occurred', { agent: z.string(), error: ErrorInfo }),

  event('llm.request.started', { requestId: z.string(), provider: z.string(), model: z.string(), messages: count, tools: count }),
  /** A piece of the answer's text. Transient: the whole is in `session.message.added`. */
  event('llm.text.delta', { messageId: z.string(), agent: z.string(), text: z.string() }),
  event('llm.request.completed', {
    requestId: z.string(),
    model: z.string(),
    finishReason: z.string(),
    inputTokens: count.optional(),
    outputTokens: count.optional(),
    durationMs: milliseconds,
  }),
  event('llm.request.failed', { requestId: z.string(), model: z.string(), error: ErrorInfo, cancelled: z.boolean(), durationMs: milliseconds }),

  /** `object`: what the tool works on, for people: a path, or the raw arguments where they name none. */
  event('tool.execution.requested', { ...call, arguments: z.string(), object: z.string() }),
  event('tool.approval.required', { ...call, rule: z.string(), reason: z.string() }),
  event('tool.execution.started', { ...call, argumentsHash: z.string() }),
  event('tool.execution.completed', { ...call, durationMs: milliseconds, resultLength: count }),
  event('tool.execution.failed', {
    ...call,
    outcome: ToolOutcomeKind.exclude(['ok']),
    /** For people: one sentence. */
    message: z.string(),
    durationMs: milliseconds.optional(),
  }),

  event('hitl.approval.requested', {
    ...call,
    approvalId: z.string(),
    agent: z.string(),
    arguments: z.record(z.string(), z.unknown()),
    /** SHA-256 over the validated arguments and the content that the change was made from. */
    argumentsHash: z.string(),
    rule: z.string(),
    reason: z.string(),
    /** What the person was shown. */
    preview: z.strictObject({ path: z.string(), created: z.boolean(), diff: DiffView }),
  }),
  event('hitl.decision.made', {
    approvalId: z.string(),
    callId: z.string(),
    argumentsHash: z.string(),
    decision: z.enum(['approve', 'reject']),
    feedback: z.string(),
    actor: z.string(),
  }),
]);
export type RuntimeEvent = z.infer<typeof RuntimeEvent>;

export type EventType = RuntimeEvent['type'];
export type EventOf<T extends EventType> = Extract<RuntimeEvent, { type: T }>;
export type EventData<T extends EventType> = EventOf<T>['data'];

const transientTypes: ReadonlySet<EventType> = new Set<EventType>(['llm.text.delta', 'system.journal.failed']);
const syncedTypes: ReadonlySet<EventType> = new Set<EventType>(['hitl.decision.made', 'tool.execution.started']);

/** Durable events are committed to the journal before anyone sees them. */
export function isDurable(type: EventType): boolean {
  return !transientTypes.has(type);
}

/** Decisions and starts of tools must survive a power cut, not only a killed process. */
export function mustSurvivePowerCut(type: EventType): boolean {
  return syncedTypes.has(type);
}
