import { RuntimeError } from '../../protocol/errors.ts';
import type { LlmStream, Model, ModelSource } from '../../core/ports/LlmStream.ts';
import type { ApiKeys } from './ApiKeys.ts';
import { originOf, readModelSettings } from './modelSettings.ts';

export interface RemoteModelOptions {
  baseUrl: string;
  model: string;
  apiKey: string | undefined;
}

/** The model that the person's settings name, and its key. */
export class ConfiguredModels implements ModelSource {
  readonly #keys: ApiKeys;
  readonly #offline: LlmStream;
  readonly #connect: (options: RemoteModelOptions) => LlmStream | Promise<LlmStream>;

  constructor(dependencies: {
    keys: ApiKeys;
    offline: LlmStream;
    connect: (options: RemoteModelOptions) => LlmStream | Promise<LlmStream>;
  }) {
    this.#keys = dependencies.keys;
    this.#offline = dependencies.offline;
    this.#connect = dependencies.connect;
  }

  async select(): Promise<Model> {
    const { name, baseUrl } = readModelSettings();
    if (name === '') return { name: 'offline', provider: 'offline', llm: this.#offline };
    const origin = originOf(baseUrl);
    const apiKey = await this.#keys.get(origin);
    // servers on plain http are a person's own, and mostly take no key
    if (apiKey === undefined && origin.startsWith('https:')) {
      throw new RuntimeError({ code: 'model_key_missing', message: `No API key is stored for ${origin}`, origin });
    }
    return { name, provider: origin, llm: await this.#connect({ baseUrl, model: name, apiKey }) };
  }
}
