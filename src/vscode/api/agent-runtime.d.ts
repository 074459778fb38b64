/**
 * What Agent Runtime gives to other extensions: see docs/api.md. Copy this file beside your code; it needs only `@types/vscode`.
 *
 * Version 1 only ever gets more types of events, fields and values: leave alone what you do not know.
 */
import type { Event } from 'vscode';

/** What `activate()` of the extension `agent-runtime.agent-runtime` resolves with. */
export interface AgentRuntimeExports {
  /** Throws an `Error` for a version that does not exist. */
  readonly getAPI: (version: 1) => AgentRuntimeApi;
}

/** Reads. Nothing here starts, changes or approves anything. */
export interface AgentRuntimeApi {
  /** Every event that this window's runtime publishes after you subscribe, in order, without what a conversation holds. */
  readonly onDidPublishEvent: Event<ApiEvent>;
  /** The sessions of this workspace, the latest first. Rejects where they cannot be read. */
  readonly listSessions: () => Promise<readonly ApiSession[]>;
}

/** A session, without its title: that is what the person wrote. */
export interface ApiSession {
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** ISO 8601, UTC: of its last title or message. */
  readonly updatedAt: string;
  readonly messageCount: number;
}

/** Narrow it by its `type`; docs/events.md says what each type means. Deeply frozen. */
export type ApiEvent = { [T in ApiEventType]: ApiEnvelope & { readonly type: T; readonly data: ApiEventData[T] } }[ApiEventType];

export type ApiEventType = keyof ApiEventData;

export interface ApiEnvelope {
  readonly eventId: string;
  /** Gapless per session, from 1, over the events that are kept; absent on those that are not. */
  readonly seq?: number;
  readonly category: 'agent' | 'session' | 'tool' | 'hitl' | 'llm' | 'system' | 'database' | 'metrics';
  /** ISO 8601, UTC. */
  readonly timestamp: string;
  readonly sessionId?: string;
  /** The same on every event that a turn causes. */
  readonly correlationId: string;
  /** The `eventId` of the event that caused this one. */
  readonly causationId?: string;
  /** The component that published it. */
  readonly source: string;
  readonly version: 1;
}

export interface ApiError {
  readonly code: ApiErrorCode;
  /** The HTTP status, where a server answered with one. */
  readonly status?: number;
  /** Milliseconds that the server asks to be left alone. */
  readonly retryAfterMs?: number;
}

export type ApiErrorCode =
  | 'model_key_missing'
  | 'model_auth'
  | 'model_no_permission'
  | 'model_quota'
  | 'model_rate_limited'
  | 'model_context_exceeded'
  | 'model_not_found'
  | 'model_refused_request'
  | 'model_content_filtered'
  | 'model_server'
  | 'model_unreachable'
  | 'model_certificate'
  | 'model_timeout'
  | 'model_stream_interrupted'
  | 'model_empty_answer'
  | 'model_answer_cut_off'
  | 'model_cancelled'
  | 'model_not_configured'
  | 'journal_write'
  | 'journal_read'
  | 'journal_busy'
  | 'session_not_owned'
  | 'session_deleted'
  | 'event_cancelled'
  | 'step_limit'
  | 'internal';

/** A message without its content. */
export type ApiMessage =
  | { readonly role: 'user'; readonly id: string }
  | {
      readonly role: 'assistant';
      readonly id: string;
      readonly agent: string;
      readonly toolCalls: readonly { readonly id: string; readonly name: string }[];
      readonly interrupted: boolean;
    }
  | { readonly role: 'tool'; readonly id: string; readonly callId: string; readonly outcome: 'ok' | 'error' | 'rejected' | 'cancelled' | 'unknown' };

/** A call of a tool. The model writes both: they are `''` where they do not look like an id or a name. */
export interface ApiCall {
  readonly callId: string;
  readonly tool: string;
}

/** The `data` of each type. Durations are milliseconds. */
export interface ApiEventData {
  'system.startup': { readonly extensionVersion: string };
  'system.shutdown': ApiNothing;
  'system.journal.failed': { readonly error: ApiError };
  'system.background_task.started': { readonly task: string };
  'system.background_task.completed': { readonly task: string; readonly success: boolean; readonly written: number; readonly durationMs: number };

  'session.created': ApiNothing;
  'session.updated': ApiNothing;
  'session.message.added': { readonly message: ApiMessage };
  'session.message.queued': { readonly messageId: string };
  'session.message.withdrawn': { readonly messageId: string };
  'session.undo.started': { readonly undoId: string; readonly of: string };
  'session.undo.completed': { readonly undoId: string; readonly of: string };
  'session.deleted': ApiNothing;
  'session.restored': ApiNothing;

