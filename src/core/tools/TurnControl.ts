import type { PlanStep } from '../../protocol/messages.ts';

/** What a tool may do to the turn that it runs in. Everything is journaled when it resolves; it rejects where the journal takes no more. */
export interface TurnControl {
  /**
   * Gives the turn to another agent from the next step on, and resolves with what the model is told. Rejects with an
   * `Error` whose message the model can act on: for an agent that nobody knows, and past the limit of switches.
   */
  handOver(to: string, reason: string): Promise<string>;
  /** Resolves with the person's answer. Rejects where the turn ends first. */
  ask(question: string, choices: readonly string[]): Promise<string>;
  showPlan(steps: readonly PlanStep[]): Promise<void>;
}
