import * as vscode from 'vscode';
import { ruledCall, RuleMatcher } from '../../core/hitl/RuleMatcher.ts';
import type { WorkspaceFolder } from '../../core/ports/Workspace.ts';
import type { PolicyRule } from '../../protocol/policy.ts';

/** More are not counted. */
const MOST = 1_000;

/** How many files of the workspace a rule matches today; `more`: at least so many. */
export async function countMatches(rule: PolicyRule, folders: readonly WorkspaceFolder[]): Promise<{ files: number; more: boolean }> {
  const matcher = new RuleMatcher({ tool: '*', path: rule.path ?? '**', effect: 'allow' });
  let files = 0;
  for (const { name, root } of folders) {
    const prefix = folders.length === 1 ? '' : `${name}/`;
    const glob = withinFolder(rule.path ?? '**', prefix);
    if (glob === undefined) continue;
    // null: what the settings leave out is matched by rules all the same
    const found = await vscode.workspace.findFiles(new vscode.RelativePattern(vscode.Uri.file(root), glob), null, MOST + 1);
    files += found.filter((uri) => {
      const relative = prefix + uri.path.slice(vscode.Uri.file(root).path.length).replace(/^\//, '');
      return matcher.matches(ruledCall({ tool: '', agent: '', paths: [{ relative, real: relative }] }, []), 0);
    }).length;
    if (files > MOST) return { files: MOST, more: true };
  }
  return { files, more: false };
}

/** A rule's pattern as VS Code reads it, for one folder; `undefined` where it is about another. */
function withinFolder(pattern: string, prefix: string): string | undefined {
  const glob = pattern.replace(/\\(.)/g, '[$1]');
  if (prefix === '' || glob.startsWith('**')) return glob;
  return glob.startsWith(prefix) ? glob.slice(prefix.length) : undefined;
}
