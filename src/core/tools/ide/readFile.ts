import * as z from 'zod';
import { defineTool } from '../Tool.ts';
import { resolveJudgedPath } from './workspacePath.ts';

const MAX_LINES = 2_000;
const MAX_CHARACTERS = 100_000;

export const readFile = defineTool({
  name: 'read_file',
  description: `Reads a text file of the workspace. Returns at most ${MAX_LINES} lines at once; use start_line to read on.`,
  schema: () =>
    z.strictObject({
    path: z.string().min(1).describe('Path of the file, relative to the workspace'),
    start_line: z.number().int().min(1).optional().describe('First line to read; lines count from 1'),
    end_line: z.number().int().min(1).optional().describe('Last line to read'),
    encoding: z.string().min(1).optional().describe('Only where the file is not read rightly without it, for example "iso88591"'),
  }),
  effects: 'read',
  object: ({ path }) => path,
  paths: ({ path }) => [path],
  execute: async ({ path, start_line: start = 1, end_line: end = Infinity, encoding }, { workspace }, { real }) => {
    const file = await resolveJudgedPath(workspace, path, real[0]);
    const kind = await workspace.kind(file.absolute);
    if (kind === 'missing') throw new Error(`${file.relative} does not exist.`);
    if (kind === 'folder') throw new Error(`${file.relative} is a folder. Use list_files.`);
    return excerpt(await workspace.readText(file.absolute, encoding), start, end);
  },
});

function excerpt(text: string, start: number, end: number): string {
  const lines = text.split('\n');
  if (start > lines.length) throw new Error(`The file has ${lines.length} lines; line ${start} is past its end.`);
  let part = lines.slice(start - 1, Math.min(end, start - 1 + MAX_LINES));
  let length = 0;
  const fits = part.findIndex((line) => (length += line.length + 1) > MAX_CHARACTERS);
  if (fits >= 0) part = part.slice(0, Math.max(fits, 1)).map((line) => line.slice(0, MAX_CHARACTERS));
  const last = start - 1 + part.length;
  const more = last < Math.min(end, lines.length) ? `\n[Lines ${start}–${last} of ${lines.length}. Read on with start_line ${last + 1}.]` : '';
  return part.join('\n') + more;
}
