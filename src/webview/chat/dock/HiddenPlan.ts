import type { PlanStep } from '../../../protocol/messages.ts';

const titlesOf = (plan: readonly PlanStep[]): string => JSON.stringify(plan.map(({ title }) => title));

/** The plan that the person has put away: it stays away while its steps are the same ones, however far they got. */
export class HiddenPlan {
  #titles: string | undefined;

  hide(plan: readonly PlanStep[]): void {
    this.#titles = titlesOf(plan);
  }

  /** Whether this plan, the one that there is now, is the one that was put away; another one brings it back. */
  isHidden(plan: readonly PlanStep[]): boolean {
    if (this.#titles !== titlesOf(plan)) this.#titles = undefined;
    return this.#titles !== undefined;
  }
}
