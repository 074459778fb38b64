/** The `source` of the events that begin and end a turn. Those of the agents that work in it have their own. */
export const TURN_SOURCE = 'MultiAgentOrchestrator';

/** Whether an `agent.processing` event is the turn's own, and not an agent's part of it. */
export function isTurnEvent({ source }: { source: string }): boolean {
  return source === TURN_SOURCE;
}
