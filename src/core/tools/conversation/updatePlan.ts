import * as z from 'zod';
import type { PlanStep } from '../../../protocol/messages.ts';
import { defineTool } from '../Tool.ts';

export const updatePlan = defineTool({
  name: 'update_plan',
  description: 'Shows the person your plan for this work, and how far you are. Use it for work of several steps: at the beginning, and whenever a step begins or ends. Send all steps each time; they replace the ones before.',
  schema: () =>
    z.strictObject({
      steps: z
        .array(
          z.strictObject({
            title: z.string().min(1).max(200).describe('What the step does, in a few words'),
            status: z.enum(['pending', 'in_progress', 'completed']).describe('in_progress for the step that you are at'),
          }),
        )
        .min(1)
        .max(30)
        .describe('All steps, in their order'),
    }),
  effects: 'none',
  object: ({ steps }) => progress(steps),
  execute: async ({ steps }, _ports, { turn }) => {
    await turn.showPlan(steps);
    return `Plan: ${progress(steps)} done.`;
  },
});

function progress(steps: readonly PlanStep[]): string {
  return `${steps.filter(({ status }) => status === 'completed').length} of ${steps.length}`;
}
