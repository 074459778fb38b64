import type { AgentName } from '../../src/core/agents/Agent.ts';
import { describeEvent, eventTypes, type EventData, type EventType } from '../../src/protocol/events.ts';

/** The two ways in which tables are written: each is a host of its own. */
export const runs = ['event-driven', 'by timer'] as const;
export type Run = (typeof runs)[number];

/** An event that a subsystem has to publish itself. */
export interface Expected {
  type: EventType;
  /** Of `agent.switched`: who wanted it. */
  trigger?: EventData<'agent.switched'>['trigger'];
  publisher: string;
}

/** One row of the specification's table: subsystems, and the events each must publish. */
export interface Subsystem {
  name: string;
  events: readonly Expected[];
  /** What is measured where an event alone says too little. */
  proofs?: readonly string[];
  /** Where it works; in both runs where nothing is said. */
  only?: Run;
}

const by = (publisher: string, ...types: EventType[]): Expected[] => types.map((type) => ({ type, publisher }));

/** By agent: the `source` of its own events. */
export const agentSources: Readonly<Record<AgentName, string>> = {
  orchestrator: 'OrchestratorAgent',
  coder: 'CoderAgent',
  architect: 'ArchitectAgent',
  debug: 'DebugAgent',
  ask: 'AskAgent',
  universal: 'UniversalAgent',
};

/** What is measured beside events. */
export const proofs = {
  contextPublishesNothing: 'publishes nothing of its own',
  contextFollowsSwitches: 'changes by agent.switched, and by nothing else',
  shutdownIsAwaited: 'handlers of system.shutdown finish before the host goes',
  handles: {
    'session.updated': 'session.updated is handled, and in its row',
    'session.message.added': 'session.message.added is handled, and in its row',
    'agent.switched': 'agent.switched is handled, and in its row',
  },
  timerWrites: 'the timer writes, before the host ends',
  tablesAreRight: 'the tables are what the journal says',
} as const;

const tasks = ['system.background_task.started', 'system.background_task.completed'] as const;

/** The thirteen rows, in their order. */
export const subsystems: readonly Subsystem[] = [
  {
    name: 'MultiAgentOrchestrator',
    events: [
      ...by('MultiAgentOrchestrator', 'agent.processing.started'),
      ...(['user', 'orchestrator', 'handover'] as const).map((trigger): Expected => ({ type: 'agent.switched', trigger, publisher: 'MultiAgentOrchestrator' })),
      ...by('MultiAgentOrchestrator', 'agent.processing.completed', 'agent.error.occurred'),
    ],
  },
  { name: 'LLMStreamService', events: by('LLMStreamService', 'tool.execution.requested', 'tool.approval.required') },
  { name: 'SessionManager', events: by('SessionManager', 'session.created', 'session.message.added', 'session.updated', 'session.deleted') },
  { name: 'HitlManager', events: by('HitlManager', 'hitl.approval.requested', 'hitl.decision.made', 'hitl.timeout.occurred') },
  { name: 'AgentContextManager', events: [], proofs: [proofs.contextPublishesNothing, proofs.contextFollowsSwitches] },
  { name: 'MainApplication', events: by('MainApplication', 'system.startup', 'system.shutdown'), proofs: [proofs.shutdownIsAwaited] },
  { name: 'PersistenceSubscriber', events: [], proofs: Object.values(proofs.handles), only: 'event-driven' },
  { name: 'Background writers', events: [...by('SessionManager', ...tasks), ...by('AgentContextManager', ...tasks)], proofs: [proofs.timerWrites, proofs.tablesAreRight], only: 'by timer' },
  { name: 'Agents', events: Object.values(agentSources).flatMap((source) => by(source, 'agent.processing.started', 'agent.processing.completed')) },
  { name: 'ToolRegistry', events: by('ToolRegistry', 'tool.execution.started', 'tool.execution.completed', 'tool.execution.failed') },
  { name: 'DatabaseService', events: by('DatabaseService', 'database.query.executed') },
  { name: 'LlmClient', events: by('LlmClient', 'llm.request.started', 'llm.request.completed', 'llm.request.failed') },
  { name: 'AgentRouter', events: by('AgentRouter', 'agent.registered') },
];

const named = new Set(subsystems.flatMap(({ events }) => events.map(({ type }) => type)));

/** The rest of the catalogue, a new type included: each is published by whom the catalogue names. */
export const others: Subsystem = {
  name: 'in no row',
  events: eventTypes.filter((type) => !named.has(type)).flatMap((type) => describeEvent(type).publisher.split(', ').map((publisher) => ({ type, publisher }))),
};
