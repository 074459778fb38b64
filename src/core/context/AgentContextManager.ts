import type { EventOf } from '../../protocol/events.ts';
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

/** The context of a session in which nobody has switched yet. */
export const initialContext: AgentContext = { currentAgent: FIRST_AGENT, switches: [] };

/** The context after a switch. */
export function foldContext({ switches }: AgentContext, event: EventOf<'agent.switched'>): AgentContext {
  const { from, to, reason } = event.data;
  return { currentAgent: to, switches: [...switches, { from, to, reason, at: event.timestamp }] };
}

/** The agent context of each session. Changed only by `agent.switched`, and the end of the session and its return, through the AgentContextSubscriber. */
export class AgentContextManager {
  readonly #contexts = new Map<string, AgentContext>();
  /** Of deleted sessions that are still open: a deletion can be taken back. */
  readonly #deleted = new Map<string, AgentContext>();

  get(sessionId: string): AgentContext {
    return this.#contexts.get(sessionId) ?? initialContext;
  }

  /** Takes a session's context, as its journal tells it, in place of the one that was there. */
  adopt(sessionId: string, context: AgentContext): void {
    this.forget(sessionId);
    if (context !== initialContext) this.#contexts.set(sessionId, context);
  }

  forget(sessionId: string): void {
    this.#contexts.delete(sessionId);
    this.#deleted.delete(sessionId);
  }

  delete(sessionId: string): void {
    const context = this.#contexts.get(sessionId);
    if (context === undefined) return;
    this.#contexts.delete(sessionId);
    this.#deleted.set(sessionId, context);
  }

  /** Brings back what a deleted session had. */
  restore(sessionId: string): void {
    const context = this.#deleted.get(sessionId);
    if (context === undefined) return;
    this.#deleted.delete(sessionId);
    this.#contexts.set(sessionId, context);
  }

  apply(event: EventOf<'agent.switched'>): void {
    if (event.sessionId === undefined) return;
    this.#contexts.set(event.sessionId, foldContext(this.get(event.sessionId), event));
  }
}
