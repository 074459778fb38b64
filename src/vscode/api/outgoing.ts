import type { EventData, EventType } from '../../protocol/events.ts';
import type { ApiEventData } from './agent-runtime.d.ts';

/**
 * What may leave to other extensions. `true`: as it is, a plain value or a list of such. `'name'`: a model or a server wrote it,
 * so only what looks like an id or a name. `false`: withheld. Rules: by field, of an object or of each in a list.
 */
export type OutgoingRule = boolean | 'name' | OutgoingRules;
export interface OutgoingRules {
  readonly [field: string]: OutgoingRule;
}

type Plain = string | number | boolean;
type Item<V> = V extends readonly (infer I)[] ? I : V;
/** Of a union: the fields of all of its members. */
type FieldOf<V> = V extends unknown ? keyof V : never;
type ValueOf<V, F> = V extends unknown ? (F extends keyof V ? Exclude<V[F], undefined> : never) : never;
type RuleFor<V> = [V] extends [string] ? boolean | 'name' : [Item<V>] extends [Plain] ? boolean : false | RulesFor<Item<V>>;
type RulesFor<V> = { readonly [F in FieldOf<V>]: RuleFor<ValueOf<V, F>> };

const call = { callId: 'name', tool: 'name' } as const;
const tokens = { inputTokens: true, outputTokens: true, estimated: true } as const;
const error = { code: true, message: false, status: true, origin: false, retryAfterMs: true, refusedParameter: false } as const;

/**
 * Every field of the catalogue, decided one by one: ids, names, kinds, counts, durations and outcomes go out; what a person or a model
 * wrote, what a file or a tool holds, hashes of that, and addresses do not. A field that nobody has decided on does not compile.
 */
export const outgoing = {
  'system.startup': { extensionVersion: true },
  'system.shutdown': {},
  'system.journal.failed': { error },
  'system.background_task.started': { task: true },
  'system.background_task.completed': { task: true, success: true, written: true, durationMs: true },

  'session.created': { title: false },
  'session.updated': { title: false },
  'session.message.added': {
    message: {
      role: true,
      id: 'name',
      agent: true,
      content: false,
      reasoning: false,
      toolCalls: { id: 'name', name: 'name', arguments: false },
      interrupted: true,
      callId: 'name',
      outcome: true,
    },
  },
  'session.message.queued': { messageId: 'name', text: false },
  'session.message.withdrawn': { messageId: 'name' },
  'session.undo.started': { undoId: true, of: true, files: false },
  'session.undo.completed': { undoId: true, of: true, restored: false, refused: false },
  'session.deleted': {},
  'session.restored': {},

  'agent.registered': { agent: true, tools: true },
  'agent.processing.started': { agent: true, resumed: true },
  'agent.switched': { from: true, to: true, reason: false, confidence: true, trigger: true },
  'agent.processing.completed': { agent: true, success: true, outcome: true, durationMs: true, ...tokens },
  'agent.plan.updated': { agent: true, steps: { title: false, status: true } },
  'agent.error.occurred': { agent: true, error },

  // the provider is the address of the model's server
  'llm.request.started': { requestId: true, provider: false, model: true, messages: true, tools: true, attempt: true },
  'llm.context.cut': { agent: true, results: true, window: true, tokensBefore: true, tokensAfter: true },
  'llm.reasoning.delta': { messageId: 'name', agent: true, text: false },
  'llm.text.delta': { messageId: 'name', agent: true, text: false },
  'llm.request.completed': { requestId: true, model: true, finishReason: 'name', ...tokens, durationMs: true },
  'llm.request.failed': { requestId: true, model: true, error, cancelled: true, ...tokens, durationMs: true },
  'llm.retry.scheduled': { requestId: true, attempt: true, attempts: true, afterMs: true, error },

  'tool.execution.requested': { ...call, arguments: false, object: false },
  'tool.approval.required': { ...call, rule: false, reason: false },
  'tool.change.recorded': { ...call, files: false, diff: false },
  'tool.execution.started': { ...call, argumentsHash: false },
  'tool.execution.completed': { ...call, durationMs: true, resultLength: true },
  'tool.execution.failed': { ...call, outcome: true, message: false, durationMs: true },

  'hitl.verdict.given': { ...call, agent: true, object: false, verdict: true, rule: false, source: true, reason: false, argumentsHash: false },
  // what a person allows is theirs: that there is a rule, and no more
  'hitl.rule.added': { ruleId: true, scope: true, rule: false, actor: false },
  'hitl.rule.removed': { ruleId: true, scope: true, rule: false, actor: false },
  'hitl.preset.changed': { preset: true, actor: false },
  'hitl.settings.changed': { enabled: true, rules: false, invalid: false },
  'hitl.approval.requested': {
    ...call,
    approvalId: true,
    agent: true,
    arguments: false,
    argumentsHash: false,
    rule: false,
    source: true,
    reason: false,
    preview: false,
    timeoutMs: true,
  },
  'hitl.approval.shown': { approvalId: true, callId: 'name', surface: false },
  'hitl.decision.made': { approvalId: true, callId: 'name', argumentsHash: false, decision: true, feedback: false, actor: false, edited: false },
  'hitl.timeout.occurred': { approvalId: true, callId: 'name', argumentsHash: false, waitedMs: true },
  'hitl.question.asked': { questionId: true, kind: true, agent: true, question: false, choices: false, free: true, callId: 'name' },
  'hitl.question.answered': { questionId: true, messageId: 'name', answer: false, actor: false },

  'database.query.executed': { operation: true, durationMs: true, rows: true },
} as const satisfies { readonly [T in EventType]: RulesFor<EventData<T>> };

/** What the rules leave of a value. */
type Left<V, R> = R extends true | 'name' ? V : V extends readonly (infer I)[] ? Left<I, R>[] : LeftOfObject<V, R>;
type LeftOfObject<V, R> = V extends unknown ? { [F in keyof V as F extends keyof R ? (R[F] extends false ? never : F) : never]: Left<Exclude<V[F], undefined>, R[F & keyof R]> } : never;

/** Written out and read-only, so that it can be compared. */
type Flat<V> = V extends readonly (infer I)[] ? readonly Flat<I>[] : V extends object ? FlatObject<V> : V;
type FlatObject<V> = keyof V extends never ? object : { readonly [F in keyof V]: Flat<V[F]> };
type Same<A, B> = (<T>() => T extends A ? T : 0) extends <T>() => T extends B ? T : 0 ? true : false;
type Never<T extends never> = T;

/** Types whose `data` in agent-runtime.d.ts is not what the rules leave: there are none, or this does not compile. */
export type Untold = Never<
  { [T in EventType]: T extends keyof ApiEventData ? (Same<Flat<ApiEventData[T]>, Flat<Left<EventData<T>, (typeof outgoing)[T]>>> extends true ? never : T) : T }[EventType]
>;
/** Types that it has and the catalogue has not: none either. */
export type Unheard = Never<Exclude<keyof ApiEventData, EventType>>;
