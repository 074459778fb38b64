import * as vscode from 'vscode';
import type { Runtime } from './runtime.ts';

/** Milliseconds after activation; the store opens and the runtime starts when VS Code has drawn itself. */
const START_DELAY = 300;

let shutdown: (() => Promise<void>) | undefined;

/** Registers what VS Code calls, and nothing else; the runtime is loaded shortly after, or when first needed. */
export function activate(context: vscode.ExtensionContext): void {
  const channel = vscode.window.createOutputChannel('Agent Runtime', { log: true });
  const runtime = lazy(async () => {
    const started = (await import('./runtime.ts')).startRuntime(context, channel);
    shutdown = started.shutdown;
    return started;
  });
  const withRuntime = async (use: (runtime: Runtime) => unknown): Promise<void> => {
    try {
      await use(await runtime());
    } catch (error) {
      channel.error(error instanceof Error ? error : String(error));
      const reason = error instanceof Error ? error.message : String(error);
      const choice = await vscode.window.showErrorMessage(`Agent Runtime: ${reason}`, 'Show Log');
      if (choice !== undefined) channel.show();
    }
  };
  const timer = setTimeout(() => void withRuntime(() => undefined), START_DELAY);

  context.subscriptions.push(
    channel,
    { dispose: () => clearTimeout(timer) },
    vscode.commands.registerCommand('agentRuntime.openChat', () => withRuntime(({ chats }) => chats.open())),
    vscode.commands.registerCommand('agentRuntime.newSession', () => withRuntime(({ chats }) => chats.openNew())),
    vscode.commands.registerCommand('agentRuntime.setApiKey', () => withRuntime(({ setApiKey }) => setApiKey())),
    vscode.commands.registerCommand('agentRuntime.showLog', () => channel.show()),
    vscode.window.registerWebviewPanelSerializer('agentRuntime.chat', {
      deserializeWebviewPanel: (panel, state) => withRuntime(({ chats }) => chats.restore(panel, state)),
    }),
  );
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
