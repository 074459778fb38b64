import * as path from 'node:path';
import type { WorkspaceFolder } from '../../ports/Workspace.ts';

/**
 * The workspace's folders by names that paths can begin with: no two alike, and each one segment. They are those that the folders have on disk:
 * a workspace file may show any folder under any name, and in any order, and a rule for one must not hold for another by that.
 */
export function folderNames(roots: readonly string[]): WorkspaceFolder[] {
  const alone = named(roots, baseOf);
  const inParents = named(roots, (root) => `${baseOf(root)} (${segment(path.basename(path.dirname(root)))})`);
  return roots.map((root, index) => ({ name: alone[index] ?? inParents[index] ?? segment(root), root }));
}

/** The name of each, where no other folder has it: by no case, since file systems may have none. */
function named(roots: readonly string[], nameOf: (root: string) => string): (string | undefined)[] {
  const names = roots.map(nameOf);
  const folded = names.map((name) => name.toLowerCase());
  return names.map((name, index) => (folded.filter((other) => other === folded[index]).length === 1 ? name : undefined));
}

function baseOf(root: string): string {
  return segment(path.basename(root)) || 'folder';
}

function segment(name: string): string {
  return name.replace(/[/\\\0]/g, '-');
}
