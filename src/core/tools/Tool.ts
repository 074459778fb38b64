import * as z from 'zod';
import type { DiffView } from '../../protocol/diff.ts';
import { lazySchema } from '../../protocol/lazySchema.ts';
import type { ToolCall } from '../../protocol/messages.ts';
import type { Workspace } from '../ports/Workspace.ts';
import type { TurnControl } from './TurnControl.ts';

/** Longer ones are told by their beginning. */
const OBJECT_LENGTH = 1_000;

export type ToolEffects = 'none' | 'read' | 'write' | 'execute';

/** What a call would change, as it is now. An approval holds only for this. */
export interface ChangeTarget {
  /** Relative to the workspace. */
  path: string;
  /** The same where every link on it is followed: what is really written. */
  real: string;
  created: boolean;
  /** The content that the change is made from. */
  base: string;
}

/** One file that a call writes. `null`: there is none. */
export interface FileChange {
  /** Relative to the workspace. */
  path: string;
  before: string | null;
  after: string | null;
}

/** What tools may touch. */
export interface ToolPorts {
  workspace: Workspace;
}

/** A tool: its schema, its words for the model, its effects and its logic on the ports. */
export interface ToolSpec<S extends z.ZodObject> {
  name: string;
  description: string;
  /** Made when the tool is first offered or called. */
  schema: () => S;
  effects: ToolEffects;
  /** Whether a call that succeeds is the last step of its turn. */
  endsTurn?: boolean;
  /** What the call works on, for people: usually a path. */
  object: (args: z.infer<S>) => string;
  /** Every path that the call reads or writes, as the model wrote it. */
  paths?: (args: z.infer<S>) => readonly string[];
  /** The command that the call runs. */
  command?: (args: z.infer<S>) => string;
  /** Tools that write show what they will do before they do it. */
  change?: {
    /** Throws an `Error` whose message the model can act on. */
    inspect: (args: z.infer<S>, ports: ToolPorts) => Promise<ChangeTarget>;
    diff: (args: z.infer<S>, target: ChangeTarget) => DiffView;
    /** Every file that it writes, whole. */
    files: (args: z.infer<S>, target: ChangeTarget) => FileChange[];
  };
  /**
   * Returns the result for the model, or throws an `Error` whose message it can act on. A tool that
   * writes gets the target that was approved, and does nothing where it is another by now; a tool that has paths reads and writes
   * no other than those that were judged.
   */
  execute: (args: z.infer<S>, ports: ToolPorts, options: ExecuteOptions) => Promise<string>;
}

export interface ExecuteOptions {
  signal: AbortSignal;
  turn: TurnControl;
  approved?: ChangeTarget | undefined;
  /** Where the call's paths led when it was judged, links followed, in their order. */
  real: readonly string[];
}

/** A call whose arguments are valid. */
export interface BoundCall {
  arguments: Record<string, unknown>;
  object: string;
  paths: readonly string[];
  command: string | undefined;
  change:
    | {
        inspect: (ports: ToolPorts) => Promise<ChangeTarget>;
        diff: (target: ChangeTarget) => DiffView;
        files: (target: ChangeTarget) => FileChange[];
      }
    | undefined;
  execute: (ports: ToolPorts, options: ExecuteOptions) => Promise<string>;
}

export type Binding = { ok: true; call: BoundCall } | { ok: false; message: string };

export interface Tool {
  readonly name: string;
  readonly description: string;
  readonly effects: ToolEffects;
  readonly endsTurn: boolean;
  /** JSON Schema of the arguments. */
  readonly parameters: Record<string, unknown>;
  /** Validates what the model wrote. Nothing runs with guessed arguments. */
  bind(call: ToolCall): Binding;
}

export function defineTool<S extends z.ZodObject>(spec: ToolSpec<S>): Tool {
  const schema = lazySchema(spec.schema);
  let parameters: Record<string, unknown> | undefined;
  return {
    name: spec.name,
    description: spec.description,
    effects: spec.effects,
    endsTurn: spec.endsTurn ?? false,
    get parameters() {
      return (parameters ??= jsonSchemaOf(schema()));
    },
    bind: (call) => bind(spec, schema(), call),
  };
}

function jsonSchemaOf(schema: z.ZodObject): Record<string, unknown> {
  const { $schema, ...parameters } = z.toJSONSchema(schema, { io: 'input' });
  return parameters;
}

function bind<S extends z.ZodObject>(spec: ToolSpec<S>, schema: S, call: ToolCall): Binding {
  let json: unknown;
  try {
    json = JSON.parse(call.arguments);
  } catch (error) {
    return { ok: false, message: `The arguments of ${spec.name} are not valid JSON (${messageOf(error)}). Nothing ran. Send them again as one JSON object.` };
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    return { ok: false, message: `The arguments of ${spec.name} do not fit its schema. Nothing ran.\n${z.prettifyError(parsed.error)}` };
  }
  const args = parsed.data;
  const { change } = spec;
  return {
    ok: true,
    call: {
      arguments: args,
      object: spec.object(args).slice(0, OBJECT_LENGTH),
      paths: spec.paths?.(args) ?? [],
      command: spec.command?.(args),
      change:
        change === undefined
          ? undefined
          : { inspect: (ports) => change.inspect(args, ports), diff: (target) => change.diff(args, target), files: (target) => change.files(args, target) },
      execute: (ports, options) => spec.execute(args, ports, options),
    },
  };
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
