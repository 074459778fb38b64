import type { DecisionInput, DecisionResult } from '../../core/hitl/HitlManager.ts';
import type { Clock } from '../../core/ports/Clock.ts';
import type { Log } from '../../core/ports/Log.ts';
import { retryWhileBusy } from '../../core/retryWhileBusy.ts';
import { messageOf } from '../../core/tools/Tool.ts';
import { foreignText } from '../foreignText.ts';
import type { Messages } from '../Messages.ts';

export const ALREADY_DECIDED = 'This was already decided.';

export interface RejectionsDependencies {
  hitl: { decide(input: DecisionInput): DecisionResult };
  messages: Messages;
  clock: Clock;
  log: Log;
}

/** Rejects questions where they are not before the person whole. To approve them, they are. */
export class Rejections {
  readonly #dependencies: RejectionsDependencies;

  constructor(dependencies: RejectionsDependencies) {
    this.#dependencies = dependencies;
  }

  /** Tells where nothing was decided by it. */
  async reject({ approvalId, argumentsHash }: Pick<DecisionInput, 'approvalId' | 'argumentsHash'>, { feedback, actor }: Pick<DecisionInput, 'feedback' | 'actor'>): Promise<void> {
    const { hitl, messages, clock, log } = this.#dependencies;
    try {
      const result = await retryWhileBusy(clock, () => hitl.decide({ approvalId, argumentsHash, decision: 'reject', feedback, actor }));
      if (result !== 'decided') this.tooLate();
    } catch (error) {
      log.error('A decision could not be saved', error);
      void messages.showErrorMessage(`Your decision could not be saved, so nothing was decided: ${foreignText(messageOf(error))}`);
    }
  }

  tooLate(): void {
    void this.#dependencies.messages.showInformationMessage(ALREADY_DECIDED);
  }
}
