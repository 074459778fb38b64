import * as path from 'node:path';
import type { Workspace, WorkspaceFolder } from '../../ports/Workspace.ts';

/** A path of the workspace by its text alone: where it leads is not known yet. */
export interface NamedPath {
  folder: WorkspaceFolder;
  absolute: string;
  /** Relative to the workspace, with `/`; in a workspace of several folders it begins with the folder's name. */
  relative: string;
}

export interface WorkspacePath extends Omit<NamedPath, 'folder'> {
  /** As `relative`, where every link on the way is followed. */
  real: string;
}

/** The file that a model means, by the text of its path. Throws where that lies outside the workspace. */
export function nameWorkspacePath(workspace: Pick<Workspace, 'folders'>, input: string): NamedPath {
  const folders = workspace.folders();
  const [first] = folders;
  if (first === undefined) throw new Error('No folder is open, so there are no files to work on.');
  if (input.includes('\0')) throw new Error('The path holds a NUL character. No file has such a name.');
  const { folder, rest } = folderOf(folders, first, input);
  const absolute = path.resolve(folder.root, rest);
  if (!isInside(folder.root, absolute)) throw new Error(`${input} is outside the workspace. Only files inside it can be used.`);
  return { folder, absolute, relative: relativeTo(folders, folder, folder.root, absolute) };
}

/**
 * The file that a model means. Throws where it lies outside the workspace: by its text, or by a link
 * on the way.
 */
export async function resolveWorkspacePath(workspace: Workspace, input: string): Promise<WorkspacePath> {
  const { folder, absolute, relative } = nameWorkspacePath(workspace, input);
  const [realRoot, real] = await Promise.all([workspace.realPath(folder.root), workspace.realPath(absolute)]);
  if (!isInside(realRoot, real)) throw new Error(`${input} leads out of the workspace through a link. Only files inside it can be used.`);
  return { absolute, relative, real: relativeTo(workspace.folders(), folder, realRoot, real) };
}

/** The file that a model means, where it still leads to what was judged. */
export async function resolveJudgedPath(workspace: Workspace, input: string, judged: string | undefined): Promise<WorkspacePath> {
  const file = await resolveWorkspacePath(workspace, input);
  if (file.real !== judged) throw new Error(`${file.relative} leads to another file than a moment ago, so nothing was read. Try again.`);
  return file;
}

/** A path relative to the workspace, without the name of the folder that it begins with where there are several. */
export function withoutFolderName(folders: readonly WorkspaceFolder[], relative: string): string {
  if (folders.length === 1) return relative;
  const folder = folders.find(({ name }) => relative === name || relative.startsWith(`${name}/`));
  return folder === undefined ? relative : relative.slice(folder.name.length + 1);
}

function relativeTo(folders: readonly WorkspaceFolder[], folder: WorkspaceFolder, root: string, file: string): string {
  const inFolder = path.relative(root, file).split(path.sep).join('/');
  return (folders.length === 1 ? inFolder : path.posix.join(folder.name, inFolder)) || '.';
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
