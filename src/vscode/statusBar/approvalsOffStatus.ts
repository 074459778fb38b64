import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/bus/Disposable.ts';
import { ENABLED_SETTING } from '../../core/hitl/userRules.ts';
import { settingsCommand } from '../commands/openSettings.ts';
import type { PolicyNews } from '../approvals/PolicyNews.ts';

const MEANS = 'Agents write and run without asking, since you turned approvals off in your settings. Protected files still ask, and rules that deny still do.';

/** A warning in the status bar for as long as the master switch is off. */
export function showApprovalsOff(policy: PolicyNews): Disposable {
  const disposables = new DisposableStore();
  const item = disposables.add(vscode.window.createStatusBarItem('agentRuntime.approvalsOff', vscode.StatusBarAlignment.Left));
  item.name = 'Agent Runtime: Approvals';
  item.text = '$(warning) Approvals off';
  item.backgroundColor = new vscode.ThemeColor('statusBarItem.warningBackground');
  item.tooltip = `${MEANS} Click to open the setting.`;
  item.accessibilityInformation = { label: `Agent Runtime, approvals off. ${MEANS} Open the setting.`, role: 'button' };
  item.command = settingsCommand('Open Settings', ENABLED_SETTING);
  disposables.add(
    policy.watch(({ enabled }) => {
      if (enabled) item.hide();
      else item.show();
    }),
  );
  return disposables;
}
