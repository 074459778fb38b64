import type { DecisionInput, DecisionResult, HitlManager } from '../../core/hitl/HitlManager.ts';
import type { JudgedPath } from '../../core/hitl/protectedFiles.ts';
import type { Clock } from '../../core/ports/Clock.ts';
import type { Log } from '../../core/ports/Log.ts';
import { retryWhileBusy } from '../../core/retryWhileBusy.ts';
import { messageOf } from '../../core/tools/Tool.ts';
import type { ApprovalFromWebview, ApprovalToWebview, ApprovalView } from '../../protocol/approvalWebview.ts';
import { ruleRefusal } from './allowChoices.ts';
import type { AllowRules } from './AllowRules.ts';
import type { EditChecks } from './EditChecks.ts';
import type { Requested } from './endings.ts';

const ACTOR = 'approval dialog';
/** The person decided by a command of the palette. */
const COMMAND = 'command';

const answers: Record<Exclude<DecisionResult, 'decided'>, string> = {
  already_decided: 'This was already decided.',
  not_what_was_shown: 'What was asked has changed, so nothing was decided.',
};

type Heard<T extends ApprovalFromWebview['type']> = Extract<ApprovalFromWebview, { type: T }>;
export type Deciding = Heard<'approve' | 'approveEdited' | 'reject' | 'allow'>;

/** What the page has before it: what a rule may be made of. */
export interface Shown {
  allow: ApprovalView['allow'];
  /** Where the call's paths lead. */
  paths: readonly JudgedPath[];
}

interface Dependencies {
  requested: Requested;
  hitl: Pick<HitlManager, 'decide' | 'shown' | 'find'>;
  edits: Pick<EditChecks, 'confirm'>;
  rules: Pick<AllowRules, 'add'>;
  /** `undefined`: nothing yet. */
  shown: () => Shown | undefined;
  post: (message: ApprovalToWebview) => void;
  /** Tells the person what failed. */
  tell: (text: string) => void;
  clock: Clock;
  log: Log;
}

/**
 * What the person decides in one dialog, about its own question and no other. The page is not trusted: an edit is checked once more, and a rule
 * is one that was offered. Nothing here rejects: the page, a message or the log tells what failed.
 */
export class DialogDecisions {
  readonly #dependencies: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#dependencies = dependencies;
  }

  /** The question stands before the person. Returns whether it is the dialog's own. */
  shown(approvalId: string): boolean {
    if (!this.#isOwn(approvalId)) return false;
    const { hitl, log } = this.#dependencies;
    try {
      hitl.shown(approvalId, ACTOR);
    } catch (error) {
      log.warn(`It could not be noted that a question was shown: ${messageOf(error)}`);
    }
    return true;
  }

  async hear(message: Deciding): Promise<void> {
    if (!this.#isOwn(message.approvalId)) return;
    const { approvalId, argumentsHash } = message;
    const actor = message.type !== 'allow' && message.command === true ? COMMAND : ACTOR;
    switch (message.type) {
      case 'approve':
        return this.#decide({ approvalId, argumentsHash, decision: 'approve', feedback: '', actor });
      case 'reject':
        return this.#decide({ approvalId, argumentsHash, decision: 'reject', feedback: message.feedback, actor });
      case 'approveEdited': {
        const edited = await this.#dependencies.edits.confirm(message.values, message.editedHash);
        return edited === undefined ? undefined : this.#decide({ approvalId, argumentsHash, decision: 'edit', feedback: '', actor, edited });
      }
      case 'allow':
        if (await this.#allow(message)) await this.#decide({ approvalId, argumentsHash, decision: 'approve', feedback: '', actor });
    }
  }

  /** Makes a rule of this call. Returns whether the call is to be approved with it. */
  async #allow({ argumentsHash, rule, scope, approve }: Heard<'allow'>): Promise<boolean> {
    const { requested, hitl, rules, post, clock, log } = this.#dependencies;
    const { data, sessionId = '' } = requested;
    const shown = this.#dependencies.shown();
    const choices = shown?.allow;
    // a rule is made of a question that waits, as it was shown
    if (hitl.find(data.approvalId)?.data.argumentsHash !== argumentsHash) {
      post({ type: 'closed', reason: answers.already_decided });
      return false;
    }
    const refusal = choices === undefined || 'not' in choices ? 'None can be made of this call.' : ruleRefusal(rule, scope, { choices, asked: data, paths: shown?.paths ?? [], now: clock.now().getTime() });
    if (refusal !== undefined) {
      post({ type: 'refused', reason: `The rule was not added. ${refusal}` });
      return false;
    }
    try {
      await rules.add({ rule, scope, sessionId });
    } catch (error) {
      log.error('A rule could not be saved', error);
      post({ type: 'refused', reason: `The rule was not added, and nothing was decided: ${messageOf(error)}` });
      return false;
    }
    if (!approve) post({ type: 'ruleAdded' });
    return approve;
  }

  async #decide(input: DecisionInput): Promise<void> {
    const { hitl, post, tell, clock, log } = this.#dependencies;
    try {
      const result = await retryWhileBusy(clock, () => hitl.decide(input));
      if (result !== 'decided') post({ type: 'closed', reason: answers[result] });
    } catch (error) {
      log.error('A decision could not be saved', error);
      tell(`Your decision could not be saved, so nothing was decided: ${messageOf(error)}`);
      post({ type: 'refused', reason: 'Your decision could not be saved, so nothing was decided.' });
    }
  }

  #isOwn(approvalId: string): boolean {
    const own = approvalId === this.#dependencies.requested.data.approvalId;
    if (!own) this.#dependencies.log.warn('An approval dialog tried to decide another question than its own. Nothing was decided');
    return own;
  }
}
