import * as vscode from 'vscode';
import type { Runtime } from './runtime.ts';
import type { AgentRuntimeExports } from './vscode/api/agent-runtime.d.ts';
import { ApiEvents } from './vscode/api/ApiEvents.ts';
import { createApi } from './vscode/api/createApi.ts';
import { foreignText } from './vscode/foreignText.ts';

/** Milliseconds after activation; the store opens and the runtime starts when VS Code has drawn itself. */
const START_DELAY = 300;

let shutdown: (() => Promise<void>) | undefined;

/**
 * Registers what VS Code calls, and nothing else; the runtime is loaded shortly after, or when first needed. Returns what other extensions get
 * (docs/api.md).
 */
export function activate(context: vscode.ExtensionContext): AgentRuntimeExports {
  // made when first needed: its file costs more than all of the rest here
  let channel: vscode.LogOutputChannel | undefined;
  const log = (): vscode.LogOutputChannel => {
    if (channel === undefined) context.subscriptions.push((channel = vscode.window.createOutputChannel('Agent Runtime', { log: true })));
    return channel;
  };
  const events = new ApiEvents();
  const runtime = lazy(async () => {
    const started = await (await import('./runtime.ts')).startRuntime(context, log(), events);
    shutdown = started.shutdown;
    return started;
  });
  /** False where it failed; the person was told. */
  const withRuntime = async (use: (runtime: Runtime) => unknown): Promise<boolean> => {
    try {
      await use(await runtime());
      return true;
    } catch (error) {
      log().error(error instanceof Error ? error : String(error));
      const reason = error instanceof Error ? error.message : String(error);
      // not waited for: the message may stand as long as the person likes
      void vscode.window.showErrorMessage(`Agent Runtime: ${foreignText(reason)}`, 'Show Log').then((choice) => {
        if (choice !== undefined) log().show();
      });
      return false;
    }
  };
  const timer = setTimeout(() => void withRuntime(() => undefined), START_DELAY);

  context.subscriptions.push(
    events,
    { dispose: () => clearTimeout(timer) },
    vscode.commands.registerCommand('agentRuntime.openChat', () => withRuntime(({ chats }) => chats.open())),
    vscode.commands.registerCommand('agentRuntime.newSession', () => withRuntime(({ chats }) => chats.openNew())),
    vscode.commands.registerCommand('agentRuntime.showSessions', () => withRuntime(({ showSessions }) => showSessions())),
    vscode.commands.registerCommand('agentRuntime.deleteSession', () => withRuntime(({ deleteSession }) => deleteSession())),
    vscode.commands.registerCommand('agentRuntime.setUpModel', () => withRuntime(({ setUpModel }) => setUpModel())),
    vscode.commands.registerCommand('agentRuntime.setApiKey', () => withRuntime(({ setApiKey }) => setApiKey())),
    vscode.commands.registerCommand('agentRuntime.approve', () => withRuntime(({ approvals }) => approvals.commands.approve())),
    vscode.commands.registerCommand('agentRuntime.reject', (item: unknown) => withRuntime(({ approvals }) => approvals.commands.reject(item))),
    vscode.commands.registerCommand('agentRuntime.reviewPending', () => withRuntime(({ approvals }) => approvals.commands.review())),
    vscode.commands.registerCommand('agentRuntime.reviewApproval', (item: unknown) => withRuntime(({ approvals }) => approvals.commands.review(item))),
    vscode.commands.registerCommand('agentRuntime.manageRules', () => withRuntime(({ approvals }) => approvals.manageRules())),
    vscode.commands.registerCommand('agentRuntime.undoTurn', () => withRuntime(({ undoTurn }) => undoTurn())),
    vscode.commands.registerCommand('agentRuntime.showAuditLog', () => withRuntime(({ showAuditLog }) => showAuditLog())),
    vscode.commands.registerCommand('agentRuntime.exportAuditLog', () => withRuntime(({ exportAuditLog }) => exportAuditLog())),
    vscode.commands.registerCommand('agentRuntime.showLog', () => log().show()),
    vscode.window.registerWebviewPanelSerializer('agentRuntime.chat', {
      deserializeWebviewPanel: async (panel, state) => {
        if (!(await withRuntime(({ chats }) => chats.restore(panel, state)))) panel.dispose();
      },
    }),
  );
  return createApi({
    onDidPublishEvent: events.event,
    listSessions: async () => (await runtime()).listSessions(),
    failed: (error) => log().error(error instanceof Error ? error : String(error)),
  });
}

export async function deactivate(): Promise<void> {
  await shutdown?.();
}

/** Makes the value once; tries again after a failure. */
function lazy<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}
