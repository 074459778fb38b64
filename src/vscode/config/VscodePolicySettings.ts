import * as vscode from 'vscode';
import type { Disposable } from '../../core/bus/Disposable.ts';
import type { PolicySettings } from '../../core/ports/PolicySettings.ts';
import { SECTION } from './settingsSection.ts';

const APPROVALS = `${SECTION}.approvals`;

/** Read and written at the person's level alone: what a workspace's files say counts for nothing. */
export class VscodePolicySettings implements PolicySettings {
  read(): { enabled: unknown; rules: unknown } {
    const configuration = vscode.workspace.getConfiguration(APPROVALS);
    return { enabled: configuration.inspect('enabled')?.globalValue, rules: configuration.inspect('rules')?.globalValue };
  }

  onChange(run: () => void): Disposable {
    return vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(APPROVALS)) run();
    });
  }

  async writeRules(rules: readonly unknown[]): Promise<void> {
    await vscode.workspace.getConfiguration(APPROVALS).update('rules', rules, vscode.ConfigurationTarget.Global);
  }
}
