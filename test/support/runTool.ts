import * as assert from 'node:assert/strict';
import type { BoundCall, Tool } from '../../src/core/tools/Tool.ts';
import type { TurnControl } from '../../src/core/tools/TurnControl.ts';
import { NodeWorkspace } from './NodeWorkspace.ts';
import { noTurn } from './noTurn.ts';
import { projectRoot } from './projectRoot.ts';

/** A call of the tool with arguments that must be valid. */
export function bindTool(tool: Tool, args: object): BoundCall {
  const binding = tool.bind({ id: 'c', name: tool.name, arguments: JSON.stringify(args) });
  assert.ok(binding.ok, binding.ok ? '' : binding.message);
  return binding.call;
}

/** What a model is told of arguments that must not be valid. */
export function refusalOf(tool: Tool, args: object): string {
  const binding = tool.bind({ id: 'c', name: tool.name, arguments: JSON.stringify(args) });
  if (binding.ok) assert.fail(`${tool.name} takes these arguments`);
  return binding.message;
}

/** Runs a tool that has nothing to do with files. */
export async function runTool(tool: Tool, args: object, turn: Partial<TurnControl> = {}): Promise<string> {
  const { signal } = new AbortController();
  return await bindTool(tool, args).execute({ workspace: new NodeWorkspace(projectRoot) }, { signal, turn: { ...noTurn, ...turn }, real: [] });
}
