import * as z from 'zod';
import { diffView } from './diff.ts';
import { errorInfo } from './errors.ts';
import { message, planStep, toolOutcomeKind } from './messages.ts';
import { policyRule, presets, ruleScopes, verdictSources } from './policy.ts';

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
/** `estimated`: from characters, since the model reported none. */
const tokens = () => ({ inputTokens: count().optional(), outputTokens: count().optional(), estimated: z.literal(true).exactOptional() });
const call = () => ({ callId: z.string(), tool: z.string() });

/**
 * One file of a change: its path relative to the workspace, its whole text before, and the SHA-256 of that after; `null`: there is no file.
 * `real`: where its path led when every link on it was followed, where that is another path.
 */
const fileChange = () => z.strictObject({ path: z.string(), real: z.string().exactOptional(), before: z.string().nullable(), after: z.string().nullable() });

interface Entry<S extends z.ZodRawShape> {
  /** The component that publishes it: the `source` of the envelope. */
  readonly publisher: string;
  /** Committed to the journal before anyone sees it; only then it carries a `seq`. */
  readonly durable: boolean;
  /** Must survive a power cut, not only a killed process. */
  readonly powerCut: boolean;
  readonly meaning: string;
  readonly data: () => S;
}

function durable<S extends z.ZodRawShape>(publisher: string, meaning: string, data: () => S): Entry<S> {
  return { publisher, meaning, data, durable: true, powerCut: false };
}

/** Durable, and written so that it survives a power cut. */
function synced<S extends z.ZodRawShape>(publisher: string, meaning: string, data: () => S): Entry<S> {
  return { publisher, meaning, data, durable: true, powerCut: true };
}

function transient<S extends z.ZodRawShape>(publisher: string, meaning: string, data: () => S): Entry<S> {
  return { publisher, meaning, data, durable: false, powerCut: false };
}

const APP = 'MainApplication';
const ORCHESTRATOR = 'MultiAgentOrchestrator';
const SESSIONS = 'SessionManager';
const STREAMS = 'LLMStreamService';
const CLIENT = 'LlmClient';
const TOOLS = 'ToolRegistry';
const HITL = 'HitlManager';
const POLICY = 'PolicyManager';
const UNDO = 'UndoManager';
const WRITERS = 'SessionManager, AgentContextManager';
/** Of a turn's begin and end: the orchestrator; of an agent's part of it: that agent. */
const TURNS_AND_AGENTS = 'MultiAgentOrchestrator, OrchestratorAgent, CoderAgent, ArchitectAgent, DebugAgent, AskAgent, UniversalAgent';

