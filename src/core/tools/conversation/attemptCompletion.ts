import * as z from 'zod';
import { defineTool } from '../Tool.ts';

/** The person is shown the result from the call's arguments. */
export const attemptCompletion = defineTool({
  name: 'attempt_completion',
  description: 'Ends the turn with its result. Call it alone, once everything that was asked for is done, or when you can do no more of it.',
  schema: () => z.strictObject({ result: z.string().min(1).describe('What was done and what came of it, as Markdown for the person; no question at its end') }),
  effects: 'none',
  endsTurn: true,
  object: () => '',
  execute: () => Promise.resolve('The turn is complete.'),
});
