import * as z from 'zod';
import { lazySchema } from './lazySchema.ts';

/** How freely agents work, as the person chose it for the workspace. */
export const presets = ['askAll', 'askWrites', 'trustEdits', 'readOnly'] as const;
export type Preset = (typeof presets)[number];

/** In the words of the UI. */
export const presetWords: Readonly<Record<Preset, { title: string; purpose: string }>> = {
  askAll: { title: 'Ask for everything', purpose: 'reads too, whatever rules allow' },
  askWrites: { title: 'Ask for writes and commands', purpose: 'reads run, and what your rules allow' },
  trustEdits: { title: 'Trust edits in the workspace', purpose: 'commands and protected files ask' },
  readOnly: { title: 'Read only', purpose: 'nothing is written, nothing runs' },
};

/** How long a rule holds: with its session, in this workspace, or wherever the person works. */
export const ruleScopes = ['session', 'workspace', 'user'] as const;
export type RuleScope = (typeof ruleScopes)[number];

/**
 * A rule of the approval policy, as it stands in the setting `agentRuntime.approvals.rules` and in the journal. Every
 * field that is there must match.
 */
export const policyRule = lazySchema(() => z.strictObject({
  /** Name of a tool; `*` stands for any characters. */
  tool: z.string().min(1).max(200),
  /** Name of an agent; `*` stands for any characters. */
  agent: z.string().min(1).max(200).exactOptional(),
  /** Glob that a file's path relative to the workspace must match whole. */
  path: z.string().min(1).max(1_000).exactOptional(),
  /** A command; `*` stands for any characters. */
  command: z.string().min(1).max(10_000).exactOptional(),
  effect: z.enum(['allow', 'ask', 'deny']),
  /** ISO 8601 with a time zone: from then on the rule matches nothing. */
  expires: z.iso.datetime({ offset: true }).exactOptional(),
  /** For people: why there is this rule. */
  reason: z.string().max(1_000).exactOptional(),
}));
export type PolicyRule = z.infer<ReturnType<typeof policyRule>>;

/** Where a verdict comes from. `switch`: approvals are turned off. `restricted`: the workspace is not trusted. `nature`: the tool changes and reads nothing. */
export const verdictSources = ['restricted', 'protected', 'session', 'workspace', 'user', 'preset', 'switch', 'nature'] as const;
export type VerdictSource = (typeof verdictSources)[number];
