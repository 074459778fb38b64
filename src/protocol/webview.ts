import * as z from 'zod';
import type { DiffView } from './diff.ts';
import { lazySchema } from './lazySchema.ts';
import type { PlanStep } from './messages.ts';
import { policyRule, presets, ruleScopes, type PolicyRule, type Preset, type RuleScope, type VerdictSource } from './policy.ts';

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
  /** The policy refused it, and nobody was asked; or it forbade by then what the person had approved. */
  | 'denied'
  /** Nobody decided in time, which rejects. */
  | 'expired'
  | 'cancelled'
  | 'unknown';

/** A step that a person can take from an error, an empty chat, or a session that another window has. */
export type ChatAction = 'setApiKey' | 'openSettings' | 'openRules' | 'retry' | 'resume' | 'showLog' | 'openFolder' | 'manageTrust' | 'newSession';

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

export interface TurnEndItem {
  kind: 'turnEnd';
  id: string;
  outcome: 'completed' | 'stopped' | 'failed';
  durationMs: number;
  /** As reported by the model; absent where it reported none. */
  usage?: { inputTokens: number; outputTokens: number };
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
  model: { name: string; offline: boolean };
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
  /** A decision on a card was not taken: `reason` says why. */
  | { type: 'notDecided'; approvalId: string; reason: string }
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
    /** Opens the dialog; `panel`: there, where the person goes on. */
    z.strictObject({ type: z.literal('openApproval'), approvalId: id(), panel: z.enum(['reject', 'edit', 'allow']).optional() }),
    /** The card's Approve, pressed when the card stood whole before the person. */
    z.strictObject({ type: z.literal('approve'), approvalId: id(), argumentsHash: id() }),
    /** The card stands before the person, drawn whole. */
    z.strictObject({ type: z.literal('shown'), approvalId: id() }),
    z.strictObject({ type: z.literal('choosePreset'), preset: z.enum(presets) }),
    /** Puts the files back that a turn changed, or undoes that. */
    z.strictObject({ type: z.literal('undo'), changesId: id() }),
    z.strictObject({ type: z.literal('openFile'), path: z.string().min(1).max(4096) }),
    z.strictObject({
      type: z.literal('action'),
      action: z.enum(['setApiKey', 'openSettings', 'openRules', 'retry', 'resume', 'showLog', 'openFolder', 'manageTrust', 'newSession']),
    }),
  ]),
);
export type ChatFromWebview = z.infer<ReturnType<typeof chatFromWebview>>;

/** One argument of a call, as a field of the form that edits it: made from the tool's JSON Schema. */
export interface ApprovalField {
  name: string;
  /** For people: the schema's description. */
  description: string;
  /** `lines`: a text of several lines. */
  kind: 'text' | 'lines' | 'number' | 'boolean';
  required: boolean;
  /** Absent where the argument is not given. */
  value?: string | number | boolean;
}

/** A sentence for people, with what is code in it. */
export type Words = (string | { code: string })[];

/** One request for approval, as the dialog shows it. */
export interface ApprovalView {
  approvalId: string;
  /** Goes back with the decision: it binds the decision to what was shown. */
  argumentsHash: string;
  /** The question, for example "Edit src/a.ts?". */
  title: string;
  tool: string;
  path: string;
  created: boolean;
  agent: string;
  sessionTitle: string;
  /** ISO 8601, UTC. */
  askedAt: string;
  /** Milliseconds until it counts as rejected, from when this was posted. Absent: as long as it takes. */
  leftMs?: number;
  /** Why the person is asked once more, where they are. */
  again?: string;
  /** Absent where nothing is written: the arguments are all there is. */
  diff?: DiffView;
  why: { rule: Words; checked: Words; boundTo: Words };
  arguments: { name: string; value: string }[];
  fields: ApprovalField[];
  /** What a rule of this call can be made of; or, in words, why none can be made. */
  allow: AllowChoices | { not: string };
}

/** The choices of "Allow from now on…", the narrowest first. */
export interface AllowChoices {
  /** The name that rules know the agent by. */
  agent: string;
  /** Globs that match every file of the call, each with what it is for. */
  paths: { glob: string; title: string }[];
  /** Where a rule would count: one that is further away than the rule that asks does not. */
  scopes: RuleScope[];
}

