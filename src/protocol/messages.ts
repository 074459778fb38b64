import * as z from 'zod';
import { lazySchema } from './lazySchema.ts';

/** A model's wish to run a tool, as it wrote it: `arguments` is JSON text, not yet validated. */
const toolCall = lazySchema(() => z.strictObject({ id: z.string().min(1), name: z.string(), arguments: z.string() }));
export type ToolCall = z.infer<ReturnType<typeof toolCall>>;

/** How a tool call ended. `unknown`: it had started, and nobody saw its end. */
export const toolOutcomeKind = lazySchema(() => z.enum(['ok', 'error', 'rejected', 'cancelled', 'unknown']));
export type ToolOutcomeKind = z.infer<ReturnType<typeof toolOutcomeKind>>;

/** One message of a conversation, in the roles of OpenAI's chat completions. */
export const message = lazySchema(() =>
  z.discriminatedUnion('role', [
    z.strictObject({ role: z.literal('user'), id: z.string(), content: z.string() }),
    z.strictObject({
      role: z.literal('assistant'),
      id: z.string(),
      agent: z.string(),
      content: z.string(),
      /** What the model thought before it answered, as far as it told. */
      reasoning: z.string().exactOptional(),
      toolCalls: z.array(toolCall()),
      /** Set where the person stopped the answer or the stream broke. */
      interrupted: z.boolean(),
    }),
    z.strictObject({
      role: z.literal('tool'),
      id: z.string(),
      callId: z.string(),
      outcome: toolOutcomeKind(),
      content: z.string(),
    }),
  ]),
);
export type Message = z.infer<ReturnType<typeof message>>;

/** One step of an agent's plan. */
export const planStep = lazySchema(() => z.strictObject({ title: z.string(), status: z.enum(['pending', 'in_progress', 'completed']) }));
export type PlanStep = z.infer<ReturnType<typeof planStep>>;
