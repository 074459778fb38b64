import * as z from 'zod';
import type { DiffView } from './diff.ts';

/**
 * What the chat and approval webviews and the extension host say to each other.
 *
 * Host to webview: {@link ChatToWebview}, {@link ApprovalToWebview}; trusted, types only.
 * Webview to host: {@link ChatFromWebview}, {@link ApprovalFromWebview}; untrusted, parsed by the host.
 */

export type ToolState =
  | 'requested'
  | 'waiting'
  | 'running'
  | 'done'
  | 'failed'
  | 'rejected'
  | 'cancelled'
  | 'unknown';

/** A step that a person can take from an error or an empty chat. */
export type ChatAction = 'setApiKey' | 'openSettings' | 'retry' | 'showLog' | 'openFolder' | 'manageTrust';

export interface UserItem {
  kind: 'user';
  id: string;
  text: string;
}

export interface RouteItem {
  kind: 'route';
  id: string;
  from: string;
  to: string;
  reason: string;
  confidence: 'high' | 'medium' | 'low';
}

export interface AnswerItem {
  kind: 'answer';
  id: string;
  agent: string;
  markdown: string;
  state: 'streaming' | 'done' | 'interrupted';
}

export interface ToolItem {
  kind: 'tool';
  /** The call id. */
  id: string;
  tool: string;
  state: ToolState;
  /** The path that the tool works on, relative to the workspace; the raw arguments where they name none. */
  object: string;
  /** Whether the file did not exist when a write was prepared. */
  created?: boolean;
  diff?: DiffView;
  durationMs?: number;
  /** One sentence: why it failed, what the person said when rejecting, what waits. */
  note?: string;
  /** Set while `state` is `waiting`. */
  approvalId?: string;
}

export interface ProblemItem {
  kind: 'problem';
  id: string;
  tone: 'error' | 'offline' | 'interrupted';
  title: string;
  detail: string;
  /** The first is the thing to do next. */
  actions: ChatAction[];
}

export interface TurnEndItem {
  kind: 'turnEnd';
  id: string;
  outcome: 'completed' | 'stopped' | 'failed';
  durationMs: number;
  /** As reported by the model; absent where it reported none. */
  usage?: { inputTokens: number; outputTokens: number };
}

export type ChatItem = UserItem | RouteItem | AnswerItem | ToolItem | ProblemItem | TurnEndItem;

/** Everything in the chat that is no item of the transcript. */
export interface ChatState {
  title: string;
  turn: 'idle' | 'running' | 'waiting';
  /** How many approvals wait for the person. */
  pending: number;
  model: { name: string; offline: boolean };
  workspace: 'open' | 'none' | 'untrusted';
}

export type ChatOp =
  | { op: 'add'; item: ChatItem }
  /** Replaces the item with the same id and kind. */
  | { op: 'replace'; item: ChatItem }
  | { op: 'appendText'; id: string; text: string }
  | { op: 'state'; state: ChatState };

export type ChatToWebview =
  /** The whole; later deltas go on from `seq`. */
  | { type: 'snapshot'; seq: number; sessionId: string; items: ChatItem[]; state: ChatState; draft: string }
  /** Applies on top of `seq - 1`; at a gap the webview asks for a snapshot with `ready`. */
  | { type: 'delta'; seq: number; ops: ChatOp[] }
  /** The message is in the journal: only now may the input forget it. */
  | { type: 'accepted'; messageId: string }
  /** The message was not taken; it stays in the input. */
  | { type: 'refused'; messageId: string; reason: string }
  | { type: 'focusInput' };

const text = z.string().max(1_000_000);
const id = z.string().min(1).max(200);

export const ChatFromWebview = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('ready') }),
  z.strictObject({ type: z.literal('send'), messageId: id, text }),
  z.strictObject({ type: z.literal('stop') }),
  /** What stands in the input now, so that closing the window loses nothing. */
  z.strictObject({ type: z.literal('draft'), text }),
  z.strictObject({ type: z.literal('openApproval'), approvalId: id }),
  z.strictObject({ type: z.literal('openFile'), path: z.string().min(1).max(4096) }),
  z.strictObject({
    type: z.literal('action'),
    action: z.enum(['setApiKey', 'openSettings', 'retry', 'showLog', 'openFolder', 'manageTrust']),
  }),
]);
export type ChatFromWebview = z.infer<typeof ChatFromWebview>;

/** One request for approval, as the dialog shows it. */
export interface ApprovalView {
  approvalId: string;
  /** Goes back with the decision: it binds the decision to what was shown. */
  argumentsHash: string;
  /** The question, for example "Edit src/a.ts?". */
  title: string;
  path: string;
  created: boolean;
  agent: string;
  sessionTitle: string;
  /** ISO 8601, UTC. */
  askedAt: string;
  diff: DiffView;
  why: { rule: string; checked: string; boundTo: string };
  arguments: { name: string; value: string }[];
}

export type ApprovalToWebview =
  /** `feedback`: what was typed for a rejection in a tab that was closed since. */
  | { type: 'show'; approval: ApprovalView; feedback: string }
  /** The tab came to the front again: a click that was meant for what covered it counts for nothing. */
  | { type: 'uncovered' }
  /** Decided elsewhere or withdrawn: `reason` says how; nothing can be decided here any more. */
  | { type: 'closed'; reason: string };

export const ApprovalFromWebview = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('ready') }),
  /** What stands in the field for feedback now. */
  z.strictObject({ type: z.literal('feedback'), feedback: z.string().max(20_000) }),
  z.strictObject({ type: z.literal('approve'), approvalId: id, argumentsHash: id }),
  z.strictObject({ type: z.literal('reject'), approvalId: id, argumentsHash: id, feedback: z.string().max(20_000) }),
]);
export type ApprovalFromWebview = z.infer<typeof ApprovalFromWebview>;