/** What was made of an edit, as typed. */
export type EditCheck =
  /** `argumentsHash`: of what would run; an approval of the edit is bound to it. `diff`: of a change. */
  | { ok: true; argumentsHash: string; arguments: ApprovalView['arguments']; path: string; created: boolean; diff?: DiffView; checked: Words }
  /** `field`: the one that is to be corrected, where it is one. */
  | { ok: false; problems: { field?: string; message: string }[] };

export type ApprovalPanel = 'decide' | 'reject' | 'edit' | 'allow';

/** A form's values by the names of its fields; a number that is none stands as it was typed. */
export type FormValues = Record<string, string | number | boolean>;

/** What was typed in a dialog and not sent, kept over reloads. */
export interface ApprovalDraft {
  feedback: string;
  /** The form's values, by name, where the person began to edit. */
  edit?: FormValues;
}

export type ApprovalToWebview =
  /** `draft`: what was typed before, in a tab or a window that was closed since. */
  | { type: 'show'; approval: ApprovalView; draft: ApprovalDraft; panel?: ApprovalPanel }
  /** The person asked for this panel on another surface. */
  | { type: 'openPanel'; panel: ApprovalPanel }
  /** The person ran a command: it counts as the button of the page as it stands. */
  | { type: 'decide'; decision: 'approve' | 'reject' }
  /** The tab came to the front again: a click that was meant for what covered it counts for nothing. */
  | { type: 'uncovered' }
  /** Of the edit with this revision; later ones are on their way. */
  | { type: 'checked'; revision: number; check: EditCheck }
  /** How many files of the workspace a rule matches today; `more`: at least so many. */
  | { type: 'matched'; rule: PolicyRule; files: number; more: boolean }
  /** The rule holds now, and the question still waits. */
  | { type: 'ruleAdded' }
  /** What was sent did not come to pass, and the question still waits: `reason` says why. */
  | { type: 'refused'; reason: string }
  /** Decided elsewhere, withdrawn, or too late: `reason` says how; nothing can be decided here any more. What was typed stays to be read. */
  | { type: 'closed'; reason: string }
  /** `leftMs`: of the question's deadline, where it waits. */
  | (Pong & { leftMs?: number });

const value = () => z.union([z.string().max(5_000_000), z.number(), z.boolean()]);
export const formValues = () => z.record(z.string().min(1).max(200), value());

/** The person decided by a command of the palette, and not on the page. */
const command = () => z.literal(true).exactOptional();

export const approvalFromWebview = lazySchema(() =>
  z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('ready') }),
    ping(),
    /** The question stands before the person, drawn whole. */
    z.strictObject({ type: z.literal('shown'), approvalId: id() }),
    /** What stands in the field for feedback now. */
    z.strictObject({ type: z.literal('feedback'), feedback: z.string().max(20_000) }),
    /** What stands in the form now, answered by `checked`; `null`: the person took their edit back. */
    z.strictObject({ type: z.literal('edit'), revision: z.number().int().nonnegative(), values: formValues().nullable() }),
    z.strictObject({ type: z.literal('approve'), approvalId: id(), argumentsHash: id(), command: command() }),
    /** Approves the edit that was checked: by the hash of the question and that of what was shown of the edit. */
    z.strictObject({ type: z.literal('approveEdited'), approvalId: id(), argumentsHash: id(), editedHash: id(), values: formValues(), command: command() }),
    z.strictObject({ type: z.literal('reject'), approvalId: id(), argumentsHash: id(), feedback: z.string().max(20_000), command: command() }),
    /** How many files does this rule match? */
    z.strictObject({ type: z.literal('match'), rule: policyRule() }),
    /** Makes the rule that stands before the person; with `approve`, and approves. */
    z.strictObject({ type: z.literal('allow'), approvalId: id(), argumentsHash: id(), rule: policyRule(), scope: z.enum(ruleScopes), approve: z.boolean() }),
    /** Opens VS Code's own diff editor on what is shown: the question's change, or that of the edit. */
    z.strictObject({ type: z.literal('openDiff'), edited: z.boolean() }),
  ]),
);
export type ApprovalFromWebview = z.infer<ReturnType<typeof approvalFromWebview>>;
