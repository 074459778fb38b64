import * as z from 'zod';
import { DiffView } from './diff.ts';
import { ErrorInfo } from './errors.ts';
import { Message, ToolOutcomeKind } from './messages.ts';

/** The version of the envelope and of every `data`; a change that old readers cannot take raises it. */
export const EVENT_VERSION = 1;

export const Category = z.enum(['agent', 'session', 'tool', 'hitl', 'llm', 'system', 'database', 'metrics']);
export type Category = z.infer<typeof Category>;

const envelope = () => ({
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
});

const count = () => z.number().int().nonnegative();
const milliseconds = () => z.number().nonnegative();
const call = () => ({ callId: z.string(), tool: z.string() });

/** The `data` of every event that is published. A schema is built when its first event is: at start two of them are. */
const data = {
  'system.startup': () => ({ extensionVersion: z.string() }),
  'system.shutdown': () => ({}),
  /** A turn ended early because the journal took no more events. Transient, since nothing can be written. */
  'system.journal.failed': () => ({ error: ErrorInfo }),

  'session.created': () => ({ title: z.string() }),
  'session.updated': () => ({ title: z.string() }),
  'session.message.added': () => ({ message: Message }),

  'agent.registered': () => ({ agent: z.string(), tools: z.array(z.string()) }),
  'agent.processing.started': () => ({ agent: z.string() }),
  'agent.switched': () => ({
    from: z.string(),
    to: z.string(),
    reason: z.string(),
    confidence: z.enum(['high', 'medium', 'low']),
    trigger: z.enum(['user', 'orchestrator', 'handover']),
  }),
  'agent.processing.completed': () => ({
    agent: z.string(),
    success: z.boolean(),
    outcome: z.enum(['completed', 'stopped', 'failed']),
    durationMs: milliseconds(),
    inputTokens: count().optional(),
    outputTokens: count().optional(),
  }),
  'agent.error.occurred': () => ({ agent: z.string(), error: ErrorInfo }),

  'llm.request.started': () => ({ requestId: z.string(), provider: z.string(), model: z.string(), messages: count(), tools: count() }),
  /** A piece of the answer's text. Transient: the whole is in `session.message.added`. */
  'llm.text.delta': () => ({ messageId: z.string(), agent: z.string(), text: z.string() }),
  'llm.request.completed': () => ({
    requestId: z.string(),
    model: z.string(),
    finishReason: z.string(),
    inputTokens: count().optional(),
    outputTokens: count().optional(),
    durationMs: milliseconds(),
  }),
  'llm.request.failed': () => ({ requestId: z.string(), model: z.string(), error: ErrorInfo, cancelled: z.boolean(), durationMs: milliseconds() }),

  /** `object`: what the tool works on, for people: a path, or the raw arguments where they name none. */
  'tool.execution.requested': () => ({ ...call(), arguments: z.string(), object: z.string() }),
  'tool.approval.required': () => ({ ...call(), rule: z.string(), reason: z.string() }),
  'tool.execution.started': () => ({ ...call(), argumentsHash: z.string() }),
  'tool.execution.completed': () => ({ ...call(), durationMs: milliseconds(), resultLength: count() }),
  'tool.execution.failed': () => ({
    ...call(),
    outcome: ToolOutcomeKind.exclude(['ok']),
    /** For people: one sentence. */
    message: z.string(),
    durationMs: milliseconds().optional(),
  }),

  'hitl.approval.requested': () => ({
    ...call(),
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
  'hitl.decision.made': () => ({
    approvalId: z.string(),
    callId: z.string(),
    argumentsHash: z.string(),
    decision: z.enum(['approve', 'reject']),
    feedback: z.string(),
    actor: z.string(),
  }),
} satisfies Record<`${Category}.${string}`, () => z.ZodRawShape>;

type Data = typeof data;
type Envelope = z.infer<z.ZodObject<ReturnType<typeof envelope>, z.core.$strict>>;

export type EventType = keyof Data;
export type RuntimeEvent = {
  [T in EventType]: Envelope & { type: T; data: z.infer<z.ZodObject<ReturnType<Data[T]>, z.core.$strict>> };
}[EventType];
export type EventOf<T extends EventType> = Extract<RuntimeEvent, { type: T }>;
export type EventData<T extends EventType> = EventOf<T>['data'];

const schemas = new Map<string, z.ZodType>();

function schemaOf(type: EventType): z.ZodType {
  const known = schemas.get(type);
  if (known !== undefined) return known;
  const schema = z.strictObject({ ...envelope(), type: z.literal(type), data: z.strictObject(data[type]()) });
  schemas.set(type, schema);
  return schema;
}

function isEventType(type: string): type is EventType {
  return Object.hasOwn(data, type);
}

/** Validates an event. Throws a `ZodError`, or an `Error` for a type that is in no catalogue. */
export function parseEvent(value: { type: string; [field: string]: unknown }): RuntimeEvent {
  if (!isEventType(value.type)) throw new Error(`No event has the type ${value.type}`);
  return schemaOf(value.type).parse(value) as RuntimeEvent;
}

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
