import { lstat, realpath } from 'node:fs/promises';
import * as path from 'node:path';
import * as vscode from 'vscode';
import type { DirectoryEntry, FileKind, Workspace, WorkspaceFolder } from '../../core/ports/Workspace.ts';
import { folderNames } from '../../core/tools/ide/folderNames.ts';

const MAX_BYTES = 5_000_000;
/** A file with a zero byte in its first kilobytes is binary, as Git and VS Code judge it. */
const BINARY_PROBE = 8_000;
/** UTF-8's byte order mark, which decoding takes off. */
const UTF8_MARK = Uint8Array.of(0xef, 0xbb, 0xbf);

/** The workspace through `vscode.workspace`. */
export class VscodeWorkspace implements Workspace {
  folders(): readonly WorkspaceFolder[] {
    const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
    return folderNames(folders.map(({ uri }) => uri.fsPath));
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
      if (await isThere(file)) throw new Error(`${path.basename(file)} is a link that leads nowhere.`, { cause: error });
      return path.join(await this.realPath(parent), path.basename(file));
    }
  }

  async kind(file: string): Promise<FileKind> {
    try {
      // what Node tells for sure is not asked of VS Code: that takes 5 ms, and every request to a model looks for rules
      const node = await lstat(file);
      if (!node.isSymbolicLink()) return node.isDirectory() ? 'folder' : 'file';
    } catch (error) {
      if (isMissing(error)) return 'missing';
    }
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
    const bytes = await this.#bytes(uri);
    if (encoding === undefined && isBinary(bytes)) throw new Error(`${path.basename(file)} is a binary file.`);
    return encoding === undefined ? vscode.workspace.decode(bytes, { uri }) : vscode.workspace.decode(bytes, { encoding });
  }

  async readForWrite(file: string): Promise<string> {
    const uri = vscode.Uri.file(file);
    const bytes = await this.#bytes(uri);
    const name = path.basename(file);
    if (isBinary(bytes)) throw new Error(`${name} is a binary file.`);
    const text = await vscode.workspace.decode(bytes, { uri });
    const again = await vscode.workspace.encode(text, { uri });
    if (Buffer.compare(withoutMark(bytes), withoutMark(again)) === 0) return text;
    throw new Error(`${name} is not in the encoding that VS Code opens it with, so writing it would change more than the diff shows. The person can set "files.encoding" for it.`);
  }

  async hasUnsavedChanges(file: string): Promise<boolean> {
    const unsaved = vscode.workspace.textDocuments.filter(({ uri, isDirty }) => isDirty && uri.scheme === 'file');
    if (unsaved.length === 0) return false;
    const real = await this.realPath(file);
    const paths = await Promise.all(unsaved.map(({ uri }) => this.realPath(uri.fsPath).catch(() => uri.fsPath)));
    return paths.includes(real);
  }

  async writeText(file: string, text: string): Promise<void> {
    const uri = vscode.Uri.file(file);
    const bytes = await vscode.workspace.encode(text, { uri });
    const marked = (await this.kind(file)) === 'file' && startsWithMark(await vscode.workspace.fs.readFile(uri)) && !startsWithMark(bytes);
    await vscode.workspace.fs.writeFile(uri, marked ? Buffer.concat([UTF8_MARK, bytes]) : bytes);
  }

  async createFolder(folder: string): Promise<void> {
    await vscode.workspace.fs.createDirectory(vscode.Uri.file(folder));
  }

  async deleteFile(file: string): Promise<void> {
    await vscode.workspace.fs.delete(vscode.Uri.file(file), { useTrash: false });
  }

  async #bytes(uri: vscode.Uri): Promise<Uint8Array> {
    const { size } = await vscode.workspace.fs.stat(uri);
    if (size > MAX_BYTES) throw new Error(`${path.basename(uri.fsPath)} has ${size} bytes; at most ${MAX_BYTES} can be read.`);
    return vscode.workspace.fs.readFile(uri);
  }
}

function isBinary(bytes: Uint8Array): boolean {
  return bytes.subarray(0, BINARY_PROBE).includes(0);
}

function startsWithMark(bytes: Uint8Array): boolean {
  return UTF8_MARK.every((byte, index) => bytes[index] === byte);
}

function withoutMark(bytes: Uint8Array): Uint8Array {
  return startsWithMark(bytes) ? bytes.subarray(UTF8_MARK.length) : bytes;
}

/** Whether something has this name, if only a link to nothing. */
async function isThere(file: string): Promise<boolean> {
  return lstat(file).then(
    () => true,
    () => false,
  );
}

function isMissing(error: unknown): boolean {
  if (error instanceof vscode.FileSystemError) return error.code === 'FileNotFound' || error.code === 'FileNotADirectory';
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
