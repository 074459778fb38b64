import * as vscode from 'vscode';
import { RULES_SETTING } from '../../core/hitl/userRules.ts';
import type { PolicyManager } from '../../core/hitl/PolicyManager.ts';
import { openSettingsFile } from '../commands/openSettings.ts';
import type { RuleList, RuleRow } from './RuleList.ts';

interface RuleItem extends vscode.QuickPickItem {
  /** None for the item that opens the settings. */
  row?: RuleRow;
}

const icons = { allow: 'pass', ask: 'shield', deny: 'circle-slash' } as const;
const groups = { session: 'Sessions', workspace: 'This workspace', user: 'Settings' } as const;

const removeButton: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('trash'), tooltip: 'Remove' };
const settingsButton: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('go-to-file'), tooltip: 'Open Settings' };

/** Shows every rule; each can be removed by its button, or by Enter and what is offered then. */
export function manageRules(rules: RuleList, policy: Pick<PolicyManager, 'onChange'>): void {
  const pick = vscode.window.createQuickPick<RuleItem>();
  pick.title = 'Approval Rules';
  pick.matchOnDetail = true;
  // it shows what is left when something is removed
  pick.keepScrollPosition = true;
  const show = (): void => {
    const { rows } = rules;
    pick.placeholder = rows.length === 0 ? 'There is no rule yet. “Allow from now on…” in an approval makes one' : 'In each group the first that matches counts';
    pick.items = itemsOf(rows);
  };
  const changes = policy.onChange(show);
  pick.onDidHide(() => {
    changes.dispose();
    pick.dispose();
  });
  pick.onDidTriggerItemButton(({ item: { row }, button }) => {
    if (button === removeButton && row !== undefined) void rules.remove(row);
    else {
      pick.hide();
      void openSettingsFile(RULES_SETTING);
    }
  });
  pick.onDidAccept(() => {
    const [item] = pick.selectedItems;
    pick.hide();
    if (item?.row === undefined) void openSettingsFile(RULES_SETTING);
    else void offer(rules, item.row);
  });
  show();
  pick.show();
}

/** What can be done with one rule, for the keyboard. */
async function offer(rules: RuleList, row: RuleRow): Promise<void> {
  const remove: vscode.QuickPickItem = { label: 'Remove this rule', iconPath: new vscode.ThemeIcon('trash') };
  const open: vscode.QuickPickItem = { label: 'Open settings', iconPath: new vscode.ThemeIcon('go-to-file') };
  const steps = [...(row.invalid ? [] : [remove]), ...(row.scope === 'user' ? [open] : [])];
  const step = await vscode.window.showQuickPick(steps, { title: row.text, placeHolder: row.holds });
  if (step === remove) await rules.remove(row);
  else if (step === open) await openSettingsFile(RULES_SETTING);
}

function itemsOf(rows: readonly RuleRow[]): RuleItem[] {
  const items: RuleItem[] = [];
  for (const scope of ['session', 'workspace', 'user'] as const) {
    const own = rows.filter((row) => row.scope === scope);
    if (own.length > 0) items.push({ label: groups[scope], kind: vscode.QuickPickItemKind.Separator }, ...own.map(itemOf));
  }
  const settings = { label: 'Open settings', description: 'rules for every workspace are written there', iconPath: new vscode.ThemeIcon('go-to-file'), alwaysShow: true };
  return [...items, { label: '', kind: vscode.QuickPickItemKind.Separator }, settings];
}

function itemOf(row: RuleRow): RuleItem {
  const { text, holds, reason, invalid, scope, rule } = row;
  const buttons = [...(invalid ? [] : [removeButton]), ...(scope === 'user' ? [settingsButton] : [])];
  const icon = new vscode.ThemeIcon(invalid ? 'warning' : icons[rule.effect]);
  // below it, where a long rule leaves room
  const detail = reason === '' ? holds : `${holds} · ${reason}`;
  return { row, label: text, detail, iconPath: icon, buttons };
}
