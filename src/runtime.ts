import { randomUUID } from 'node:crypto';
import * as path from 'node:path';
import type * as vscode from 'vscode';
import { EventBus } from './core/bus/EventBus.ts';
import { DisposableStore } from './core/bus/Disposable.ts';
import { AgentRouter } from './core/agents/AgentRouter.ts';
import { coder } from './core/agents/coder.ts';
import { orchestrator as orchestratorAgent } from './core/agents/orchestrator.ts';
import { AgentContextManager } from './core/context/AgentContextManager.ts';
import { HitlManager } from './core/hitl/HitlManager.ts';
import { LlmClient } from './core/llm/LlmClient.ts';
import { LLMStreamService } from './core/llm/LLMStreamService.ts';
import { MultiAgentOrchestrator } from './core/orchestration/MultiAgentOrchestrator.ts';
import { SessionManager } from './core/sessions/SessionManager.ts';
import { subscribeAgentContext } from './core/subscribers/AgentContextSubscriber.ts';
import { logEvents } from './core/subscribers/logEvents.ts';
import { listFiles } from './core/tools/ide/listFiles.ts';
import { readFile } from './core/tools/ide/readFile.ts';
import { writeFile } from './core/tools/ide/writeFile.ts';
import { messageOf } from './core/tools/Tool.ts';
import { ToolExecutor } from './core/tools/ToolExecutor.ts';
import { ToolRegistry } from './core/tools/ToolRegistry.ts';
import { Transcripts } from './core/transcript/Transcripts.ts';
import { OfflineModel } from './llm/OfflineModel.ts';
import { SqliteStore } from './storage/SqliteStore.ts';
import { OutputLog } from './vscode/adapters/OutputLog.ts';
import { VscodeWorkspace } from './vscode/adapters/VscodeWorkspace.ts';
import { setApiKey } from './vscode/commands/setApiKey.ts';
import { ApiKeys } from './vscode/config/ApiKeys.ts';
import { ConfiguredModels } from './vscode/config/ConfiguredModels.ts';
import { ApprovalDialogs } from './vscode/dialogs/ApprovalDialogs.ts';
import { ChatPanels } from './vscode/panel/ChatPanels.ts';

const SOURCE = 'MainApplication';

/** What the commands reach. */
export interface Runtime {
  chats: ChatPanels;
  setApiKey: () => Promise<void>;
  /** Publishes `system.shutdown` and closes the store. Nothing may depend on being called. */
  shutdown: () => Promise<void>;
}

/** Opens the store, wires the subsystems and publishes `system.startup`. Throws where the store cannot be opened. */
export function startRuntime(context: vscode.ExtensionContext, channel: vscode.LogOutputChannel): Runtime {
  const log = new OutputLog(channel);
  const clock = { now: () => new Date(), monotonic: () => performance.now() };
  const disposables = new DisposableStore();
  const file = path.join((context.storageUri ?? context.globalStorageUri).fsPath, 'agent-runtime.db');
  const store = openStore(file);
  const bus = new EventBus({ journal: store, clock, log });
  const workspace = new VscodeWorkspace();
  const keys = new ApiKeys(context.secrets);

  const contexts = new AgentContextManager();
  disposables.add(subscribeAgentContext(bus, contexts));
  disposables.add(logEvents(bus, log));
  const sessions = disposables.add(new SessionManager({ bus, journal: store, log }));
  const transcripts = disposables.add(new Transcripts(bus));
  const router = new AgentRouter({ bus });
  const registry = new ToolRegistry([readFile, listFiles, writeFile]);
  const hitl = new HitlManager();
  const models = new ConfiguredModels({
    keys,
    offline: new OfflineModel(),
    connect: async (options) => new (await import('./llm/OpenAiStream.ts')).OpenAiStream(options),
  });
  const client = new LlmClient({ models, clock });
  const orchestrator = new MultiAgentOrchestrator({
    bus,
    sessions,
    contexts,
    router,
    client,
    llm: new LLMStreamService({ client, registry, workspace }),
    tools: new ToolExecutor({ registry, hitl, ports: { workspace }, clock }),
    clock,
    log,
  });
  const dialogs = disposables.add(
    new ApprovalDialogs({
      bus,
      hitl,
      log,
      extensionUri: context.extensionUri,
      titleOf: (id) => sessions.get(id).title,
      agentTitle: (name) => router.get(name).title,
      backToChat: (id) => chats.focus(id),
    }),
  );
  const askForKey = (): Promise<void> => setApiKey(keys);
  const chats = disposables.add(
    new ChatPanels({
      extensionUri: context.extensionUri,
      orchestrator,
      sessions,
      contexts,
      transcripts,
      drafts: store,
      workspace,
      log,
      review: (id) => dialogs.review(id),
      setApiKey: askForKey,
    }),
  );
  disposables.add(bus.on('agent.processing.completed', () => void setImmediate(() => checkpoint(store, log))));

  const close = (): void => {
    disposables.dispose();
    // what a turn that still runs would tell is not heard any more: it is found interrupted at the next start
    store.close();
    orchestrator.dispose();
  };
  const correlationId = randomUUID();
  const { version } = context.extension.packageJSON as { version: string };
  try {
    bus.publish({ type: 'system.startup', source: SOURCE, correlationId, data: { extensionVersion: version } });
    for (const agent of [orchestratorAgent, coder]) router.register(agent, correlationId);
  } catch (error) {
    close();
    throw error;
  }
  log.info(`Agent Runtime ${version} is ready; conversations are kept in ${file}`);

  return {
    chats,
    setApiKey: askForKey,
    shutdown: async () => {
      try {
        bus.publish({ type: 'system.shutdown', source: SOURCE, correlationId: randomUUID(), data: {} });
        await bus.idle();
        checkpoint(store, log);
      } finally {
        close();
      }
    },
  };
}

/** Throws an error that says which file it was, and that it is as it was. */
function openStore(file: string): SqliteStore {
  try {
    return new SqliteStore(file);
  } catch (error) {
    const message = `The conversations in ${file} could not be opened: ${messageOf(error)}. The file was not changed. To begin anew, move it away and reload the window.`;
    throw new Error(message, { cause: error });
  }
}

function checkpoint(store: SqliteStore, log: OutputLog): void {
  try {
    store.checkpoint();
  } catch (error) {
    log.warn(`The journal was not checkpointed; it is tried again after the next turn: ${messageOf(error)}`);
  }
}
