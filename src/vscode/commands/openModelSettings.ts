import * as vscode from 'vscode';

/** Opens the extension's settings where settings of the scope "machine" are: in a remote window, the remote machine's. */
export async function openModelSettings(): Promise<void> {
  const command = vscode.env.remoteName === undefined ? 'workbench.action.openGlobalSettings' : 'workbench.action.openRemoteSettings';
  await vscode.commands.executeCommand(command, { query: '@ext:agent-runtime.agent-runtime' });
}
