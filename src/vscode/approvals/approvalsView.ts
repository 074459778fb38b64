import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/bus/Disposable.ts';
import type { PendingApprovals } from './PendingApprovals.ts';
import { approvals, type Waiting } from './waiting.ts';

/** The view "Waiting for You" with its badge. */
export function approvalsView(pending: PendingApprovals): Disposable {
  const disposables = new DisposableStore();
  const changed = disposables.add(new vscode.EventEmitter<undefined>());
  const view = disposables.add(
    vscode.window.createTreeView<Waiting>('agentRuntime.approvals', {
      treeDataProvider: { onDidChangeTreeData: changed.event, getChildren: (parent) => (parent === undefined ? pending.all : []), getTreeItem },
    }),
  );
  const show = (): void => {
    const { length } = pending.all;
    view.badge = length === 0 ? undefined : { value: length, tooltip: approvals(length) };
    void vscode.commands.executeCommand('setContext', 'agentRuntime.pending', length);
  };
  disposables.add(
    pending.onChange(() => {
      show();
      changed.fire(undefined);
    }),
  );
  show();
  return disposables;
}

function getTreeItem(one: Waiting): vscode.TreeItem {
  const { approvalId, question, agent, title, left, why, icon } = one;
  const item = new vscode.TreeItem(question);
  item.id = approvalId;
  // the time first: a title may be cut
  item.description = `${left} · ${title}`;
  item.iconPath = new vscode.ThemeIcon(icon);
  item.tooltip = `${agent} · ${left} · ${title}\n${why}`;
  item.accessibilityInformation = { label: `${question} ${agent}, ${title}, ${left}. ${why}` };
  item.contextValue = 'approval';
  item.command = { command: 'agentRuntime.reviewApproval', title: 'Review', arguments: [one] };
  return item;
}
