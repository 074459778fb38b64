import * as z from 'zod';
import { defineTool } from '../Tool.ts';

export const echo = defineTool({
  name: 'echo',
  description: 'Returns the text as it is. For trying out that tools work.',
  schema: () => z.strictObject({ text: z.string().describe('What is returned') }),
  effects: 'none',
  object: ({ text }) => text,
  execute: ({ text }) => Promise.resolve(text),
});
