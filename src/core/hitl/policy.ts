import { presetWords, type PolicyRule, type Preset, type RuleScope, type VerdictSource } from '../../protocol/policy.ts';
import type { WorkspaceFolder } from '../ports/Workspace.ts';
import type { ToolEffects } from '../tools/Tool.ts';
import { isSecret, protection } from './protectedFiles.ts';
import { ruledCall, type JudgedCall, type RuleMatcher } from './RuleMatcher.ts';

export interface Verdict {
  verdict: PolicyRule['effect'];
  /** The rule as it is written, or in words. */
  rule: string;
  /** Where it is from. */
  source: VerdictSource;
  /** Why, in one sentence for the person. */
  reason: string;
}

/** What holds at a moment. */
export interface Policy {
  /** The master switch: off, only what is protected asks. */
  enabled: boolean;
  preset: Preset;
  /** False in Restricted Mode. */
  trusted: boolean;
  /** By where they are from, each in its order. */
  rules: Readonly<Record<RuleScope, readonly RuleMatcher[]>>;
  folders: readonly WorkspaceFolder[];
  /** Milliseconds since 1970. */
  now: number;
}

export interface PolicyCall extends JudgedCall {
  effects: ToolEffects;
}

/** The nearest first. */
const scopes: readonly RuleScope[] = ['session', 'workspace', 'user'];
export const scopeWords: Readonly<Record<RuleScope, string>> = { session: 'for this session', workspace: 'for this workspace', user: 'in your settings' };

/**
 * Whether a call may run, must be asked for, or is refused. In each list of rules the first that matches counts; of the lists the nearest (session,
 * workspace, settings), but that a `deny` of any stands; where none matches, the preset decides. Above all of them: Restricted Mode,
 * Read only, Ask for everything, and what is protected by nature.
 */
export function judge(call: PolicyCall, policy: Policy): Verdict {
  if (call.effects === 'none') return { verdict: 'allow', rule: `${call.tool} changes and reads nothing`, source: 'nature', reason: 'It changes and reads nothing.' };
  const found = ruled(call, policy);
  const denied = found?.verdict === 'deny' ? found : undefined;
  return untrusted(call, policy) ?? denied ?? readOnly(call, policy) ?? guarded(call, policy) ?? switchedOff(policy) ?? askAll(found, policy) ?? found ?? byPreset(call, policy);
}

function changes({ effects }: PolicyCall): boolean {
  return effects !== 'read';
}

function untrusted(call: PolicyCall, { trusted }: Policy): Verdict | undefined {
  if (trusted || !changes(call)) return undefined;
  return { verdict: 'deny', rule: 'Restricted Mode', source: 'restricted', reason: 'The workspace is not trusted, so agents change nothing in it.' };
}

function readOnly(call: PolicyCall, { preset }: Policy): Verdict | undefined {
  if (preset !== 'readOnly' || !changes(call)) return undefined;
  return { verdict: 'deny', rule: nameOf(preset), source: 'preset', reason: 'You chose Read only, so agents change nothing and run nothing.' };
}

/** What is protected by nature. Reads of it run, but for what is not for a model. */
function guarded(call: PolicyCall, { folders }: Policy): Verdict | undefined {
  const { paths, tool, effects } = call;
  for (const path of paths) {
    const why = changes(call) || isSecret(path, folders) ? protection(path, folders) : undefined;
    if (why === undefined) continue;
    const leads = path.real === path.relative ? '' : `, which leads to ${path.real},`;
    const reason = `${path.relative}${leads} is ${why}. ${effects === 'read' ? 'What is in it goes to the model.' : 'It always asks.'}`;
    return { verdict: 'ask', rule: `${tool} on a protected file asks, whatever rules and presets say`, source: 'protected', reason };
  }
  return undefined;
}

function switchedOff({ enabled }: Policy): Verdict | undefined {
  if (enabled) return undefined;
  return { verdict: 'allow', rule: 'agentRuntime.approvals.enabled is off', source: 'switch', reason: 'You turned approvals off in your settings.' };
}

function askAll(found: Verdict | undefined, { preset }: Policy): Verdict | undefined {
  if (preset !== 'askAll' || found?.verdict === 'ask') return undefined;
  return { verdict: 'ask', rule: nameOf(preset), source: 'preset', reason: 'You chose to be asked for everything.' };
}

function byPreset(call: PolicyCall, { preset }: Policy): Verdict {
  const rule = nameOf(preset);
  if (!changes(call)) return { verdict: 'allow', rule, source: 'preset', reason: 'Reads run without a question.' };
  if (preset === 'trustEdits' && call.effects === 'write' && call.paths.length > 0) return { verdict: 'allow', rule, source: 'preset', reason: 'You trust edits in the workspace.' };
  return { verdict: 'ask', rule: `${call.tool} asks · ${rule}`, source: 'preset', reason: call.effects === 'execute' ? 'Commands ask first.' : 'Writes ask first.' };
}

function nameOf(preset: Preset): string {
  return `preset ${presetWords[preset].title}`;
}

/** What the rules say, where any does. */
function ruled(call: PolicyCall, { rules, folders, now }: Policy): Verdict | undefined {
  const seen = ruledCall(call, folders);
  let nearest: Verdict | undefined;
  for (const scope of scopes) {
    const first = rules[scope].find((matcher) => matcher.matches(seen, now));
    if (first === undefined) continue;
    const verdict = verdictOf(first.rule, scope);
    if (verdict.verdict === 'deny') return verdict;
    nearest ??= verdict;
  }
  return nearest;
}

function verdictOf({ reason, ...rule }: PolicyRule, scope: RuleScope): Verdict {
  const does = { allow: 'allows this', ask: 'asks', deny: 'forbids this' }[rule.effect];
  return { verdict: rule.effect, rule: JSON.stringify(rule), source: scope, reason: reason ?? `A rule ${scopeWords[scope]} ${does}.` };
}