/** Every event that there is. A schema is built when its first event is: at start two of them are (docs/decisions/0005). */
const catalogue = {
  'system.startup': durable(APP, 'The runtime is up.', () => ({ extensionVersion: z.string() })),
  'system.shutdown': durable(APP, 'The runtime ends; its handlers are waited for.', () => ({})),
  'system.journal.failed': transient(ORCHESTRATOR, 'A turn ended early because the journal took no more events of its session.', () => ({ error: errorInfo() })),
  'system.background_task.started': transient(WRITERS, 'A background writer begins to write projections.', () => ({ task: z.string() })),
  'system.background_task.completed': transient(WRITERS, 'A background writer has written what had changed, or failed to.', () => ({
    task: z.string(),
    success: z.boolean(),
    written: count(),
    durationMs: milliseconds(),
  })),

  'session.created': durable(SESSIONS, 'A session exists.', () => ({ title: z.string() })),
  'session.updated': durable(SESSIONS, 'A session has another title.', () => ({ title: z.string() })),
  'session.message.added': durable(SESSIONS, 'A message of the person, the model or a tool is kept.', () => ({ message: message() })),
  'session.message.queued': durable(SESSIONS, 'The person wrote while a turn runs: the model gets it with its next step.', () => ({ messageId: z.string(), text: z.string() })),
  'session.message.withdrawn': durable(SESSIONS, 'The person took a queued message back.', () => ({ messageId: z.string() })),
  'session.deleted': durable(SESSIONS, 'The person deleted the session. It is erased when the time for undo is over.', () => ({})),
  'session.restored': durable(SESSIONS, 'The person took the deletion back.', () => ({})),

  'session.undo.started': synced(UNDO, 'The files that a turn changed are about to be put back; or those of an undo.', () => ({
    undoId: z.string(),
    /** The correlation id of the turn, or the id of the undo that is undone. */
    of: z.string(),
    files: z.array(fileChange()),
  })),
  'session.undo.completed': durable(UNDO, 'Files are put back, but for those that were refused.', () => ({
    undoId: z.string(),
    of: z.string(),
    restored: z.array(z.string()),
    refused: z.array(z.strictObject({ path: z.string(), reason: z.string() })),
  })),

  'agent.registered': durable('AgentRouter', 'An agent can be chosen.', () => ({ agent: z.string(), tools: z.array(z.string()) })),
  'agent.processing.started': durable(TURNS_AND_AGENTS, 'A turn begins, or an agent’s part of it; with `resumed`, it goes on after VS Code had closed on it.', () => ({
    agent: z.string(),
    resumed: z.boolean().optional(),
  })),
  'agent.switched': durable(ORCHESTRATOR, 'The session has another agent.', () => ({
    from: z.string(),
    to: z.string(),
    reason: z.string(),
    /** Of a route; a choice of the person and a hand-over have none. */
    confidence: z.enum(['high', 'medium', 'low']).optional(),
    trigger: z.enum(['user', 'orchestrator', 'handover']),
  })),
  'agent.processing.completed': durable(TURNS_AND_AGENTS, 'The turn is over, or an agent’s part of it.', () => ({
    agent: z.string(),
    success: z.boolean(),
    /** `interrupted`: VS Code closed on it, and the person went on without it. `handed_over`: of an agent’s part, another agent goes on. */
    outcome: z.enum(['completed', 'stopped', 'failed', 'interrupted', 'handed_over']),
    durationMs: milliseconds(),
    ...tokens(),
  })),
  'agent.plan.updated': durable(ORCHESTRATOR, 'An agent says what it will do, and how far it got.', () => ({ agent: z.string(), steps: z.array(planStep()) })),
  'agent.error.occurred': durable(ORCHESTRATOR, 'The turn failed.', () => ({ agent: z.string(), error: errorInfo() })),

  'llm.request.started': durable(CLIENT, 'A request goes to the model.', () => ({
    requestId: z.string(),
    provider: z.string(),
    model: z.string(),
    messages: count(),
    tools: count(),
    /** The how manieth try of the same request it is. */
    attempt: z.number().int().positive().exactOptional(),
  })),
  'llm.context.cut': durable(STREAMS, 'Old results of tools are left out of a request, or cut, since it would not fit the model’s window.', () => ({
    agent: z.string(),
    /** How many results the model gets without their text, or with a part of it. */
    results: count(),
    /** Of the model, in tokens. */
    window: count(),
    /** What the request would have been, and what it is; estimated. */
    tokensBefore: count(),
    tokensAfter: count(),
  })),
  'llm.reasoning.delta': transient(STREAMS, 'A piece of what the model thinks; the whole is in `session.message.added`.', () => ({
    messageId: z.string(),
    agent: z.string(),
    text: z.string(),
  })),
  'llm.text.delta': transient(STREAMS, 'A piece of the answer’s text; the whole is in `session.message.added`.', () => ({
    messageId: z.string(),
    agent: z.string(),
    text: z.string(),
  })),
  'llm.request.completed': durable(CLIENT, 'The model’s answer is whole.', () => ({
    requestId: z.string(),
    model: z.string(),
    finishReason: z.string(),
    ...tokens(),
    durationMs: milliseconds(),
  })),
  'llm.request.failed': durable(CLIENT, 'The request failed, or was cancelled.', () => ({
    requestId: z.string(),
    model: z.string(),
    error: errorInfo(),
    cancelled: z.boolean(),
    /** What it used until then, where the model had begun to answer. */
    ...tokens(),
    durationMs: milliseconds(),
  })),
  'llm.retry.scheduled': durable(CLIENT, 'The same request goes to the model again after a while: it failed before anything of the answer was shown.', () => ({
    /** Of the request that failed. */
    requestId: z.string(),
    /** The try that comes, of so many at most. */
    attempt: z.number().int().positive(),
    attempts: z.number().int().positive(),
    afterMs: milliseconds(),
    /** With `refusedParameter` it goes at once, without that parameter, and counts as no try. */
    error: errorInfo(),
  })),

  'tool.execution.requested': durable(STREAMS, 'The model wants a tool to run. `object`: what it works on, for people.', () => ({
    ...call(),
    arguments: z.string(),
    object: z.string(),
  })),
  'tool.approval.required': durable(STREAMS, 'The policy says that the person has to be asked.', () => ({ ...call(), rule: z.string(), reason: z.string() })),
  'tool.change.recorded': durable(TOOLS, 'What a tool is about to change, as it is before: so the turn can be undone.', () => ({
    ...call(),
    files: z.array(fileChange()),
    /** Of a change that no question showed. */
    diff: diffView().optional(),
  })),
  'tool.execution.started': synced(TOOLS, 'A tool is about to act.', () => ({ ...call(), argumentsHash: z.string() })),
  'tool.execution.completed': durable(TOOLS, 'A tool has done it.', () => ({ ...call(), durationMs: milliseconds(), resultLength: count() })),
  'tool.execution.failed': durable(TOOLS, 'A tool did not do it, or nobody saw whether it did (`unknown`).', () => ({
    ...call(),
    outcome: toolOutcomeKind().exclude(['ok']),
    /** For people: one sentence. */
    message: z.string(),
    durationMs: milliseconds().optional(),
  })),

  'hitl.verdict.given': durable(POLICY, 'Whether a call runs, is asked for or refused, and which rule says so.', () => ({
    ...call(),
    agent: z.string(),
    /** What it works on, for people: usually a path. */
    object: z.string(),
    verdict: z.enum(['allow', 'ask', 'deny']),
    /** The rule, in words or as it is written. */
    rule: z.string(),
    source: z.enum(verdictSources),
    reason: z.string(),
    /** Of what it was given for: an `allow` holds for nothing else. */
    argumentsHash: z.string(),
  })),
  'hitl.rule.added': synced(POLICY, 'The person made a rule: for the session that the event is of, or for the workspace.', () => ({
    ruleId: z.string(),
    scope: z.enum(ruleScopes),
    rule: policyRule(),
    actor: z.string(),
  })),
  'hitl.rule.removed': synced(POLICY, 'The person took a rule back.', () => ({ ruleId: z.string(), scope: z.enum(ruleScopes), rule: policyRule(), actor: z.string() })),
  'hitl.preset.changed': synced(POLICY, 'The person chose how freely agents work in the workspace.', () => ({ preset: z.enum(presets), actor: z.string() })),
  'hitl.settings.changed': durable(POLICY, 'The person’s settings of approvals are others than when they were last read.', () => ({
    /** The master switch: off, only what is protected asks. */
    enabled: z.boolean(),
    rules: z.array(policyRule()),
    /** What is wrong with those that are no rules. */
    invalid: z.array(z.string()),
  })),

  'hitl.approval.requested': durable(HITL, 'The person is asked, or asked again: then the earlier question of the call holds no more.', () => ({
    ...call(),
    approvalId: z.string(),
    agent: z.string(),
    arguments: z.record(z.string(), z.unknown()),
    /** SHA-256 over the validated arguments and the content that the change was made from. */
    argumentsHash: z.string(),
    rule: z.string(),
    /** Where the rule is from. */
    source: z.enum(verdictSources).optional(),
    reason: z.string(),
    /** What the person was shown. `diff`: of a change. */
    preview: z.strictObject({ path: z.string(), created: z.boolean(), diff: diffView().optional() }),
    /** How long VS Code waits for the decision while it runs; then the call is rejected. */
    timeoutMs: milliseconds().optional(),
  })),
  'hitl.approval.shown': durable(HITL, 'The question is before the person, with everything that it is about.', () => ({
    approvalId: z.string(),
    callId: z.string(),
    surface: z.string(),
  })),
  'hitl.decision.made': synced(HITL, 'The person has decided.', () => ({
    approvalId: z.string(),
    callId: z.string(),
    argumentsHash: z.string(),
    /** `edit`: they want it with other arguments, which are asked for anew. */
    decision: z.enum(['approve', 'edit', 'reject']),
    feedback: z.string(),
    actor: z.string(),
    /** Of an `edit`: what they approve in its place, by the hash of what they were shown of it. */
    edited: z.strictObject({ arguments: z.record(z.string(), z.unknown()), argumentsHash: z.string() }).optional(),
  })),
  'hitl.timeout.occurred': synced(HITL, 'Nobody decided in time, which rejects.', () => ({
    approvalId: z.string(),
    callId: z.string(),
    argumentsHash: z.string(),
    /** Counted only while VS Code ran. */
    waitedMs: milliseconds(),
  })),

  'hitl.question.asked': durable(HITL, 'The person is asked something that is no approval, or asked it again. A choice or, where it is `free`, their own words answer it.', () => ({
    questionId: z.string(),
    /** `followup`: the model asks. `step_limit`, `repeated_call`: whether the turn goes on. */
    kind: z.enum(['followup', 'step_limit', 'repeated_call']),
    agent: z.string(),
    question: z.string(),
    choices: z.array(z.string()),
    free: z.boolean(),
    /** The call that waits for the answer. */
    callId: z.string().optional(),
  })),
  'hitl.question.answered': durable(HITL, 'The person has answered a question.', () => ({
    questionId: z.string(),
    /** The person’s message, where they wrote one: it is taken once. */
    messageId: z.string(),
    answer: z.string(),
    actor: z.string(),
  })),

  'database.query.executed': transient('DatabaseService', 'A query ran; appends to the journal publish none.', () => ({
    operation: z.string(),
    durationMs: milliseconds(),
    rows: count(),
  })),
} satisfies Record<`${Category}.${string}`, Entry<z.ZodRawShape>>;

