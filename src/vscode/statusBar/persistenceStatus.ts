import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/bus/Disposable.ts';
import type { Persistence } from '../../core/persistence/createPersistence.ts';
import type { PersistenceStatus } from '../../core/persistence/PersistenceStatus.ts';

/** A warning in the status bar for as long as projections cannot be saved. */
export function showPersistenceStatus(persistence: Pick<Persistence, 'status' | 'onDidChangeStatus'>): Disposable {
  const disposables = new DisposableStore();
  const item = disposables.add(vscode.window.createStatusBarItem('agentRuntime.persistence', vscode.StatusBarAlignment.Left));
  item.name = 'Agent Runtime: Saving';
  item.text = '$(warning) Session list not saved';
  item.backgroundColor = new vscode.ThemeColor('statusBarItem.warningBackground');
  item.command = 'agentRuntime.showLog';
  const show = (status: PersistenceStatus): void => {
    if (status.kind === 'saved') {
      item.hide();
      return;
    }
    item.tooltip = tooltip(status);
    item.accessibilityInformation = { label: `Agent Runtime, session list not saved. ${item.tooltip}`, role: 'button' };
    item.show();
  };
  show(persistence.status);
  disposables.add(persistence.onDidChangeStatus(show));
  return disposables;
}

function tooltip({ pending, reason, retryInMs }: Extract<PersistenceStatus, { kind: 'failing' }>): string {
  const sessions = pending === 1 ? '1 session' : `${pending} sessions`;
  const next = new Date(Date.now() + retryInMs).toLocaleTimeString();
  return `The list of sessions could not be brought up to date for ${sessions}: ${reason.replace(/\.$/, '')}. It is tried again at ${next}. The journal has everything: no message and no decision is lost. Click for the log.`;
}
