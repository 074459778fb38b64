import * as vscode from 'vscode';

/** Shows a notification while `run` runs; its Cancel aborts the signal. */
export async function withCancellableProgress<T>(title: string, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  return vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title: `Agent Runtime: ${title}`, cancellable: true }, async (_progress, token) => {
    const controller = new AbortController();
    const subscription = token.onCancellationRequested(() => controller.abort());
    try {
      return await run(controller.signal);
    } finally {
      subscription.dispose();
    }
  });
}
