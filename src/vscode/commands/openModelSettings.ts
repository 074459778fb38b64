import * as vscode from 'vscode';
import { SECTION } from '../config/modelSettings.ts';

export async function openModelSettings(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.openSettings', `${SECTION}.model`);
}
