import type { TurnControl } from '../../src/core/tools/TurnControl.ts';

const outside = (): never => {
  throw new Error('This tool has nothing to do with its turn');
};

/** The turn of a tool that must leave it alone. */
export const noTurn: TurnControl = { handOver: outside, ask: outside, showPlan: outside };
