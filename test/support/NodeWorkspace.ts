import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { folderNames } from '../../src/core/tools/ide/folderNames.ts';
import type { DirectoryEntry, FileKind, Workspace, WorkspaceFolder } from '../../src/core/ports/Workspace.ts';

/** The Workspace port on plain files, for tests without VS Code. */
export class NodeWorkspace implements Workspace {
  readonly #folders: WorkspaceFolder[];
  isTrusted = true;
  /** Absolute paths that an editor holds changes of. */
  readonly unsaved = new Set<string>();
  /** Absolute paths that were written, in order. */
  readonly written: string[] = [];
  /** Throws where a write fails. */
  beforeWrite: (file: string, text: string) => void = () => undefined;
  /** Absolute paths that were deleted, in order. */
  readonly deleted: string[] = [];

  constructor(...roots: string[]) {
    this.#folders = folderNames(roots);
  }

  folders(): readonly WorkspaceFolder[] {
    return this.#folders;
  }

  trusted(): boolean {
    return this.isTrusted;
  }

  async realPath(file: string): Promise<string> {
    try {
      return await fs.realpath(file);
    } catch {
      if (await fs.lstat(file).catch(() => undefined)) throw new Error(`${path.basename(file)} is a link that leads nowhere.`);
      return path.join(await this.realPath(path.dirname(file)), path.basename(file));
    }
  }

  async kind(file: string): Promise<FileKind> {
    const stat = await fs.stat(file).catch(() => undefined);
    if (stat === undefined) return 'missing';
    return stat.isDirectory() ? 'folder' : 'file';
  }

  async list(folder: string): Promise<DirectoryEntry[]> {
    const entries = await fs.readdir(folder, { withFileTypes: true });
    return Promise.all(
      entries.map(async (entry) => ({
        name: entry.name,
        kind: (await fs.stat(path.join(folder, entry.name))).isDirectory() ? ('folder' as const) : ('file' as const),
        link: entry.isSymbolicLink(),
      })),
    );
  }

  async readText(file: string): Promise<string> {
    return fs.readFile(file, 'utf8');
  }

  async readForWrite(file: string): Promise<string> {
    return this.readText(file);
  }

  hasUnsavedChanges(file: string): Promise<boolean> {
    return Promise.resolve(this.unsaved.has(file));
  }

  async writeText(file: string, text: string): Promise<void> {
    this.beforeWrite(file, text);
    await fs.writeFile(file, text);
    this.written.push(file);
  }

  async createFolder(folder: string): Promise<void> {
    await fs.mkdir(folder, { recursive: true });
  }

  async deleteFile(file: string): Promise<void> {
    await fs.unlink(file);
    this.deleted.push(file);
  }
}
