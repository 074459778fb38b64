import * as vscode from 'vscode';
import type { Prompts } from './ApprovalCommands.ts';
import type { Waiting } from './waiting.ts';

interface WaitingItem extends vscode.QuickPickItem {
  waiting: Waiting;
}

/** The prompts by VS Code's own lists and fields. */
export const prompts: Prompts = {
  async choose(title, waiting) {
    const items = waiting.map((one): WaitingItem => ({
      waiting: one,
      label: one.question,
      description: `${one.agent} · ${one.title} · ${one.left}`,
      iconPath: new vscode.ThemeIcon(one.icon),
    }));
    const placeHolder = `${waiting.length} approvals wait for you: choose one`;
    return (await vscode.window.showQuickPick(items, { title, placeHolder, matchOnDescription: true }))?.waiting;
  },
  async feedback({ question, agent }) {
    const prompt = `What should ${agent} do instead? It may stay empty.`;
    // a click beside it must not lose what was typed
    return vscode.window.showInputBox({ title: `Reject: ${question}`, prompt, ignoreFocusOut: true });
  },
};
