import * as z from 'zod';
import type { DiffView } from './diff.ts';
import { lazySchema } from './lazySchema.ts';
import type { PlanStep } from './messages.ts';
import { presets, type Preset, type VerdictSource } from './policy.ts';

/**
 * What the chat's webview and the extension host say to each other; the approval dialog's is in approvalWebview.ts.
 *
 * Host to webview: {@link ChatToWebview}; trusted, types only.
 * Webview to host: {@link ChatFromWebview}; untrusted, parsed by the host.
 */

export type ToolState =
  | 'requested'
  | 'waiting'
  | 'running'
  | 'done'
  | 'failed'
  | 'rejected'
  /** The policy refused it, and nobody was asked; or it forbade by then what the person had approved. */
  | 'denied'
  /** Nobody decided in time, which rejects. */
  | 'expired'
  | 'cancelled'
  | 'unknown';

/** A step that a person can take from an error, an empty chat, or a session that another window has. */
export type ChatAction = 'setApiKey' | 'openSettings' | 'openRules' | 'retry' | 'resume' | 'showLog' | 'openFolder' | 'manageTrust' | 'newSession' | 'setUpModel' | 'continue' | 'newSessionWithSummary';

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

/** What the model thought before it answered. Comes before its answer. */
export interface ReasoningItem {
  kind: 'reasoning';
  /** The message's id with `:reasoning`. */
  id: string;
  agent: string;
  text: string;
  state: 'streaming' | 'done';
}

/** A request that failed before anything was shown, and goes to the model again. One row for all its tries. */
export interface RetryItem {
  kind: 'retry';
  id: string;
  /** What happened, for example "api.openai.com is limiting requests". */
  reason: string;
  /** The try that comes, or came, of so many at most. */
  attempt: number;
  attempts: number;
  /** `stopped`: the person did not want to wait. */
  state: 'waiting' | 'done' | 'stopped';
  /** When it is sent again, while `waiting`: ISO 8601, UTC. */
  until?: string;
  /** Milliseconds between the failure and the next try. */
  afterMs: number;
}

/** Old results of tools are left out of what the model gets, since they would not fit its window. */
export interface ContextCutItem {
  kind: 'contextCut';
  id: string;
  results: number;
  /** The model's, in tokens. */
  window: number;
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
  /** What the person decided on it, where they let it run; `edited`: with arguments of their own. */
  decision?: 'approved' | 'edited';
  /** Why it changed something without a question: the rule or preset that allowed it, in a sentence. */
  allowed?: string;
  /** Set while `state` is `waiting`. */
  approval?: WaitingApproval;
}

/** What a card needs to decide on a call. */
export interface WaitingApproval {
  approvalId: string;
  /** Goes back with the decision: it binds the decision to what was shown. */
  argumentsHash: string;
  /** ISO 8601, UTC. */
  askedAt: string;
  /** How long VS Code waits for the decision while it runs; then it counts as rejected. */
  timeoutMs?: number;
  /** Where the rule is from that asks; a protected file cannot be allowed from now on. */
  source?: VerdictSource;
  rule: string;
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
  /** The files that the turn changed, where this is how it ended. */
  changes?: TurnChanges;
}

export interface TokenUsage {
  inputTokens: number;
  outputTokens: number;
  /** A part of it at least is made from characters, since a model reported none. */
  estimated: boolean;
}

export interface TurnEndItem {
  kind: 'turnEnd';
  id: string;
  outcome: 'completed' | 'stopped' | 'failed';
  durationMs: number;
  usage?: TokenUsage;
  /** The files that the turn changed, where it changed any. */
  changes?: TurnChanges;
}

/** What a turn changed, and whether it is put back. */
export interface TurnChanges {
  /** Names it to the host: the turn's, or of the undo that is undone next. */
  id: string;
  files: number;
  /** `undone`: the next undo does it again. */
  state: 'done' | 'undone';
  /** Files that the last undo left alone, since they had changed, each with why. */
  refused: { path: string; reason: string }[];
}

export type ChatItem = UserItem | RouteItem | ReasoningItem | AnswerItem | ToolItem | RetryItem | ContextCutItem | QuestionItem | ProblemItem | TurnEndItem;

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

/** A model that the person has set up. */
export interface ModelChoice {
  /** The profile's name; empty: the offline model. */
  name: string;
  /** For people: the model and its provider. */
  detail: string;
}

/** A preset that the person can choose. */
export interface PresetChoice {
  preset: Preset;
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
  /** Of the agent that has the session. `own`: that agent has one of its own, whatever is chosen here. */
  model: { name: string; offline: boolean; own: boolean };
  /** Those that are set up, and the offline one last. */
  models: ModelChoice[];
  /** Of the session's turns so far; absent before the first. */
  usage?: TokenUsage;
  workspace: 'open' | 'none' | 'untrusted';
  approvals: {
    preset: Preset;
    /** The master switch: off, only what is protected asks. */
    enabled: boolean;
    /** What is wrong with the rules in the person's settings. */
    invalid: string[];
    choices: PresetChoice[];
  };
}

export type ChatOp =
  | { op: 'add'; item: ChatItem }
  /** Replaces the item with the same id and kind. */
  | { op: 'replace'; item: ChatItem }
  /** Of an answer, or of what is thought. */
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
  /** Several, in their order. */
  | { type: 'together'; messages: ChatToWebview[] }
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
  /** A decision on a card was not taken: `reason` says why. */
  | { type: 'notDecided'; approvalId: string; reason: string }
  | Pong;

const text = () => z.string().max(1_000_000);
/** Of a thing that the host named. */
export const id = () => z.string().min(1).max(200);

/** Asks whether the host lives; answered by a {@link Pong} at once. */
export const ping = () => z.strictObject({ type: z.literal('ping') });

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
    /** Opens the dialog; `panel`: there, where the person goes on. */
    z.strictObject({ type: z.literal('openApproval'), approvalId: id(), panel: z.enum(['reject', 'edit', 'allow']).optional() }),
    /** The card's Approve, pressed when the card stood whole before the person. */
    z.strictObject({ type: z.literal('approve'), approvalId: id(), argumentsHash: id() }),
    /** The card stands before the person, drawn whole. */
    z.strictObject({ type: z.literal('shown'), approvalId: id() }),
    /** Empty: the offline model. */
    z.strictObject({ type: z.literal('chooseModel'), name: z.string().max(200) }),
    z.strictObject({ type: z.literal('choosePreset'), preset: z.enum(presets) }),
    /** Puts the files back that a turn changed, or undoes that. */
    z.strictObject({ type: z.literal('undo'), changesId: id() }),
    z.strictObject({ type: z.literal('openFile'), path: z.string().min(1).max(4096) }),
    z.strictObject({
      type: z.literal('action'),
      action: z.enum(['setApiKey', 'openSettings', 'openRules', 'retry', 'resume', 'showLog', 'openFolder', 'manageTrust', 'newSession', 'setUpModel', 'continue', 'newSessionWithSummary']),
    }),
  ]),
);
export type ChatFromWebview = z.infer<ReturnType<typeof chatFromWebview>>;
