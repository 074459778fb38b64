import type { PolicyManager } from '../../core/hitl/PolicyManager.ts';
import type { Clock } from '../../core/ports/Clock.ts';
import type { Log } from '../../core/ports/Log.ts';
import { retryWhileBusy } from '../../core/retryWhileBusy.ts';
import { messageOf } from '../../core/tools/Tool.ts';
import type { PolicyRule, RuleScope } from '../../protocol/policy.ts';
import { foreignPath, foreignText } from '../foreignText.ts';
import type { Messages } from '../Messages.ts';

const UNDO = 'Undo';
const ACTOR = 'approval dialog';
const inWords: Readonly<Record<RuleScope, string>> = { session: 'in this session', workspace: 'in this workspace', user: 'everywhere' };

/** A rule that the person has before them. */
export interface WantedRule {
  rule: PolicyRule;
  scope: RuleScope;
  sessionId: string;
}

export interface AllowRulesDependencies {
  policy: Pick<PolicyManager, 'addRule' | 'removeRule'>;
  messages: Messages;
  agentTitle: (agent: string) => string;
  clock: Clock;
  log: Log;
}

/** Makes the rules of "Allow from now on…", each with a way back. */
export class AllowRules {
  readonly #dependencies: AllowRulesDependencies;

  constructor(dependencies: AllowRulesDependencies) {
    this.#dependencies = dependencies;
  }

  /** Rejects where the rule could not be kept: then there is none. */
  async add(wanted: WantedRule): Promise<void> {
    const { policy, clock, messages } = this.#dependencies;
    const ruleId = await retryWhileBusy(clock, () => policy.addRule({ ...wanted, actor: ACTOR }));
    // not waited for: the message may stand as long as the person likes
    void this.#undoOn(messages.showInformationMessage(this.words(wanted), UNDO), wanted, ruleId);
  }

  /** What a rule does, in one sentence. */
  words({ rule, scope }: WantedRule): string {
    const who = rule.agent === undefined ? 'any agent' : this.#dependencies.agentTitle(rule.agent);
    const until = rule.expires === undefined ? '' : `, until ${new Date(rule.expires).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' })}`;
    return `From now on ${foreignText(rule.tool)} by ${foreignText(who)} on ${foreignPath(rule.path ?? '**')} runs without a question, ${inWords[scope]}${until}.`;
  }

  async #undoOn(choice: Thenable<string | undefined>, wanted: WantedRule, ruleId: string): Promise<void> {
    if ((await choice) !== UNDO) return;
    const { policy, clock, messages, log } = this.#dependencies;
    try {
      await retryWhileBusy(clock, () => policy.removeRule({ ...wanted, ruleId, actor: ACTOR }));
      void messages.showInformationMessage('The rule is removed. You are asked again.');
    } catch (error) {
      log.error('A rule could not be removed', error);
      void this.#undoOn(messages.showErrorMessage(`The rule could not be removed, so it still holds: ${foreignText(messageOf(error))}`, UNDO), wanted, ruleId);
    }
  }
}
