import type { Disposable } from './bus/Disposable.ts';
import { DisposableStore } from './bus/Disposable.ts';
import { EventBus } from './bus/EventBus.ts';
import { AgentRouter } from './agents/AgentRouter.ts';
import { coder } from './agents/coder.ts';
import { orchestrator as orchestratorAgent } from './agents/orchestrator.ts';
import { AgentContextManager } from './context/AgentContextManager.ts';
import { HitlManager } from './hitl/HitlManager.ts';
import { LlmClient } from './llm/LlmClient.ts';
import { LLMStreamService } from './llm/LLMStreamService.ts';
import { MultiAgentOrchestrator } from './orchestration/MultiAgentOrchestrator.ts';
import type { Clock } from './ports/Clock.ts';
import type { Journal } from './ports/Journal.ts';
import type { ModelSource } from './ports/LlmStream.ts';
import type { Log } from './ports/Log.ts';
import type { Workspace } from './ports/Workspace.ts';
import { SessionManager } from './sessions/SessionManager.ts';
import { subscribeAgentContext } from './subscribers/AgentContextSubscriber.ts';
import { logEvents } from './subscribers/logEvents.ts';
import { listFiles } from './tools/ide/listFiles.ts';
import { readFile } from './tools/ide/readFile.ts';
import { writeFile } from './tools/ide/writeFile.ts';
import { ToolExecutor } from './tools/ToolExecutor.ts';
import { ToolRegistry } from './tools/ToolRegistry.ts';
import { Transcripts } from './transcript/Transcripts.ts';

export interface CorePorts {
  journal: Journal;
  workspace: Workspace;
  models: ModelSource;
  clock: Clock;
  log: Log;
}

/** The runtime without a VS Code: every subsystem, wired. */
export interface Core extends Disposable {
  bus: EventBus;
  contexts: AgentContextManager;
  sessions: SessionManager;
  transcripts: Transcripts;
  router: AgentRouter;
  hitl: HitlManager;
  orchestrator: MultiAgentOrchestrator;
  /** Makes the agents known; `correlationId` is the start's. */
  registerAgents: (correlationId: string) => void;
}

export function createCore({ journal, workspace, models, clock, log }: CorePorts): Core {
  const disposables = new DisposableStore();
  const bus = new EventBus({ journal, clock, log });
  const contexts = new AgentContextManager();
  disposables.add(subscribeAgentContext(bus, contexts));
  disposables.add(logEvents(bus, log));
  const sessions = disposables.add(new SessionManager({ bus, journal, log }));
  const transcripts = disposables.add(new Transcripts(bus));
  const router = new AgentRouter({ bus });
  const registry = new ToolRegistry([readFile, listFiles, writeFile]);
  const hitl = new HitlManager();
  const client = new LlmClient({ models, clock });
  const llm = new LLMStreamService({ client, registry, workspace });
  const tools = new ToolExecutor({ registry, hitl, ports: { workspace }, clock });
  const orchestrator = disposables.add(new MultiAgentOrchestrator({ bus, sessions, contexts, router, client, llm, tools, clock, log }));
  return {
    bus,
    contexts,
    sessions,
    transcripts,
    router,
    hitl,
    orchestrator,
    registerAgents: (correlationId) => {
      for (const agent of [orchestratorAgent, coder]) router.register(agent, correlationId);
    },
    dispose: () => disposables.dispose(),
  };
}
