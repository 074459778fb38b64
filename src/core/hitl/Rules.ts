import type { RuntimeEvent } from '../../protocol/events.ts';
import type { PolicyRule, RuleScope } from '../../protocol/policy.ts';

export interface KeptRule {
  ruleId: string;
  rule: PolicyRule;
  /** It holds no more; its place is kept, should it be put back. */
  removed?: true;
}

/** By rule id, in the order in which they were made. */
export type Rules = Map<string, KeptRule>;

/** Applies one event to the rules of a scope. */
export function foldRule(rules: Rules, scope: RuleScope, event: RuntimeEvent): void {
  if (event.type === 'hitl.rule.added' && event.data.scope === scope) rules.set(event.data.ruleId, { ruleId: event.data.ruleId, rule: event.data.rule });
  if (event.type === 'hitl.rule.removed' && event.data.scope === scope) rules.set(event.data.ruleId, { ruleId: event.data.ruleId, rule: event.data.rule, removed: true });
}
