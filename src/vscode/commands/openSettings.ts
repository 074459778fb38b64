import * as vscode from 'vscode';

/** Opens a setting where settings of the scope "machine" are: in a remote window, the remote machine's. */
export function settingsCommand(title: string, setting: string): vscode.Command {
  return { title, command: vscode.env.remoteName === undefined ? 'workbench.action.openGlobalSettings' : 'workbench.action.openRemoteSettings', arguments: [{ query: setting }] };
}

/** Opens the person's settings as they are written, at one of them. */
export async function openSettingsFile(setting: string): Promise<void> {
  const command = vscode.env.remoteName === undefined ? 'workbench.action.openSettingsJson' : 'workbench.action.openRemoteSettingsFile';
  await vscode.commands.executeCommand(command, { revealSetting: { key: setting } });
}
