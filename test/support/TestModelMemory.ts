import type { ModelMemory, ModelTraits } from '../../src/core/ports/ModelMemory.ts';

/** What was learned of models, for as long as it lives. */
export class TestModelMemory implements ModelMemory {
  readonly #traits = new Map<string, ModelTraits>();

  read(provider: string, model: string): ModelTraits {
    return this.#traits.get(`${provider} ${model}`) ?? {};
  }

  learn(provider: string, model: string, traits: ModelTraits): void {
    this.#traits.set(`${provider} ${model}`, { ...this.read(provider, model), ...traits });
  }

  forget(provider: string, model: string): void {
    this.#traits.delete(`${provider} ${model}`);
  }
}
