import type * as vscode from 'vscode';
import * as z from 'zod';
import type { Log } from '../../core/ports/Log.ts';
import type { ModelMemory, ModelTraits } from '../../core/ports/ModelMemory.ts';
import { messageOf } from '../../core/tools/Tool.ts';
import { lazySchema } from '../../protocol/lazySchema.ts';

const KEY = 'agentRuntime.modelTraits';
const MODELS = 200;

const entry = lazySchema(() =>
  z.object({
    provider: z.string().max(500),
    model: z.string().max(500),
    traits: z.object({
      refused: z.array(z.string().max(100)).max(50).readonly().optional(),
      contextWindow: z.int().positive().optional(),
      charactersPerToken: z.number().positive().optional(),
      reasoningField: z.string().max(100).optional(),
    }),
  }),
);

/** What was learned of models, in VS Code's own state: the latest 200 of them, and all but whether they take tools. */
export class MementoModelMemory implements ModelMemory {
  readonly #memento: Pick<vscode.Memento, 'get' | 'update'>;
  readonly #log: Log;
  /** The one that was learned of last is last. */
  #traits: Map<string, { provider: string; model: string; traits: ModelTraits }> | undefined;

  constructor(dependencies: { memento: Pick<vscode.Memento, 'get' | 'update'>; log: Log }) {
    this.#memento = dependencies.memento;
    this.#log = dependencies.log;
  }

  read(provider: string, model: string): ModelTraits {
    return this.#known().get(idOf(provider, model))?.traits ?? {};
  }

  learn(provider: string, model: string, traits: ModelTraits): void {
    const known = this.#known();
    const id = idOf(provider, model);
    const before = this.read(provider, model);
    const after = { ...before, ...traits };
    if (known.has(id) && JSON.stringify(after) === JSON.stringify(before)) return;
    known.delete(id);
    known.set(id, { provider, model, traits: after });
    for (const oldest of [...known.keys()].slice(0, -MODELS)) known.delete(oldest);
    this.#write();
  }

  forget(provider: string, model: string): void {
    if (this.#known().delete(idOf(provider, model))) this.#write();
  }

  #known(): Map<string, { provider: string; model: string; traits: ModelTraits }> {
    this.#traits ??= new Map(this.#stored().map((one) => [idOf(one.provider, one.model), one]));
    return this.#traits;
  }

  #stored(): { provider: string; model: string; traits: ModelTraits }[] {
    const stored: unknown = this.#memento.get(KEY);
    if (!Array.isArray(stored)) return [];
    return stored.slice(-MODELS).flatMap((one) => {
      const parsed = entry().safeParse(one);
      return parsed.success ? [{ ...parsed.data, traits: present(parsed.data.traits) }] : [];
    });
  }

  /** Not waited for: losing it costs a refused request. */
  #write(): void {
    this.#memento.update(KEY, [...this.#known().values()].map(lasting)).then(undefined, (error: unknown) => this.#log.warn(`What was learned of a model could not be kept: ${messageOf(error)}`));
  }
}

function idOf(provider: string, model: string): string {
  return JSON.stringify([provider, model]);
}

/** Without tools a model is of little use, and often it is its server that was started without: that is seen anew in each window, and told. */
function lasting({ traits: { refused, ...traits }, ...one }: { provider: string; model: string; traits: ModelTraits }): unknown {
  return { ...one, traits: { ...traits, ...(refused === undefined ? {} : { refused: refused.filter((name) => name !== 'tools') }) } };
}

function present({ refused, contextWindow, charactersPerToken, reasoningField }: { [T in keyof ModelTraits]: ModelTraits[T] | undefined }): ModelTraits {
  return {
    ...(refused === undefined ? {} : { refused }),
    ...(contextWindow === undefined ? {} : { contextWindow }),
    ...(charactersPerToken === undefined ? {} : { charactersPerToken }),
    ...(reasoningField === undefined ? {} : { reasoningField }),
  };
}
