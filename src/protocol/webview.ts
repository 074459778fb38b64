import * as z from 'zod';
import type { DiffView } from './diff.ts';
import { lazySchema } from './lazySchema.ts';
import type { PlanStep } from './messages.ts';

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
  /** Nobody decided in time, which rejects. */
  | 'expired'
  | 'cancelled'
  | 'unknown';

/** A step that a person can take from an error, an empty chat, or a session that another window has. */
export type ChatAction = 'setApiKey' | 'openSettings' | 'retry' | 'resume' | 'showLog' | 'openFolder' | 'manageTrust' | 'newSession';

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
  /** Absent where nobody guessed: the person chose, or the agent handed over. */
  confidence?: 'high' | 'medium' | 'low';
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

/** A question to the person that approves nothing: an agent wants to know something, or whether the turn goes on. */
export interface QuestionItem {
  kind: 'question';
  /** The question id. */
  id: string;
  agent: string;
  question: string;
  choices: string[];
  /** Whether a message of the person answers it too; else only its choices do. */
  free: boolean;
  /** `withdrawn`: its turn ended without an answer. */
  state: 'waiting' | 'answered' | 'withdrawn';
  answer?: string;
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

export type ChatItem = UserItem | RouteItem | AnswerItem | ToolItem | QuestionItem | ProblemItem | TurnEndItem;

/** A message that waits for the next step of the turn, or for the next turn where none runs. */
export interface QueuedMessage {
  messageId: string;
  /** Its beginning. */
  text: string;
}

/** An agent that the person can choose. */
export interface AgentChoice {
  name: string;
  title: string;
  purpose: string;
}

/** Everything in the chat that is no item of the transcript. */
export interface ChatState {
  title: string;
  /**
   * `elsewhere`: another window has the session. It can be read here, as it was when it was opened.
   * `nobody`: another window deleted it. What was read and typed here stays until the tab is closed.
   */
  owner: 'here' | 'elsewhere' | 'nobody';
  /** Of a session that is not `here`: `idle`. */
  turn: 'idle' | 'running' | 'waiting';
  /** How many approvals wait for the person in this window. */
  pending: number;
  /** The question that waits for the person; with `free`, the next message answers it. */
  question?: { id: string; free: boolean };
  queue: QueuedMessage[];
  /** Empty where there is none. */
  plan: PlanStep[];
  /** Who has the session. */
  agent: string;
  /** The first is the orchestrator, which chooses one of the others. */
  agents: AgentChoice[];
  model: { name: string; offline: boolean };
  workspace: 'open' | 'none' | 'untrusted';
}

export type ChatOp =
  | { op: 'add'; item: ChatItem }
  /** Replaces the item with the same id and kind. */
  | { op: 'replace'; item: ChatItem }
  | { op: 'appendText'; id: string; text: string }
  | { op: 'state'; state: ChatState };

/** The host lives: the answer to a `ping`. */
export interface Pong {
  type: 'pong';
}

export type ChatToWebview =
  /** The whole; later deltas go on from `seq`. */
  | { type: 'snapshot'; seq: number; sessionId: string; items: ChatItem[]; state: ChatState; draft: string }
  /** Applies on top of `seq - 1`; at a gap the webview asks for a snapshot with `ready`. */
  | { type: 'delta'; seq: number; ops: ChatOp[] }
  /** The message is in the journal: only now may the input forget it. */
  | { type: 'accepted'; messageId: string }
  /** The message was not taken; it stays in the input. */
  | { type: 'refused'; messageId: string; reason: string }
  /** A queued message was taken back to be edited: its text is for the input, in front of what stands there, and part of the draft already. */
  | { type: 'withdrawn'; messageId: string; text: string }
  /** A queued message was removed. Its text can be brought back. */
  | { type: 'removed'; messageId: string; text: string }
  /** The draft is in the database: only now may the page forget that it was typed. */
  | { type: 'draftKept'; text: string }
  | { type: 'focusInput' }
  | Pong;

const text = () => z.string().max(1_000_000);
const id = () => z.string().min(1).max(200);

/** Asks whether the host lives; answered by a {@link Pong} at once. */
const ping = () => z.strictObject({ type: z.literal('ping') });

export const chatFromWebview = lazySchema(() =>
  z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('ready') }),
    ping(),
    /** `answerTo`: the question that stood open before the person when they sent it. */
    z.strictObject({ type: z.literal('send'), messageId: id(), text: text(), answerTo: id().optional() }),
    /** The person pressed one of a question's choices. */
    z.strictObject({ type: z.literal('choose'), questionId: id(), messageId: id(), choice: z.string().max(10_000) }),
    /** Takes a queued message back; `edit`: to be written on. */
    z.strictObject({ type: z.literal('withdraw'), messageId: id(), edit: z.boolean() }),
    z.strictObject({ type: z.literal('chooseAgent'), agent: id() }),
    z.strictObject({ type: z.literal('stop') }),
    /** What stands in the input now, so that closing the window loses nothing. */
    z.strictObject({ type: z.literal('draft'), text: text() }),
    z.strictObject({ type: z.literal('openApproval'), approvalId: id() }),
    z.strictObject({ type: z.literal('openFile'), path: z.string().min(1).max(4096) }),
    z.strictObject({
      type: z.literal('action'),
      action: z.enum(['setApiKey', 'openSettings', 'retry', 'resume', 'showLog', 'openFolder', 'manageTrust', 'newSession']),
    }),
  ]),
);
export type ChatFromWebview = z.infer<ReturnType<typeof chatFromWebview>>;

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
  /** How long VS Code waits for the decision; after that it is rejected. Absent: as long as it takes. */
  timeoutMs?: number;
  /** Why the person is asked once more, where they are. */
  again?: string;
  diff: DiffView;
  why: { rule: string; checked: string; boundTo: string };
  arguments: { name: string; value: string }[];
}

export type ApprovalToWebview =
  /** `feedback`: what was typed for a rejection before, in a tab or a window that was closed since. */
  | { type: 'show'; approval: ApprovalView; feedback: string }
  /** The tab came to the front again: a click that was meant for what covered it counts for nothing. */
  | { type: 'uncovered' }
  /** Decided elsewhere, withdrawn, or too late: `reason` says how; nothing can be decided here any more. What was typed stays to be read. */
  | { type: 'closed'; reason: string }
  | Pong;

export const approvalFromWebview = lazySchema(() =>
  z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('ready') }),
    ping(),
    /** The question stands before the person, drawn whole. */
    z.strictObject({ type: z.literal('shown'), approvalId: id() }),
    /** What stands in the field for feedback now. */
    z.strictObject({ type: z.literal('feedback'), feedback: z.string().max(20_000) }),
    z.strictObject({ type: z.literal('approve'), approvalId: id(), argumentsHash: id() }),
    z.strictObject({ type: z.literal('reject'), approvalId: id(), argumentsHash: id(), feedback: z.string().max(20_000) }),
  ]),
);
export type ApprovalFromWebview = z.infer<ReturnType<typeof approvalFromWebview>>;
