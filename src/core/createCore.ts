import type { Disposable } from './bus/Disposable.ts';
import { DisposableStore } from './bus/Disposable.ts';
import { EventBus } from './bus/EventBus.ts';
import { AgentRouter } from './agents/AgentRouter.ts';
import { SystemPrompts } from './agents/SystemPrompts.ts';
import { agents, universal, orchestrator as orchestratorAgent } from './agents/agents.ts';
import { AgentContextManager } from './context/AgentContextManager.ts';
import { DatabaseService } from './DatabaseService.ts';
import { HitlManager } from './hitl/HitlManager.ts';
import { PolicyManager } from './hitl/PolicyManager.ts';
import { QuestionManager } from './hitl/QuestionManager.ts';
import { LlmClient } from './llm/LlmClient.ts';
import { silenceLimits } from './llm/listen.ts';
import { LLMStreamService } from './llm/LLMStreamService.ts';
import { TokenEstimates } from './llm/tokens.ts';
import { MultiAgentOrchestrator } from './orchestration/MultiAgentOrchestrator.ts';
import { WarmUp } from './orchestration/WarmUp.ts';
import { turnControls } from './orchestration/turnControls.ts';
import { createPersistence, type Persistence, type PersistenceOptions } from './persistence/createPersistence.ts';
import type { AuditLog } from './ports/AuditLog.ts';
import type { Clock } from './ports/Clock.ts';
import type { Environment } from './ports/Environment.ts';
import type { Journal } from './ports/Journal.ts';
import type { Leases } from './ports/Leases.ts';
import type { ModelSource } from './ports/LlmStream.ts';
import type { ModelMemory } from './ports/ModelMemory.ts';
import type { Log } from './ports/Log.ts';
import type { PolicySettings } from './ports/PolicySettings.ts';
import type { Projections } from './ports/Projections.ts';
import type { Workspace } from './ports/Workspace.ts';
import { Recovery } from './recovery/Recovery.ts';
import { OpenSessions } from './sessions/OpenSessions.ts';
import { Ownership } from './sessions/Ownership.ts';
import { SessionDeletion } from './sessions/SessionDeletion.ts';
import { SessionManager } from './sessions/SessionManager.ts';
import { subscribeAgentContext } from './subscribers/AgentContextSubscriber.ts';
import { AuditLogger } from './subscribers/AuditLogger.ts';
import { IdleCheckpoints } from './subscribers/IdleCheckpoints.ts';
import { logEvents } from './subscribers/logEvents.ts';
import { MetricsCollector } from './subscribers/MetricsCollector.ts';
import { SessionMetricsCollector } from './subscribers/SessionMetricsCollector.ts';
import { SessionSummaries } from './summary/SessionSummaries.ts';
import { CallInspector } from './tools/CallInspector.ts';
import { ToolExecutor } from './tools/ToolExecutor.ts';
import { ToolRegistry } from './tools/ToolRegistry.ts';
import { tools as builtIn } from './tools/tools.ts';
import { Transcripts } from './transcript/Transcripts.ts';
import { UndoManager } from './undo/UndoManager.ts';

export interface CorePorts {
  journal: Journal;
  projections: Projections;
  leases: Leases;
  audit: AuditLog;
  workspace: Workspace;
  environment: Environment;
  models: ModelSource;
  modelMemory: ModelMemory;
  policySettings: PolicySettings;
  clock: Clock;
  log: Log;
  persistence: PersistenceOptions;
  /** Milliseconds that a question waits while VS Code runs. */
  approvalTimeoutMs?: number;
  /** One agent does everything: nobody chooses, and nobody hands over. */
  singleAgent?: boolean;
}

