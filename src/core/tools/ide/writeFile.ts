import * as path from 'node:path';
import * as z from 'zod';
import type { Workspace } from '../../ports/Workspace.ts';
import { diffView } from '../diffView.ts';
import { defineTool } from '../Tool.ts';
import { resolveWorkspacePath, type WorkspacePath } from './workspacePath.ts';

interface Target extends WorkspacePath {
  exists: boolean;
  /** The text on disk; empty for a new file. */
  text: string;
}

export const writeFile = defineTool({
  name: 'write_file',
  description: 'Creates a file of the workspace or replaces its whole content. The person sees the change and approves or rejects it.',
  schema: () =>
    z.strictObject({
    path: z.string().min(1).describe('Path of the file, relative to the workspace'),
    content: z.string().describe('The whole new content'),
    create_dirs: z.boolean().default(true).describe('Create missing parent folders'),
    backup: z.boolean().default(false).describe('Keep the old content beside the file, as <name>.bak'),
  }),
  effects: 'write',
  object: ({ path }) => path,
  paths: ({ path: file, backup }) => (backup ? [file, backupOf(file.replace(/[/\\]+$/, ''))] : [file]),
  change: {
    inspect: async (args, { workspace }) => {
      const { relative, real, exists, text } = await locate(workspace, args);
      return { path: relative, real, created: !exists, base: text };
    },
    diff: ({ content, backup }, { path: file, created, base }) => {
      const view = diffView(base, contentFor(base, content));
      if (backup && !created) view.rows.unshift({ kind: 'note', text: `Also creates ${backupOf(file)}, with the content as it is now` });
      return view;
    },
    files: ({ content, backup }, { path: file, created, base }) => {
      const written = { path: file, before: created ? null : base, after: contentFor(base, content) };
      return backup && !created ? [written, { path: backupOf(file), before: null, after: base }] : [written];
    },
  },
  execute: async (args, { workspace }, { approved, real }) => {
    const target = await locate(workspace, args);
    if (approved?.path !== target.relative || approved.real !== target.real || approved.created === target.exists || approved.base !== target.text) throw changed(target);
    const content = contentFor(target.text, args.content);
    if (args.backup && target.exists) {
      const backup = await resolveWorkspacePath(workspace, backupOf(args.path));
      // a link that leads nowhere yet is missing, and would be written through
      if (backup.real !== real[1]) throw changed(backup);
      await workspace.writeText(backup.absolute, target.text);
    }
    if (args.create_dirs) await workspace.createFolder(path.dirname(target.absolute));
    // everything above took its time: a link may lead elsewhere by now
    if ((await resolveWorkspacePath(workspace, args.path)).real !== target.real) throw changed(target);
    await workspace.writeText(target.absolute, content);
    const lines = args.content === '' ? 0 : args.content.split('\n').length - (args.content.endsWith('\n') ? 1 : 0);
    return `${target.exists ? 'Replaced' : 'Created'} ${target.relative} (${lines} ${lines === 1 ? 'line' : 'lines'}).`;
  },
});

function changed({ relative }: WorkspacePath): Error {
  return new Error(`${relative} is not as it was when the change was approved. Nothing was written. Read it again.`);
}

async function locate(workspace: Workspace, args: { path: string; create_dirs: boolean; backup: boolean }): Promise<Target> {
  const file = await resolveWorkspacePath(workspace, args.path);
  const kind = await workspace.kind(file.absolute);
  if (kind === 'folder') throw new Error(`${file.relative} is a folder.`);
  if (await workspace.hasUnsavedChanges(file.absolute)) {
    throw new Error(`${file.relative} has changes in an editor that are not saved. Ask the person to save or revert them; nothing was written.`);
  }
  if (kind === 'file') {
    if (args.backup && (await workspace.kind(backupOf(file.absolute))) !== 'missing') throw new Error(`${file.relative}.bak exists already; nothing was written.`);
    return { ...file, exists: true, text: await workspace.readForWrite(file.absolute) };
  }
  if (!args.create_dirs && (await workspace.kind(path.dirname(file.absolute))) !== 'folder') {
    throw new Error(`The folder of ${file.relative} does not exist. Use create_dirs.`);
  }
  return { ...file, exists: false, text: '' };
}

/** Models write line feeds; a file whose lines end with CR LF keeps them. */
function contentFor(base: string, content: string): string {
  return base.includes('\r\n') && !content.includes('\r') ? content.replaceAll('\n', '\r\n') : content;
}

function backupOf(file: string): string {
  return `${file}.bak`;
}
