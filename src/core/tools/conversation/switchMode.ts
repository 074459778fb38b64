import * as z from 'zod';
import { defineTool } from '../Tool.ts';

export const switchMode = defineTool({
  name: 'switch_mode',
  description: 'Hands the work over to another agent, which goes on with this conversation from the next step on. Use it when the next step needs tools that you do not have, or is another agent’s work.',
  schema: () =>
    z.strictObject({
      agent: z.string().min(1).describe('Name of the agent, for example "coder"'),
      reason: z.string().min(1).max(300).describe('Why, in one sentence; the person and the other agent read it'),
    }),
  effects: 'none',
  object: ({ agent }) => agent,
  execute: ({ agent, reason }, _ports, { turn }) => turn.handOver(agent, reason),
});
