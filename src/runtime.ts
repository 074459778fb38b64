import { randomUUID } from 'node:crypto';
import * as os from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { DisposableStore } from './core/bus/Disposable.ts';
import { createCore, type Core } from './core/createCore.ts';
import type { ExecutedQuery } from './core/DatabaseService.ts';
import { MainApplication } from './core/MainApplication.ts';
import type { LlmStream } from './core/ports/LlmStream.ts';
import { retryWhileBusy } from './core/retryWhileBusy.ts';
import { yieldToHost } from './core/yieldToHost.ts';
import { findLocalServers } from './llm/findLocalServers.ts';
import { listModels } from './llm/listModels.ts';
import { OfflineModel } from './llm/OfflineModel.ts';
import { openStorage } from './storage/openStorage.ts';
import { OutputLog } from './vscode/adapters/OutputLog.ts';
import { systemClock } from './vscode/adapters/systemClock.ts';
import { VscodeEnvironment } from './vscode/adapters/VscodeEnvironment.ts';
import { vscodeModel, vscodeModels } from './vscode/adapters/vscodeModels.ts';
import { VscodeWorkspace } from './vscode/adapters/VscodeWorkspace.ts';
import type { AgentRuntimeApi } from './vscode/api/agent-runtime.d.ts';
import type { ApiEvents } from './vscode/api/ApiEvents.ts';
import { apiSessions, publishEvents } from './vscode/api/publishEvents.ts';
import { ApprovalSurfaces } from './vscode/approvals/ApprovalSurfaces.ts';
import { AuditLogDocument } from './vscode/audit/AuditLogDocument.ts';
import { deleteSession } from './vscode/commands/deleteSession.ts';
import { exportAuditLog } from './vscode/commands/exportAuditLog.ts';
import { NewSessionWithSummary } from './vscode/commands/newSessionWithSummary.ts';
import { showSessions } from './vscode/commands/showSessions.ts';
import { undoTurn } from './vscode/commands/undoTurn.ts';
import { readSingleAgent } from './vscode/config/agentSettings.ts';
import { ApiKeys } from './vscode/config/ApiKeys.ts';
import { ConfiguredModels, type RemoteModelOptions } from './vscode/config/ConfiguredModels.ts';
import { MementoModelMemory } from './vscode/config/MementoModelMemory.ts';
import { readPersistenceSettings } from './vscode/config/persistenceSettings.ts';
import { VscodeModelSettings } from './vscode/config/VscodeModelSettings.ts';
import { VscodePolicySettings } from './vscode/config/VscodePolicySettings.ts';
import { AllowRules } from './vscode/dialogs/AllowRules.ts';
import { ApprovalDialogs, closeDeadDialogs } from './vscode/dialogs/ApprovalDialogs.ts';
import { DiffDocuments } from './vscode/dialogs/DiffDocuments.ts';
import { createModelCommands } from './vscode/models/createModelCommands.ts';
import { withCancellableProgress } from './vscode/withCancellableProgress.ts';
import { ChatPanels } from './vscode/panel/ChatPanels.ts';
import { LeftOverChats } from './vscode/panel/LeftOverChats.ts';
import { tellRecovery } from './vscode/recovery/tellRecovery.ts';
import { tellStorage } from './vscode/recovery/tellStorage.ts';
import { DeletionWithUndo } from './vscode/sessions/DeletionWithUndo.ts';
import { showPersistenceStatus } from './vscode/statusBar/persistenceStatus.ts';

/** What the commands and the API for other extensions reach. */
export interface Runtime {
  chats: ChatPanels;
  showSessions: () => Promise<void>;
  /** Deletes the session of the chat that the person is in. */
  deleteSession: () => Promise<void>;
  setApiKey: () => Promise<void>;
  setUpModel: () => Promise<void>;
  approvals: ApprovalSurfaces;
  /** Puts back what the last turn of the chat that the person is in changed. */
  undoTurn: () => Promise<void>;
  showAuditLog: () => Promise<void>;
  exportAuditLog: () => Promise<void>;
  listSessions: AgentRuntimeApi['listSessions'];
  /** Publishes `system.shutdown`, saves what is pending and closes the storage. Nothing may depend on being called. */
  shutdown: () => Promise<void>;
}

