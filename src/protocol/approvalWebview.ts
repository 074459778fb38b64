import * as z from 'zod';
import type { DiffView } from './diff.ts';
import { lazySchema } from './lazySchema.ts';
import { policyRule, ruleScopes, type PolicyRule, type RuleScope } from './policy.ts';
import { id, ping, type Pong } from './webview.ts';

/**
 * What the approval dialog's webview and the extension host say to each other.
 *
 * Host to webview: {@link ApprovalToWebview}; trusted, types only.
 * Webview to host: {@link ApprovalFromWebview}; untrusted, parsed by the host.
 */

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