type Catalogue = typeof catalogue;
type Envelope = z.infer<z.ZodObject<ReturnType<typeof envelope>, z.core.$strict>>;

export type EventType = keyof Catalogue;
export type RuntimeEvent = {
  [T in EventType]: Envelope & { type: T; data: z.infer<z.ZodObject<ReturnType<Catalogue[T]['data']>, z.core.$strict>> };
}[EventType];
export type EventOf<T extends EventType> = Extract<RuntimeEvent, { type: T }>;
export type EventData<T extends EventType> = EventOf<T>['data'];

/** What the catalogue says of a type. */
export function describeEvent(type: EventType): Omit<Entry<z.ZodRawShape>, 'data'> {
  return catalogue[type];
}

export const eventTypes = Object.keys(catalogue) as readonly EventType[];

const schemas = new Map<string, z.ZodObject>();
/** The fields that every schema shares. */
let shared: ReturnType<typeof envelope> | undefined;

/** The schema of one type's events, made once. */
export function eventSchema(type: EventType): z.ZodObject {
  const known = schemas.get(type);
  if (known !== undefined) return known;
  const schema = z.strictObject({ ...(shared ??= envelope()), type: z.literal(type), data: z.strictObject(catalogue[type].data()) });
  schemas.set(type, schema);
  return schema;
}

