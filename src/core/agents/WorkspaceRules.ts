import * as path from 'node:path';
import { isSecret } from '../hitl/protectedFiles.ts';
import type { Log } from '../ports/Log.ts';
import type { Workspace } from '../ports/Workspace.ts';
import type { SessionState } from '../sessions/SessionState.ts';
import { nameWorkspacePath, resolveWorkspacePath } from '../tools/ide/workspacePath.ts';

const FILE = 'AGENTS.md';
const MAX_FILES = 10;
const MAX_CHARACTERS = 32_000;
/** Tool calls whose paths tell what is worked on. */
const LAST_CALLS = 20;
/** Folders that are looked into, beside the workspace's own. */
const MAX_FOLDERS = 30;
const MAX_PATH = 1_000;

/** One AGENTS.md. */
export interface Rules {
  /** Relative to the workspace. */
  path: string;
  text: string;
  /** It is longer than what is read of it. */
  cut: boolean;
}

/** Finds the AGENTS.md files that apply to what is worked on. */
export class WorkspaceRules {
  readonly #workspace: Workspace;
  readonly #log: Log;
  /** Files that were told to be unreadable. */
  readonly #told = new Set<string>();

  constructor(dependencies: { workspace: Workspace; log: Log }) {
    this.#workspace = dependencies.workspace;
    this.#log = dependencies.log;
  }

  /**
   * Of the folders of the active file and of the session's last tool calls, up to the workspace's roots: outermost
   * first. Never rejects: what is not there or cannot be read is left out.
   */
  async read(activeFile: string | undefined, session: SessionState): Promise<Rules[]> {
    const paths = [...pathsOfCalls(session), ...(activeFile === undefined ? [] : [activeFile])];
    const found = await Promise.all(this.#folders(paths).map((folder) => this.#readIn(folder)));
    return found.filter((rules) => rules !== undefined).slice(-MAX_FILES);
  }

  /** Absolute paths; the nearer to what was touched last, the later. */
  #folders(paths: readonly string[]): string[] {
    const depths = new Map<string, number>();
    for (const input of paths) {
      for (const [folder, depth] of this.#above(input)) {
        depths.delete(folder);
        depths.set(folder, depth);
      }
    }
    const roots = this.#workspace.folders().map(({ root }) => root);
    const inner = [...depths].filter(([folder]) => !roots.includes(folder)).sort(([, a], [, b]) => a - b);
    return [...roots, ...inner.slice(-MAX_FOLDERS).map(([folder]) => folder)];
  }

  /** The folders from a path up to its workspace folder, each with its depth in that. The path may be a folder itself. */
  #above(input: string): [string, number][] {
    if (input.length > MAX_PATH) return [];
    try {
      const { folder, absolute } = nameWorkspacePath(this.#workspace, input);
      const names = path.relative(folder.root, absolute).split(path.sep).filter((name) => name !== '');
      // what a package manager or a tool put there is nobody's rule
      const own = names.findIndex((name) => name === 'node_modules' || name.startsWith('.'));
      if (own >= 0) names.length = own;
      return Array.from({ length: names.length + 1 }, (_, depth) => [path.join(folder.root, ...names.slice(0, depth)), depth]);
    } catch {
      return [];
    }
  }

  async #readIn(folder: string): Promise<Rules | undefined> {
    const file = path.join(folder, FILE);
    try {
      if ((await this.#workspace.kind(file)) !== 'file') return undefined;
      const { absolute, relative, real } = await resolveWorkspacePath(this.#workspace, file);
      // nobody is asked here, and the person's keys are no rules
      if (isSecret({ relative, real }, this.#workspace.folders())) throw new Error(`${relative} leads to ${real}, which is not for a model.`);
      const text = (await this.#workspace.readText(absolute)).trim();
      return text === '' ? undefined : { path: relative, text: beginningOf(text), cut: text.length > MAX_CHARACTERS };
    } catch (error) {
      if (!this.#told.has(file)) this.#log.warn(`The rules in ${file} are left out: ${error instanceof Error ? error.message : String(error)}`);
      this.#told.add(file);
      return undefined;
    }
  }
}

/** Never between the halves of a character. */
function beginningOf(text: string): string {
  return text.slice(0, MAX_CHARACTERS).replace(/[\uD800-\uDBFF]$/, '');
}

/** What the last tool calls name as their `path`, in order. A model wrote them: they may be anything. */
function pathsOfCalls(session: SessionState): string[] {
  const calls = session.messages.flatMap((message) => (message.role === 'assistant' ? message.toolCalls : [])).slice(-LAST_CALLS);
  return calls.flatMap(({ arguments: text }) => {
    const value = pathIn(text);
    return value === undefined ? [] : [value];
  });
}

function pathIn(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && 'path' in value && typeof value.path === 'string' ? value.path : undefined;
  } catch {
    return undefined;
  }
}
