import type { ToolCall } from '../../protocol/messages.ts';
import type { Agent } from '../agents/Agent.ts';
import type { LlmTool } from '../ports/LlmStream.ts';
import type { BoundCall, Tool, ToolEffects } from './Tool.ts';

const OBJECT_LENGTH = 200;

export type ResolvedCall =
  | { ok: true; tool: Tool; call: BoundCall; object: string }
  | { ok: false; message: string; object: string };

/** The tools that exist, and which of them an agent may use. */
export class ToolRegistry {
  readonly #tools: ReadonlyMap<string, Tool>;

  constructor(tools: readonly Tool[]) {
    this.#tools = new Map(tools.map((tool) => [tool.name, tool]));
  }

  /** The agent's tools as a model is offered them. */
  offered(agent: Agent): LlmTool[] {
    return agent.tools.flatMap((name) => {
      const tool = this.#tools.get(name);
      return tool === undefined ? [] : [{ name, description: tool.description, parameters: tool.parameters }];
    });
  }

  /** `undefined` for a tool that nobody knows. */
  effectsOf(name: string): ToolEffects | undefined {
    return this.#tools.get(name)?.effects;
  }

  /** What a call of this agent means, or why it cannot run. */
  resolve(agent: Agent, call: ToolCall): ResolvedCall {
    const raw = call.arguments.slice(0, OBJECT_LENGTH);
    const tool = agent.tools.includes(call.name) ? this.#tools.get(call.name) : undefined;
    if (tool === undefined) {
      const offered = this.offered(agent).map(({ name }) => name).join(', ');
      return { ok: false, object: raw, message: `${agent.title} has no tool “${call.name}”. It has: ${offered || 'none'}.` };
    }
    const binding = tool.bind(call);
    return binding.ok ? { ok: true, tool, call: binding.call, object: binding.call.object } : { ok: false, object: raw, message: binding.message };
  }
}
