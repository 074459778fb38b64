import * as path from 'node:path';
import type { DirectoryEntry, FileKind, Workspace, WorkspaceFolder } from '../../src/core/ports/Workspace.ts';

const ROOT = '/workspace';

/** What happened to a file. */
export interface Effect {
  host: string;
  /** Relative to the workspace. */
  path: string;
  content: string;
  /** How many events were committed before it. */
  after: number;
}

/** Files in memory that several hosts work on. */
export class MemoryDisk {
  readonly effects: Effect[] = [];
  readonly #files = new Map<string, { content: string; version: number }>();

  read(file: string): string | undefined {
    return this.#files.get(file)?.content;
  }

  /** How often a file was written; 0 where it does not exist. */
  version(file: string): number {
    return this.#files.get(file)?.version ?? 0;
  }

  write(file: string, content: string): void {
    this.#files.set(file, { content, version: this.version(file) + 1 });
  }

  delete(file: string): void {
    this.#files.delete(file);
  }
}

interface Dependencies {
  disk: MemoryDisk;
  host: string;
  /** What a dead host asks for is never answered, and nothing is written for it. */
  alive: () => boolean;
  trusted: () => boolean;
  committed: () => number;
  /** Called whenever it is used. */
  used: () => void;
}

/** The Workspace port on a {@link MemoryDisk}: one folder. What asks or changes the disk takes a turn of the event loop. */
export class MemoryWorkspace implements Workspace {
  readonly #dependencies: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#dependencies = dependencies;
  }

  folders(): readonly WorkspaceFolder[] {
    return [{ name: 'workspace', root: ROOT }];
  }

  trusted(): boolean {
    return this.#dependencies.trusted();
  }

  realPath(file: string): Promise<string> {
    return Promise.resolve(file);
  }

  async kind(file: string): Promise<FileKind> {
    await this.#turn();
    if (file === ROOT) return 'folder';
    return this.#dependencies.disk.read(nameOf(file)) === undefined ? 'missing' : 'file';
  }

  list(): Promise<DirectoryEntry[]> {
    return Promise.resolve([]);
  }

  async readText(file: string): Promise<string> {
    await this.#turn();
    const text = this.#dependencies.disk.read(nameOf(file));
    if (text === undefined) throw new Error(`${nameOf(file)} does not exist.`);
    return text;
  }

  readForWrite(file: string): Promise<string> {
    return this.readText(file);
  }

  hasUnsavedChanges(): Promise<boolean> {
    return Promise.resolve(false);
  }

  async writeText(file: string, content: string): Promise<void> {
    await this.#turn();
    const { disk, host, committed } = this.#dependencies;
    disk.write(nameOf(file), content);
    disk.effects.push({ host, path: nameOf(file), content, after: committed() });
    await this.#turn();
  }

  createFolder(): Promise<void> {
    return Promise.resolve();
  }

  async deleteFile(file: string): Promise<void> {
    await this.#turn();
    this.#dependencies.disk.delete(nameOf(file));
    await this.#turn();
  }

  async #turn(): Promise<void> {
    const { used, alive } = this.#dependencies;
    used();
    await new Promise((resolve) => setImmediate(resolve));
    used();
    if (!alive()) await new Promise(() => undefined);
  }
}

function nameOf(file: string): string {
  return path.posix.relative(ROOT, file);
}
