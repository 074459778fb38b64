import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/bus/Disposable.ts';
import type { PendingApprovals } from '../approvals/PendingApprovals.ts';
import { approvals, sentence } from '../approvals/waiting.ts';

/** How many approvals wait, in the status bar, for as long as any does. */
export function showWaiting(pending: PendingApprovals): Disposable {
  const disposables = new DisposableStore();
  const item = disposables.add(vscode.window.createStatusBarItem('agentRuntime.waiting', vscode.StatusBarAlignment.Left));
  item.name = 'Agent Runtime: Waiting for You';
  item.command = 'agentRuntime.reviewPending';
  const show = (): void => {
    const { all } = pending;
    if (all.length === 0) {
      item.hide();
      return;
    }
    item.text = `$(shield) ${all.length} waiting`;
    item.tooltip = [...all.map((one) => `${sentence(one)} · ${one.left}`), 'Click to review.'].join('\n');
    item.accessibilityInformation = { label: `Agent Runtime, ${approvals(all.length)}. Review.`, role: 'button' };
    item.show();
  };
  show();
  disposables.add(pending.onChange(show));
  return disposables;
}
