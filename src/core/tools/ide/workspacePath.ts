import * as path from 'node:path';
import type { Workspace, WorkspaceFolder } from '../../ports/Workspace.ts';

export interface WorkspacePath {
  absolute: string;
  /** Relative to the workspace, with `/`; in a workspace of several folders it begins with the folder's name. */
  relative: string;
}

/**
 * The file that a model means. Throws where it lies outside the workspace: by its text, or by a link
 * on the way.
 */
export async function resolveWorkspacePath(workspace: Workspace, input: string): Promise<WorkspacePath> {
  const folders = workspace.folders();
  const [first] = folders;
  if (first === undefined) throw new Error('No folder is open, so there are no files to work on.');
  const { folder, rest } = folderOf(folders, first, input);
  const absolute = path.resolve(folder.root, rest);
  if (!isInside(folder.root, absolute)) throw new Error(`${input} is outside the workspace. Only files inside it can be used.`);
  const [realRoot, real] = await Promise.all([workspace.realPath(folder.root), workspace.realPath(absolute)]);
  if (!isInside(realRoot, real)) throw new Error(`${input} leads out of the workspace through a link. Only files inside it can be used.`);
  const inFolder = path.relative(folder.root, absolute).split(path.sep).join('/');
  const relative = folders.length === 1 ? inFolder : path.posix.join(folder.name, inFolder);
  return { absolute, relative: relative === '' ? '.' : relative };
}

function folderOf(folders: readonly WorkspaceFolder[], first: WorkspaceFolder, input: string): { folder: WorkspaceFolder; rest: string } {
  if (path.isAbsolute(input)) {
    const folder = folders.find(({ root }) => isInside(root, input)) ?? first;
    return { folder, rest: input };
  }
  if (folders.length > 1) {
    const [head = '', ...rest] = input.replace(/^\.\//, '').split(/[/\\]/);
    const folder = folders.find(({ name }) => name === head);
    if (folder !== undefined) return { folder, rest: rest.join('/') };
  }
  return { folder: first, rest: input };
}

function isInside(root: string, file: string): boolean {
  const relative = path.relative(root, file);
  return relative === '' || (!path.isAbsolute(relative) && relative !== '..' && !relative.startsWith(`..${path.sep}`));
}
