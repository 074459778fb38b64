import { realpath } from 'node:fs/promises';
import * as path from 'node:path';
import * as vscode from 'vscode';
import type { DirectoryEntry, FileKind, Workspace, WorkspaceFolder } from '../../core/ports/Workspace.ts';

const MAX_BYTES = 5_000_000;
/** A file with a zero byte in its first kilobytes is binary, as Git and VS Code judge it. */
const BINARY_PROBE = 8_000;

/** The workspace through `vscode.workspace`. */
export class VscodeWorkspace implements Workspace {
  folders(): readonly WorkspaceFolder[] {
    return (vscode.workspace.workspaceFolders ?? [])
      .filter(({ uri }) => uri.scheme === 'file')
      .map(({ name, uri }) => ({ name, root: uri.fsPath }));
  }

  trusted(): boolean {
    return vscode.workspace.isTrusted;
  }

  async realPath(file: string): Promise<string> {
    try {
      return await realpath(file);
    } catch (error) {
      const parent = path.dirname(file);
      if (!isMissing(error) || parent === file) throw error;
      return path.join(await this.realPath(parent), path.basename(file));
    }
  }

  async kind(file: string): Promise<FileKind> {
    try {
      const { type } = await vscode.workspace.fs.stat(vscode.Uri.file(file));
      return (type & vscode.FileType.Directory) === 0 ? 'file' : 'folder';
    } catch (error) {
      if (isMissing(error)) return 'missing';
      throw error;
    }
  }

  async list(folder: string): Promise<DirectoryEntry[]> {
    const entries = await vscode.workspace.fs.readDirectory(vscode.Uri.file(folder));
    return entries.map(([name, type]) => ({
      name,
      kind: (type & vscode.FileType.Directory) === 0 ? 'file' : 'folder',
      link: (type & vscode.FileType.SymbolicLink) !== 0,
    }));
  }

  async readText(file: string, encoding?: string): Promise<string> {
    const uri = vscode.Uri.file(file);
    const name = path.basename(file);
    const { size } = await vscode.workspace.fs.stat(uri);
    if (size > MAX_BYTES) throw new Error(`${name} has ${size} bytes; at most ${MAX_BYTES} can be read.`);
    const bytes = await vscode.workspace.fs.readFile(uri);
    if (encoding === undefined && bytes.subarray(0, BINARY_PROBE).includes(0)) throw new Error(`${name} is a binary file.`);
    return encoding === undefined ? vscode.workspace.decode(bytes, { uri }) : vscode.workspace.decode(bytes, { encoding });
  }

  hasUnsavedChanges(file: string): boolean {
    return vscode.workspace.textDocuments.some(({ uri, isDirty }) => isDirty && uri.scheme === 'file' && uri.fsPath === file);
  }

  async writeText(file: string, text: string): Promise<void> {
    const uri = vscode.Uri.file(file);
    await vscode.workspace.fs.writeFile(uri, await vscode.workspace.encode(text, { uri }));
  }

  async createFolder(folder: string): Promise<void> {
    await vscode.workspace.fs.createDirectory(vscode.Uri.file(folder));
  }
}

function isMissing(error: unknown): boolean {
  if (error instanceof vscode.FileSystemError) return error.code === 'FileNotFound' || error.code === 'FileNotADirectory';
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