/**
 * One discriminated union of every event that there is. For the documentation and for tests: it builds all schemas, so
 * nothing that runs in VS Code calls it (docs/decisions/0005).
 */
export function eventUnion() {
  const [first, ...others] = eventTypes.map(eventSchema);
  if (first === undefined) throw new Error('The catalogue is empty');
  return z.discriminatedUnion('type', [first, ...others]);
}

function isEventType(type: string): type is EventType {
  return Object.hasOwn(catalogue, type);
}

/** Validates an event. Throws a `ZodError`, or an `Error` for a type that is in no catalogue. */
export function parseEvent(value: { type: string; [field: string]: unknown }): RuntimeEvent {
  if (!isEventType(value.type)) throw new Error(`No event has the type ${value.type}`);
  return eventSchema(value.type).parse(value) as RuntimeEvent;
}

/** Durable events are committed to the journal before anyone sees them. */
export function isDurable(type: EventType): boolean {
  return catalogue[type].durable;
}

/** Decisions and starts of tools must survive a power cut, not only a killed process. */
export function mustSurvivePowerCut(type: EventType): boolean {
  return catalogue[type].powerCut;
}

const decidedOrDone: ReadonlySet<EventType> = new Set<EventType>([
  'hitl.decision.made',
  'hitl.timeout.occurred',
  'hitl.question.answered',
  'hitl.verdict.given',
  'hitl.rule.added',
  'hitl.rule.removed',
  'hitl.preset.changed',
  'tool.change.recorded',
  'tool.execution.started',
  'tool.execution.completed',
  'tool.execution.failed',
  'session.undo.started',
  'session.undo.completed',
]);

/** What was decided and what was done stays as it was: no middleware sees it before it is committed. */
export function passesMiddleware(type: EventType): boolean {
  return !decidedOrDone.has(type);
}

const categories = new Map<EventType, Category>();

/** The part of a type before its first dot. */
export function categoryOf(type: EventType): Category {
  const known = categories.get(type);
  if (known !== undefined) return known;
  const category = Category.parse(type.slice(0, type.indexOf('.')));
  categories.set(type, category);
  return category;
}
