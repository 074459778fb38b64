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
  switchCount: number;
  /** ISO 8601, UTC; of a session that is open. */
  createdAt: string | undefined;
  /** ISO 8601, UTC; `undefined` where nobody has switched. */
  lastSwitchAt: string | undefined;
  /** What else is known of the last switch: its `trigger`, and the `confidence` of a route. */
  metadata: Readonly<Record<string, string>>;
}

/** The events that a context is folded from. */
export type ContextEvent = EventOf<'session.created' | 'agent.switched'>;

const FIRST_AGENT: AgentName = 'orchestrator';

/** The context of a session in which nobody has switched yet. */
export const initialContext: AgentContext = { currentAgent: FIRST_AGENT, switches: [], switchCount: 0, createdAt: undefined, lastSwitchAt: undefined, metadata: {} };

export function isContextEvent(event: RuntimeEvent): event is ContextEvent {
  return event.type === 'session.created' || event.type === 'agent.switched';
}

/** The context after the session's creation, or after a switch; one to the agent that has it is none. */
export function foldContext(context: AgentContext, event: ContextEvent): AgentContext {
  const { timestamp: at } = event;
  if (event.type === 'session.created') return { ...context, createdAt: at };
  const { from, to, reason, trigger, confidence } = event.data;
  if (to === context.currentAgent) return context;
  const switches = [...context.switches, { from, to, reason, at }];
  const metadata = { trigger, ...(confidence === undefined ? {} : { confidence }) };
  return { ...context, currentAgent: to, switches, switchCount: switches.length, lastSwitchAt: at, metadata };
}

/** The agent context of each session. Changed only by `agent.switched`, and by a session's creation, end and return, through the AgentContextSubscriber. */
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

  apply(event: ContextEvent): void {
    if (event.sessionId === undefined) return;
    this.#contexts.set(event.sessionId, foldContext(this.get(event.sessionId), event));
  }
}
