import type { ModelMemory, ModelTraits } from '../ports/ModelMemory.ts';

/** What was learned of one model, for as long as it is tried. */
export class PassingMemory implements ModelMemory {
  #traits: ModelTraits = {};

  read(): ModelTraits {
    return this.#traits;
  }

  learn(_provider: string, _model: string, traits: ModelTraits): void {
    this.#traits = { ...this.#traits, ...traits };
  }

  forget(): void {
    this.#traits = {};
  }
}