/**
 * Opens the storage, wires the subsystems, publishes `system.startup`, and begins to recover what an earlier host
 * left. Rejects in words for the person where the storage cannot be opened.
 */
export async function startRuntime(context: vscode.ExtensionContext, channel: vscode.LogOutputChannel, events: ApiEvents): Promise<Runtime> {
  const log = new OutputLog(channel);
  const disposables = new DisposableStore();
  let executed: (query: ExecutedQuery) => void = () => undefined;
  const storage = await retryWhileBusy(systemClock, () =>
    openStorage({
      file: path.join((context.storageUri ?? context.globalStorageUri).fsPath, 'agent-runtime.db'),
      host: { id: randomUUID(), pid: process.pid, machine: os.hostname() },
      now: () => new Date(),
      onQuery: (query) => executed(query),
    }),
  );
  await yieldToHost();
  const workspace = new VscodeWorkspace();
  const keys = disposables.add(new ApiKeys(context.secrets));
  const modelSettings = new VscodeModelSettings({ log });
  const connect = async (options: RemoteModelOptions): Promise<LlmStream> => new (await import('./llm/OpenAiStream.ts')).OpenAiStream(options);
  const memory = new MementoModelMemory({ memento: context.globalState, log });
  const models = new ConfiguredModels({ settings: modelSettings, keys, memory, offline: new OfflineModel(), connect, vscodeModel });
  const { journal, projections, leases, audit, panels: openPanels, drafts } = storage;
  const core = createCore({
    journal,
    projections,
    leases,
    audit,
    workspace,
    environment: new VscodeEnvironment(),
    policySettings: new VscodePolicySettings(),
    models,
    modelMemory: memory,
    clock: systemClock,
    log,
    persistence: readPersistenceSettings(log),
    singleAgent: readSingleAgent(log),
  });
  executed = (query) => core.database.executed(query);
  const { bus, contexts, hitl, openSessions, orchestrator, persistence, router, sessions, transcripts } = core;
  disposables.add(publishEvents(bus, events));
  // before this host asks anything: so every dialog that stands open is a dead host's
  void closeDeadDialogs();
  const names = {
    titleOf: (id: string): string => sessions.find(id)?.title ?? 'a session',
    // an agent of an earlier start may not be registered in this one
    agentTitle: (name: string): string => router.find(name)?.title ?? name,
  };
  const dialogs = disposables.add(
    new ApprovalDialogs({
      bus,
      hitl,
      policy: core.policy,
      tools: core.tools,
      registry: core.registry,
      workspace,
      agentOf: (name) => router.find(name),
      rules: new AllowRules({ policy: core.policy, messages: vscode.window, ...names, clock: systemClock, log }),
      diffs: disposables.add(new DiffDocuments()),
      drafts,
      clock: systemClock,
      log,
      extensionUri: context.extensionUri,
      ...names,
      askedBefore: ({ sessionId = '', data }) => (sessions.get(sessionId).approvals.get(data.callId)?.times ?? 1) > 1,
      chatIsVisible: (id) => chats.sessions.some(({ sessionId, visible }) => visible && sessionId === id),
      backToChat: (id) => chats.focus(id),
    }),
  );
  const modelCommands = createModelCommands({ settings: modelSettings, keys, listModels, findLocalServers, connect, memory, vscodeModel, vscodeModels, agents: () => router.all(), messages: vscode.window, log });
  const chats = disposables.add(
    new ChatPanels({
      extensionUri: context.extensionUri,
      orchestrator,
      sessions,
      openSessions,
      openPanels,
      transcripts,
      drafts,
      workspace,
      policy: core.policy,
      hitl,
      undo: (id, changesId) => core.undo.undo(id, changesId),
      agents: () => router.choices(),
      agentOf: (id) => contexts.get(id).currentAgent,
      clock: systemClock,
      log,
      review: (id, panel) => dialogs.review(id, panel),
      withdraw: (id) => dialogs.withdraw(id),
      warmUp: (id) => core.warmUp.run(id),
      setApiKey: modelCommands.setApiKey,
      modelSettings,
      newSessionWithSummary: (id): Promise<void> => summarised.open(id),
    }),
  );
  const summarised = new NewSessionWithSummary({
    summaries: core.summaries,
    sessions,
    drafts,
    messages: vscode.window,
    withProgress: withCancellableProgress,
    show: (id) => chats.show(id),
  });
  const leftOver = disposables.add(
    new LeftOverChats({
      openPanels,
      openSessions,
      chats,
      titles: () => titlesOf(persistence),
      ownStore: context.storageUri !== undefined,
      clock: systemClock,
      log,
    }),
  );
  const deletion = disposables.add(new DeletionWithUndo({ sessions: core.deletion, chats, messages: vscode.window, clock: systemClock, log }));
  disposables.add(showPersistenceStatus(persistence));
  const auditLog = disposables.add(new AuditLogDocument({ audit, titles: () => titlesOf(persistence), agentTitle: names.agentTitle }));

  const { version } = context.extension.packageJSON as { version: string };
  const application = new MainApplication({ core, journal, extensionVersion: version });
  const close = (): void => {
    disposables.dispose();
    // what a turn that still runs would tell is not heard any more: it is found interrupted at the next start
    storage.close();
    core.dispose();
  };
  try {
    application.start();
  } catch (error) {
    close();
    throw error;
  }
  log.info(`Agent Runtime ${version} is ready`);
  tellStorage(storage, context.globalState, log);
  const approvals = disposables.add(new ApprovalSurfaces({ core, dialogs, chats, clock: systemClock, log, ...names }));
  // in a moment: a tab that VS Code itself brings back, for which the runtime may have been started, is first
  setImmediate(() => void recover(core, { leftOver, chats, log }));

  return {
    chats,
    showSessions: () =>
      showSessions({
        list: () => persistence.list(),
        activeId: chats.active?.sessionId,
        open: (id) => chats.show(id),
        delete: (id, title) => deletion.delete(id, title),
      }),
    deleteSession: () => deleteSession(chats.active, deletion),
    setApiKey: modelCommands.setApiKey,
    setUpModel: modelCommands.setUpModel,
    approvals,
    undoTurn: () => undoTurn(chats.active, { undo: core.undo, messages: vscode.window }),
    showAuditLog: () => auditLog.show(),
    exportAuditLog: () => exportAuditLog(audit),
    listSessions: () => apiSessions(persistence),
    shutdown: async () => {
      try {
        await application.end();
      } finally {
        close();
      }
    },
  };
}

/** The sessions' titles, by id. */
async function titlesOf(persistence: Core['persistence']): Promise<ReadonlyMap<string, string>> {
  return new Map((await persistence.list()).sessions.map(({ sessionId, title }) => [sessionId, title]));
}

/** Chats first: a question that is asked again opens beside them. */
async function recover({ persistence, recovery }: Core, { leftOver, chats, log }: { leftOver: LeftOverChats; chats: ChatPanels; log: OutputLog }): Promise<void> {
  try {
    await leftOver.reopen();
  } catch (error) {
    log.error('Chats of a host that ended could not be opened again', error);
  }
  try {
    const report = await recovery.run();
    const { unknown, failed } = report;
    const titles = unknown.length + failed.length === 0 ? undefined : await titlesOf(persistence).catch(() => undefined);
    tellRecovery(report, { messages: vscode.window, titleOf: (id) => titles?.get(id), open: (id) => chats.show(id), log });
  } catch (error) {
    log.error('What an earlier host left could not be recovered; it is tried again at the next start', error);
  }
}
