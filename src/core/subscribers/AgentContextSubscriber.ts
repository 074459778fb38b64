import type { EventBus } from '../bus/EventBus.ts';
import { DisposableStore, type Disposable } from '../bus/Disposable.ts';
import type { AgentContextManager } from '../context/AgentContextManager.ts';

const BEFORE_READERS = { priority: 15 };

/** Changes the context before anything that reads it sees the event: a switch, or the creation, the end or the return of the session. */
export function subscribeAgentContext(bus: EventBus, contexts: AgentContextManager): Disposable {
  const subscriptions = new DisposableStore();
  subscriptions.add(bus.on('session.created', (event) => contexts.apply(event), BEFORE_READERS));
  subscriptions.add(bus.on('agent.switched', (event) => contexts.apply(event), BEFORE_READERS));
  subscriptions.add(bus.on('session.deleted', ({ sessionId }) => contexts.delete(sessionId ?? ''), BEFORE_READERS));
  subscriptions.add(bus.on('session.restored', ({ sessionId }) => contexts.restore(sessionId ?? ''), BEFORE_READERS));
  return subscriptions;
}
