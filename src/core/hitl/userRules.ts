import type * as z from 'zod';
import { policyRule, type PolicyRule } from '../../protocol/policy.ts';

/** The person's settings, checked. */
export interface UserRules {
  enabled: boolean;
  /** In their order; one that is not valid stands as a rule that asks. */
  rules: readonly PolicyRule[];
  /** What is wrong with those that are not valid, each in a sentence for the person. */
  invalid: readonly string[];
}

/** The setting that rules are written in. */
export const RULES_SETTING = 'agentRuntime.approvals.rules';
export const ENABLED_SETTING = 'agentRuntime.approvals.enabled';

const REASON_LENGTH = 1_000;

/** Checks what the settings hold. Nothing that is wrong with them loosens: a rule that is not valid asks, and so does everything where they are no list. */
export function readUserRules({ enabled, rules }: { enabled: unknown; rules: unknown }): UserRules {
  const invalid: string[] = [];
  if (enabled !== undefined && typeof enabled !== 'boolean') invalid.push(`${ENABLED_SETTING} is neither true nor false, so it counts as true.`);
  if (rules !== undefined && !Array.isArray(rules)) {
    const problem = `${RULES_SETTING} is no list, so everything asks.`;
    return { enabled: enabled !== false, rules: [{ tool: '*', effect: 'ask', reason: problem }], invalid: [...invalid, problem] };
  }
  const listed: readonly unknown[] = rules ?? [];
  const read = listed.map((raw, index): PolicyRule => {
    const parsed = policyRule().safeParse(raw);
    const wrong = parsed.success ? matchesNothing(parsed.data) : wordsOf(parsed.error);
    if (parsed.success && wrong === undefined) return parsed.data;
    // no longer than a rule's reason may be: else it could not be journaled
    const problem = `Rule ${index + 1} in ${RULES_SETTING} is not valid, so it counts as “ask”: ${wrong ?? ''}`.slice(0, REASON_LENGTH);
    invalid.push(problem);
    return { tool: toolOf(raw), effect: 'ask', reason: problem };
  });
  return { enabled: enabled !== false, rules: read, invalid };
}

/** What nobody means, and what would silently forbid nothing. */
function matchesNothing({ path }: PolicyRule): string | undefined {
  if (path?.startsWith('!') === true) return 'path: a glob that begins with “!” matches nothing. Write what it is about';
  if (path !== undefined && /^([a-z]:|\\\\|~)/i.test(path)) return 'path: it is relative to the workspace, and names no drive or home folder';
  return undefined;
}

function wordsOf(error: z.ZodError): string {
  return error.issues.map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`)).join('; ');
}

/** The tools that a rule was meant for; all where that cannot be read. */
function toolOf(raw: unknown): string {
  const tool: unknown = typeof raw === 'object' && raw !== null && 'tool' in raw ? raw.tool : undefined;
  return typeof tool === 'string' && tool !== '' && tool.length <= 200 ? tool : '*';
}
