import { addressOf, originOf, profileOf, type ModelProfile, type ModelSettings } from '../../core/llm/profiles.ts';
import type { ProviderId } from '../../core/llm/providers.ts';
import type { LlmStream, Model, ModelSource } from '../../core/ports/LlmStream.ts';
import type { ModelMemory } from '../../core/ports/ModelMemory.ts';
import { RuntimeError } from '../../protocol/RuntimeError.ts';

export interface RemoteModelOptions {
  baseUrl: string;
  model: string;
  /** None: no credentials are sent. */
  apiKey: string | undefined;
  provider: ProviderId;
  memory: ModelMemory;
}

export interface ConfiguredModelsDependencies {
  settings: { read: () => ModelSettings };
  keys: { get: (origin: string) => Promise<string | undefined> };
  memory: ModelMemory;
  offline: LlmStream;
  connect: (options: RemoteModelOptions) => LlmStream | Promise<LlmStream>;
  /** One of VS Code's own, by `<vendor>/<id>`. Rejects with a {@link RuntimeError}. */
  vscodeModel: (model: string) => Promise<Model>;
}

/** The models that the person's settings name, each with its key. */
export class ConfiguredModels implements ModelSource {
  readonly #dependencies: ConfiguredModelsDependencies;
  /** By the profile's name, so that a client and its connections are used again while nothing of it changed. */
  readonly #kept = new Map<string, { as: string; llm: LlmStream | Promise<LlmStream> }>();

  constructor(dependencies: ConfiguredModelsDependencies) {
    this.#dependencies = dependencies;
  }

  async select(agent: string): Promise<Model> {
    const { settings, offline, vscodeModel } = this.#dependencies;
    const read = settings.read();
    const profile = profileOf(read, agent);
    this.#forget(read);
    if (profile === undefined) return { name: 'offline', provider: 'offline', llm: offline };
    const model = profile.provider === 'vscode' ? await vscodeModel(profile.model) : await this.#remote(profile);
    return { ...model, ...limits(profile) };
  }

  async #remote(profile: ModelProfile): Promise<Model> {
    const { keys } = this.#dependencies;
    const baseUrl = addressOf(profile) ?? '';
    const origin = originOf(baseUrl);
    if (origin === undefined) throw new RuntimeError({ code: 'model_not_configured', message: `“${profile.name}” has no address` });
    const apiKey = await keys.get(origin);
    // servers on plain http are a person's own, and mostly take no key
    if (apiKey === undefined && origin.startsWith('https:')) {
      throw new RuntimeError({ code: 'model_key_missing', message: `No API key is stored for ${origin}`, origin });
    }
    return { name: profile.model, provider: origin, llm: await this.#stream(profile, baseUrl, apiKey) };
  }

  async #stream({ name, model, provider }: ModelProfile, baseUrl: string, apiKey: string | undefined): Promise<LlmStream> {
    const { connect, memory } = this.#dependencies;
    const as = JSON.stringify([provider, model, baseUrl, apiKey]);
    const kept = this.#kept.get(name);
    if (kept?.as === as) return kept.llm;
    const llm = connect({ baseUrl, model, apiKey, provider, memory });
    this.#kept.set(name, { as, llm });
    try {
      return await llm;
    } catch (error) {
      if (this.#kept.get(name)?.llm === llm) this.#kept.delete(name);
      throw error;
    }
  }

  #forget({ profiles }: ModelSettings): void {
    for (const name of this.#kept.keys()) if (!profiles.some((profile) => profile.name === name)) this.#kept.delete(name);
  }
}

function limits({ contextWindow, maxOutputTokens, temperature }: ModelProfile): Partial<Pick<Model, 'contextWindow' | 'maxOutputTokens' | 'temperature'>> {
  return {
    ...(contextWindow === undefined ? {} : { contextWindow }),
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    ...(temperature === undefined ? {} : { temperature }),
  };
}
