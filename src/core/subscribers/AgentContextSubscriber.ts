import type { EventBus } from '../bus/EventBus.ts';
import type { Disposable } from '../bus/Disposable.ts';
import type { AgentContextManager } from '../context/AgentContextManager.ts';

/** Switches the context before anything that reads it sees `agent.switched`. */
export function subscribeAgentContext(bus: EventBus, contexts: AgentContextManager): Disposable {
  return bus.on('agent.switched', (event) => contexts.apply(event), { priority: 15 });
}