  'agent.registered': { readonly agent: string; readonly tools: readonly string[] };
  'agent.processing.started': { readonly agent: string; readonly resumed?: boolean };
  'agent.switched': {
    readonly from: string;
    readonly to: string;
    readonly confidence?: 'high' | 'medium' | 'low';
    readonly trigger: 'user' | 'orchestrator' | 'handover';
  };
  'agent.processing.completed': {
    readonly agent: string;
    readonly success: boolean;
    readonly outcome: 'completed' | 'stopped' | 'failed' | 'interrupted' | 'handed_over';
    readonly durationMs: number;
    readonly inputTokens?: number;
    readonly outputTokens?: number;
    /** A part of it at least is made from characters. */
    readonly estimated?: true;
  };
  'agent.plan.updated': { readonly agent: string; readonly steps: readonly { readonly status: 'pending' | 'in_progress' | 'completed' }[] };
  'agent.error.occurred': { readonly agent: string; readonly error: ApiError };

  'llm.request.started': { readonly requestId: string; readonly model: string; readonly messages: number; readonly tools: number; readonly attempt?: number };
  'llm.context.cut': { readonly agent: string; readonly results: number; readonly window: number; readonly tokensBefore: number; readonly tokensAfter: number };
  /** Comes often, and says only that the model thinks. */
  'llm.reasoning.delta': { readonly messageId: string; readonly agent: string };
  /** Comes often, and says only that an answer is being written. */
  'llm.text.delta': { readonly messageId: string; readonly agent: string };
  'llm.request.completed': {
    readonly requestId: string;
    readonly model: string;
    /** `stop`, `tool_calls`, `length` or `content_filter`; in sessions of an earlier version the server’s own word, `''` where it does not look like a name. */
    readonly finishReason: string;
    readonly inputTokens?: number;
    readonly outputTokens?: number;
    readonly estimated?: true;
    readonly durationMs: number;
  };
  'llm.request.failed': {
    readonly requestId: string;
    readonly model: string;
    readonly error: ApiError;
    readonly cancelled: boolean;
    readonly inputTokens?: number;
    readonly outputTokens?: number;
    readonly estimated?: true;
    readonly durationMs: number;
  };
  'llm.retry.scheduled': { readonly requestId: string; readonly attempt: number; readonly attempts: number; readonly afterMs: number; readonly error: ApiError };

  'tool.execution.requested': ApiCall;
  'tool.approval.required': ApiCall;
  'tool.change.recorded': ApiCall;
  'tool.execution.started': ApiCall;
  'tool.execution.completed': ApiCall & { readonly durationMs: number; readonly resultLength: number };
  'tool.execution.failed': ApiCall & { readonly outcome: 'error' | 'rejected' | 'cancelled' | 'unknown'; readonly durationMs?: number };

  'hitl.verdict.given': ApiCall & { readonly agent: string; readonly verdict: 'allow' | 'ask' | 'deny'; readonly source: ApiVerdictSource };
  'hitl.rule.added': { readonly ruleId: string; readonly scope: 'session' | 'workspace' | 'user' };
  'hitl.rule.removed': { readonly ruleId: string; readonly scope: 'session' | 'workspace' | 'user' };
  'hitl.preset.changed': { readonly preset: 'askAll' | 'askWrites' | 'trustEdits' | 'readOnly' };
  'hitl.settings.changed': { readonly enabled: boolean };
  'hitl.approval.requested': ApiCall & { readonly approvalId: string; readonly agent: string; readonly source?: ApiVerdictSource; readonly timeoutMs?: number };
  'hitl.approval.shown': { readonly approvalId: string; readonly callId: string };
  'hitl.decision.made': { readonly approvalId: string; readonly callId: string; readonly decision: 'approve' | 'edit' | 'reject' };
  'hitl.timeout.occurred': { readonly approvalId: string; readonly callId: string; readonly waitedMs: number };
  'hitl.question.asked': {
    readonly questionId: string;
    readonly kind: 'followup' | 'step_limit' | 'repeated_call';
    readonly agent: string;
    readonly free: boolean;
    readonly callId?: string;
  };
  'hitl.question.answered': { readonly questionId: string; readonly messageId: string };

  'database.query.executed': { readonly operation: string; readonly durationMs: number; readonly rows: number };
}

/** Where a verdict comes from. */
export type ApiVerdictSource = 'restricted' | 'protected' | 'session' | 'workspace' | 'user' | 'preset' | 'switch' | 'nature';

/** No fields: the type says it all. */
export type ApiNothing = object;
