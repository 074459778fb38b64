import type { Agent } from '../agents/Agent.ts';
import { writeRefusal } from '../agents/fileLimits.ts';
import { argumentsHash } from '../hitl/argumentsHash.ts';
import type { JudgedPath } from '../hitl/protectedFiles.ts';
import { nameWorkspacePath, resolveWorkspacePath } from './ide/workspacePath.ts';
import { messageOf, type BoundCall, type ChangeTarget, type Tool, type ToolPorts } from './Tool.ts';

/** What a call would touch as things are now, and the hash that a verdict and an approval of it are bound to. */
export interface InspectedCall {
  paths: readonly JudgedPath[];
  /** Of a call that changes something. */
  target?: ChangeTarget;
  hash: string;
}

export type Inspection = ({ ok: true } & InspectedCall) | { ok: false; message: string; told?: string };

/** Looks at what a call would touch: where its paths lead, and the content that its change is made from. */
export class CallInspector {
  readonly #ports: ToolPorts;

  constructor(dependencies: { ports: ToolPorts }) {
    this.#ports = dependencies.ports;
  }

  /** Refuses what the agent may not write: a link on the way may have been set since the last look. */
  async inspect(agent: Agent, { name, effects }: Pick<Tool, 'name' | 'effects'>, call: BoundCall): Promise<Inspection> {
    const { workspace } = this.#ports;
    if (effects === 'write' && call.change === undefined) return { ok: false, message: `${name} cannot show what it would do, so it cannot be approved.` };
    try {
      const paths = await Promise.all(call.paths.map((path) => resolveWorkspacePath(workspace, path)));
      const target = await call.change?.inspect(this.#ports);
      const judged = paths.map(({ relative, real }) => ({ relative, real }));
      // a link may be set between the two looks: what is judged must be what is written
      if (target !== undefined && !judged.some(({ relative, real }) => relative === target.path && real === target.real)) {
        return { ok: false, message: `${target.path} leads to another file than a moment ago, so nothing was done. Try again.` };
      }
      for (const path of target === undefined ? [] : judged) {
        const refusal = writeRefusal(agent, path, workspace.folders());
        if (refusal !== undefined) return { ok: false, ...refusal };
      }
      const hash = argumentsHash({ tool: name, arguments: call.arguments, real: judged.map(({ real }) => real), ...(target === undefined ? {} : { target }) });
      return { ok: true, paths: judged, hash, ...(target === undefined ? {} : { target }) };
    } catch (error) {
      return { ok: false, message: messageOf(error) };
    }
  }

  /** A call's paths by their text alone, for a first verdict. None where one of them is no path of the workspace. */
  named(call: BoundCall): JudgedPath[] {
    try {
      return call.paths.map((path) => {
        const { relative } = nameWorkspacePath(this.#ports.workspace, path);
        return { relative, real: relative };
      });
    } catch {
      return [];
    }
  }
}
