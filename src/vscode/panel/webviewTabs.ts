import * as vscode from 'vscode';
import type { PageTab } from './leftOverTabs.ts';

export interface WebviewTab extends PageTab {
  tab: vscode.Tab;
}

/** The editor tabs with pages of a kind, of whichever extension host. */
export function webviewTabs(viewType: string): WebviewTab[] {
  return vscode.window.tabGroups.all.flatMap(({ tabs, viewColumn }) =>
    tabs.filter(({ input }) => input instanceof vscode.TabInputWebview && isOfType(input.viewType, viewType)).map((tab) => ({ tab, label: tab.label, viewColumn, shown: tab.isActive })),
  );
}

/** Closes tabs. One that is gone already is closed. */
export async function closeTabs(tabs: readonly WebviewTab[]): Promise<void> {
  // each on its own: one that VS Code has closed meanwhile must not keep the others open
  await Promise.allSettled(tabs.map(async ({ tab }) => vscode.window.tabGroups.close(tab, true)));
}

/** VS Code puts a prefix of its own before the type that we gave. */
function isOfType(actual: string, viewType: string): boolean {
  return actual === viewType || actual.endsWith(`-${viewType}`);
}

/** The files that stand in front in their columns, as they are now. */
export function filesInFront(): Map<vscode.ViewColumn, vscode.Uri> {
  const files = new Map<vscode.ViewColumn, vscode.Uri>();
  for (const { viewColumn, activeTab } of vscode.window.tabGroups.all) {
    if (activeTab?.input instanceof vscode.TabInputText) files.set(viewColumn, activeTab.input.uri);
  }
  return files;
}
