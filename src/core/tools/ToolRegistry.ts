import type { ToolCall } from '../../protocol/messages.ts';
import type { Agent } from '../agents/Agent.ts';
import { writeRefusal } from '../agents/fileLimits.ts';
import type { LlmTool } from '../ports/LlmStream.ts';
import type { Workspace } from '../ports/Workspace.ts';
import { nameWorkspacePath } from './ide/workspacePath.ts';
import { messageOf, type BoundCall, type Tool, type ToolEffects } from './Tool.ts';

const OBJECT_LENGTH = 200;
const NAME_LENGTH = 100;

export type ResolvedCall =
  | { ok: true; tool: Tool; call: BoundCall; object: string }
  | { ok: false; message: string; told?: string; object: string };

/** The tools that exist, and which of them an agent may use. */
export class ToolRegistry {
  readonly #tools: ReadonlyMap<string, Tool>;

  readonly #workspace: Pick<Workspace, 'folders'>;

  constructor(dependencies: { tools: readonly Tool[]; workspace: Pick<Workspace, 'folders'> }) {
    this.#tools = new Map(dependencies.tools.map((tool) => [tool.name, tool]));
    this.#workspace = dependencies.workspace;
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

  endsTurn(name: string): boolean {
    return this.#tools.get(name)?.endsTurn ?? false;
  }

  /** JSON Schema of a tool's arguments; `undefined` for a tool that nobody knows. */
  parametersOf(name: string): Record<string, unknown> | undefined {
    return this.#tools.get(name)?.parameters;
  }

  /** What a call of this agent means, or why it cannot run: of a write all that its path alone tells. */
  resolve(agent: Agent, call: ToolCall): ResolvedCall {
    const raw = call.arguments.slice(0, OBJECT_LENGTH);
    const tool = agent.tools.includes(call.name) ? this.#tools.get(call.name) : undefined;
    if (tool === undefined) {
      const offered = this.offered(agent).map(({ name }) => name).join(', ');
      const told = `${agent.title} has no tool “${call.name.slice(0, NAME_LENGTH)}”. Nothing ran.`;
      return { ok: false, object: raw, message: `${told} It has: ${offered || 'none'}.`, told };
    }
    const binding = tool.bind(call);
    if (!binding.ok) return { ok: false, object: raw, message: binding.message };
    const { object } = binding.call;
    const refusal = this.#refusal(agent, tool, binding.call);
    return refusal === undefined ? { ok: true, tool, call: binding.call, object } : { ok: false, object, ...refusal };
  }

  #refusal(agent: Agent, { effects }: Tool, { paths }: BoundCall): { message: string; told?: string } | undefined {
    try {
      for (const path of effects === 'write' ? paths : []) {
        const { relative } = nameWorkspacePath(this.#workspace, path);
        const refusal = writeRefusal(agent, { relative, real: relative }, this.#workspace.folders());
        if (refusal !== undefined) return refusal;
      }
      return undefined;
    } catch (error) {
      return { message: messageOf(error) };
    }
  }
}
