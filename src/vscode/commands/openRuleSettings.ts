import * as vscode from 'vscode';
import { RULES_SETTING } from '../../core/hitl/userRules.ts';

/** Opens the person's rules of approvals, where settings of the scope "machine" are: in a remote window, the remote machine's. */
export async function openRuleSettings(): Promise<void> {
  const command = vscode.env.remoteName === undefined ? 'workbench.action.openGlobalSettings' : 'workbench.action.openRemoteSettings';
  await vscode.commands.executeCommand(command, { query: RULES_SETTING });
}
