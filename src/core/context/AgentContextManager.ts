import type { EventOf, RuntimeEvent } from '../../protocol/events.ts';
import type { AgentName } from '../agents/Agent.ts';

export interface AgentSwitch {
  from: string;
  to: string;
  reason: string;
  /** ISO 8601, UTC. */
  at: string;
}

/** Which agent has a session, and how it came there. */
export interface AgentContext {
  currentAgent: string;
  switches: readonly AgentSwitch[];
}

const FIRST_AGENT: AgentName = 'orchestrator';
const initial: AgentContext = { currentAgent: FIRST_AGENT, switches: [] };

/** The agent context of each session. Changed only by `agent.switched`, through the AgentContextSubscriber. */
export class AgentContextManager {
  readonly #contexts = new Map<string, AgentContext>();

  get(sessionId: string): AgentContext {
    return this.#contexts.get(sessionId) ?? initial;
  }

  /** Takes a session's context from its journal. */
  restore(sessionId: string, events: readonly RuntimeEvent[]): void {
    this.#contexts.delete(sessionId);
    for (const event of events) if (event.type === 'agent.switched') this.apply(event);
  }

  apply(event: EventOf<'agent.switched'>): void {
    if (event.sessionId === undefined) return;
    const { from, to, reason } = event.data;
    const { switches } = this.get(event.sessionId);
    this.#contexts.set(event.sessionId, { currentAgent: to, switches: [...switches, { from, to, reason, at: event.timestamp }] });
  }
}
