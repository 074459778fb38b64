import type { PolicyManager } from '../../core/hitl/PolicyManager.ts';
import type { Clock } from '../../core/ports/Clock.ts';
import type { Log } from '../../core/ports/Log.ts';
import { retryWhileBusy } from '../../core/retryWhileBusy.ts';
import { messageOf } from '../../core/tools/Tool.ts';
import type { PolicyRule, RuleScope } from '../../protocol/policy.ts';
import { foreignPath, foreignText } from '../foreignText.ts';
import type { Messages } from '../Messages.ts';

const UNDO = 'Undo';
const ACTOR = 'Manage Approval Rules';

/** A rule that holds, and how it is shown. */
export interface RuleRow {
  scope: RuleScope;
  ruleId: string;
  rule: PolicyRule;
  /** Of a rule for a session. */
  sessionId: string | undefined;
  /** As it is written, but for its reason. */
  text: string;
  /** "for this workspace · until 1 Dec, 18:00" */
  holds: string;
  reason: string;
  /** It stands for something in the settings that is no rule: only there it can be put right. */
  invalid: boolean;
}

export interface RuleListDependencies {
  policy: Pick<PolicyManager, 'rules' | 'removeRule' | 'state'>;
  /** The sessions whose rules are listed. */
  sessions: () => readonly { sessionId: string; title: string }[];
  messages: Messages;
  clock: Clock;
  log: Log;
}

/** The rules that hold, and how one is taken back. */
export class RuleList {
  readonly #dependencies: RuleListDependencies;

  constructor(dependencies: RuleListDependencies) {
    this.#dependencies = dependencies;
  }

  /** The nearest first; those of each scope in the order in which they count. */
  get rows(): RuleRow[] {
    const { policy, sessions } = this.#dependencies;
    const { invalid } = policy.state;
    const row = (scope: RuleScope, { ruleId, rule }: { ruleId: string; rule: PolicyRule }, session?: { sessionId: string; title: string }): RuleRow => {
      const { reason = '', ...written } = rule;
      const facts = [session === undefined ? places[scope] : `for the session “${foreignText(session.title)}”`, ...this.#expiry(rule)];
      const row = { scope, ruleId, rule, sessionId: session?.sessionId, text: ruleText(written), holds: facts.join(' · '), reason: foreignText(reason) };
      return { ...row, invalid: scope === 'user' && invalid.includes(reason) };
    };
    const ofSessions = sessions().flatMap((session) => policy.rules(session.sessionId).filter(({ scope }) => scope === 'session').map((rule) => row('session', rule, session)));
    return [...ofSessions, ...policy.rules(undefined).map((rule) => row(rule.scope, rule))];
  }

  /** Takes a rule back, and offers to undo that. */
  async remove({ scope, ruleId, rule, sessionId, text }: RuleRow): Promise<void> {
    const { policy, messages, clock, log } = this.#dependencies;
    try {
      const putBack = await retryWhileBusy(clock, () => policy.removeRule({ scope, ruleId, rule, sessionId, actor: ACTOR }));
      if (putBack === undefined) void messages.showInformationMessage('This rule was already removed.');
      else void this.#undoOn(messages.showInformationMessage(`The rule ${text} is removed.`, UNDO), putBack);
    } catch (error) {
      log.error('A rule could not be removed', error);
      void messages.showErrorMessage(`The rule could not be removed, so it still holds: ${foreignText(messageOf(error))}`);
    }
  }

  async #undoOn(choice: Thenable<string | undefined>, putBack: (actor: string) => Promise<void>): Promise<void> {
    if ((await choice) !== UNDO) return;
    const { messages, clock, log } = this.#dependencies;
    try {
      await retryWhileBusy(clock, () => putBack(ACTOR));
    } catch (error) {
      log.error('A rule could not be put back', error);
      void this.#undoOn(messages.showErrorMessage(`The rule could not be put back: ${foreignText(messageOf(error))}`, UNDO), putBack);
    }
  }

  #expiry({ expires }: PolicyRule): string[] {
    if (expires === undefined) return [];
    const now = this.#dependencies.clock.now();
    const end = new Date(expires);
    if (end <= now) return ['expired'];
    const year = end.getFullYear() === now.getFullYear() ? {} : { year: 'numeric' as const };
    return [`until ${end.toLocaleString([], { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', ...year })}`];
  }
}

const places: Record<RuleScope, string> = { session: 'for a session', workspace: 'for this workspace', user: 'everywhere, in your settings' };

/** On one line, as one would write it. */
function ruleText(rule: PolicyRule): string {
  return foreignPath(JSON.stringify(rule, undefined, 1).replace(/\n\s*/g, ' '));
}
