import * as path from 'node:path';
import picomatch from 'picomatch';
import * as z from 'zod';
import type { DirectoryEntry, Workspace } from '../../ports/Workspace.ts';
import { defineTool } from '../Tool.ts';
import { resolveJudgedPath } from './workspacePath.ts';

const MAX_ENTRIES = 1_000;
/** Named in a recursive listing, but not entered. */
const NOT_ENTERED: ReadonlySet<string> = new Set(['node_modules', '.git']);

export const listFiles = defineTool({
  name: 'list_files',
  description: `Lists files and folders of the workspace, folders with a "/" at the end, at most ${MAX_ENTRIES}.`,
  schema: () =>
    z.strictObject({
    path: z.string().min(1).describe('Path of the folder, relative to the workspace; "." for its root'),
    recursive: z.boolean().optional().describe('Also list what is in its folders, all the way down'),
    include_hidden: z.boolean().optional().describe('Also list names that begin with "."'),
    pattern: z.string().min(1).optional().describe('Glob that the paths must match, for example "**/*.ts"'),
  }),
  effects: 'read',
  object: ({ path }) => path,
  paths: ({ path }) => [path],
  execute: async ({ path: input, recursive = false, include_hidden: hidden = false, pattern }, { workspace }, { signal, real }) => {
    const folder = await resolveJudgedPath(workspace, input, real[0]);
    const kind = await workspace.kind(folder.absolute);
    if (kind !== 'folder') throw new Error(`${folder.relative} ${kind === 'missing' ? 'does not exist' : 'is a file. Use read_file'}.`);
    const matches = pattern === undefined ? () => true : picomatch(pattern, { dot: hidden });
    const found: string[] = [];
    const entries = await workspace.list(folder.absolute);
    for await (const entry of walk(workspace, { absolute: folder.absolute, prefix: '', entries }, { recursive, hidden }, signal)) {
      if (!matches(entry.replace(/\/$/, ''))) continue;
      if (found.length === MAX_ENTRIES) return `${found.join('\n')}\n[More than ${MAX_ENTRIES} entries. List a folder of it, or use pattern.]`;
      found.push(entry);
    }
    return found.length === 0 ? '[Nothing found]' : found.join('\n');
  },
});

interface Folder {
  absolute: string;
  /** What stands before its entries' names. */
  prefix: string;
  entries: DirectoryEntry[];
}

async function* walk(
  workspace: Workspace,
  { absolute, prefix, entries }: Folder,
  options: { recursive: boolean; hidden: boolean },
  signal: AbortSignal,
): AsyncGenerator<string> {
  signal.throwIfAborted();
  for (const { name, kind, link } of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (name.startsWith('.') && !options.hidden) continue;
    if (kind === 'file') {
      yield prefix + name;
      continue;
    }
    yield `${prefix}${name}/`;
    // a link may lead out of the workspace, or back up into it
    if (!options.recursive || link || NOT_ENTERED.has(name)) continue;
    const inner = path.join(absolute, name);
    const inside = await workspace.list(inner).catch(() => undefined);
    if (inside === undefined) yield `${prefix}${name}/[cannot be read]`;
    else yield* walk(workspace, { absolute: inner, prefix: `${prefix}${name}/`, entries: inside }, options, signal);
  }
}
