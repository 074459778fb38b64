import { foldContext, initialContext, type AgentContext } from '../context/AgentContextManager.ts';
import type { ContextRow, Projected, Projections } from '../ports/Projections.ts';
import type { Projection } from './Projector.ts';

/** The table `contexts`. */
export function contextProjection(projections: Projections): Projection<ContextRow, Projected<ContextRow>> {
  return {
    table: 'contexts',
    types: ['agent.switched'],
    read: (sessionId) => projections.context(sessionId),
    write: (changes) => projections.writeContexts(changes),
    lagging: () => projections.lagging('contexts'),
    fold: (sessionId, before, events, seq) => {
      let context: AgentContext = { ...initialContext, ...before };
      for (const event of events) if (event.type === 'agent.switched') context = foldContext(context, event);
      return { seq, row: { sessionId, currentAgent: context.currentAgent, switches: context.switches } };
    },
  };
}