/** The runtime without a VS Code: every subsystem, wired. */
export interface Core extends Disposable {
  bus: EventBus;
  database: DatabaseService;
  contexts: AgentContextManager;
  sessions: SessionManager;
  openSessions: OpenSessions;
  deletion: SessionDeletion;
  recovery: Recovery;
  transcripts: Transcripts;
  router: AgentRouter;
  hitl: HitlManager;
  policy: PolicyManager;
  tools: ToolExecutor;
  undo: UndoManager;
  registry: ToolRegistry;
  orchestrator: MultiAgentOrchestrator;
  summaries: SessionSummaries;
  persistence: Persistence;
  metrics: MetricsCollector;
  sessionMetrics: SessionMetricsCollector;
  warmUp: WarmUp;
  /** Makes the agents known; `correlationId` is the start's. */
  registerAgents: (correlationId: string) => void;
}

export function createCore(ports: CorePorts): Core {
  const { journal, projections, leases, workspace, models, clock, log } = ports;
  const disposables = new DisposableStore();
  const bus = new EventBus({ journal, clock, log });
  const contexts = new AgentContextManager();
  disposables.add(subscribeAgentContext(bus, contexts));
  disposables.add(logEvents(bus, log));
  disposables.add(new IdleCheckpoints({ bus, journal, clock, log }));
  const metrics = disposables.add(new MetricsCollector({ bus }));
  const sessionMetrics = disposables.add(new SessionMetricsCollector({ bus }));
  const audit = disposables.add(new AuditLogger({ bus, audit: ports.audit, log }));
  const persistence = disposables.add(createPersistence({ bus, journal, projections, clock, log, ...ports.persistence }));
  const ownership = disposables.add(new Ownership({ leases, clock, log }));
  const sessions = disposables.add(new SessionManager({ bus, journal, ownership, log }));
  const transcripts = disposables.add(new Transcripts(bus));
  const router = new AgentRouter({ bus });
  const registry = new ToolRegistry({ tools: builtIn, workspace });
  const hitl = disposables.add(new HitlManager({ clock, log, timeoutMs: ports.approvalTimeoutMs }));
  const policy = disposables.add(new PolicyManager({ bus, journal, sessions, settings: ports.policySettings, workspace, clock, log }));
  const inspector = new CallInspector({ ports: { workspace } });
  const questions = new QuestionManager();
  const prompts = new SystemPrompts({ workspace, environment: ports.environment, clock, log });
  const estimates = new TokenEstimates({ memory: ports.modelMemory });
  const client = new LlmClient({ models, estimates, clock, limits: silenceLimits, random: Math.random });
  const llm = new LLMStreamService({ client, estimates, registry, policy, inspector });
  const tools = new ToolExecutor({ registry, hitl, policy, inspector, ports: { workspace }, clock, turns: turnControls({ router, contexts, sessions, questions, clock }) });
  const orchestrator = disposables.add(new MultiAgentOrchestrator({ bus, sessions, ownership, contexts, router, prompts, llm, tools, questions, clock, log }));
  const openSessions = disposables.add(new OpenSessions({ bus, sessions, contexts, transcripts, ownership, orchestrator, audit, clock, log }));
  const deletion = new SessionDeletion({ bus, journal, sessions, ownership, orchestrator, audit, clock });
  return {
    bus,
    database: new DatabaseService({ bus }),
    contexts,
    sessions,
    openSessions,
    deletion,
    recovery: new Recovery({ journal, sessions, audit, openSessions, deletion, tables: persistence.tables, log }),
    transcripts,
    router,
    hitl,
    policy,
    tools,
    undo: new UndoManager({ bus, sessions, ownership, orchestrator, workspace, clock, log }),
    registry,
    orchestrator,
    summaries: new SessionSummaries({ bus, sessions, contexts, client, estimates, log }),
    persistence,
    metrics,
    sessionMetrics,
    warmUp: new WarmUp({ models, sessions, contexts, router, registry, prompts, log }),
    registerAgents: (correlationId) => {
      for (const agent of ports.singleAgent === true ? [orchestratorAgent, universal] : agents) router.register(agent, correlationId);
    },
    dispose: () => disposables.dispose(),
  };
}
