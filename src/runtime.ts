import { randomUUID } from 'node:crypto';
import * as path from 'node:path';
import type * as vscode from 'vscode';
import { DisposableStore } from './core/bus/Disposable.ts';
import { createCore } from './core/createCore.ts';
import { messageOf } from './core/tools/Tool.ts';
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
  const workspace = new VscodeWorkspace();
  const keys = new ApiKeys(context.secrets);
  const models = new ConfiguredModels({
    keys,
    offline: new OfflineModel(),
    connect: async (options) => new (await import('./llm/OpenAiStream.ts')).OpenAiStream(options),
  });
  const core = createCore({ journal: store, workspace, models, clock, log });
  const { bus, contexts, hitl, orchestrator, router, sessions, transcripts } = core;
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
    core.dispose();
  };
  const correlationId = randomUUID();
  const { version } = context.extension.packageJSON as { version: string };
  try {
    bus.publish({ type: 'system.startup', source: SOURCE, correlationId, data: { extensionVersion: version } });
    core.registerAgents(correlationId);
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
