/** What a model was seen to be like. Losing it costs a refused request, or a worse estimate. */
export interface ModelTraits {
  /** Parameters that it refused, by the names of {@link LlmStream}'s adapter. */
  readonly refused?: readonly string[];
  /** Tokens, as an error of it told. */
  readonly contextWindow?: number;
  /** Of its requests, as it reported their tokens. */
  readonly charactersPerToken?: number;
  /** The field of a streamed delta that it thinks in, and that it may want back. */
  readonly reasoningField?: string;
}

/** What was learned of models, kept over restarts as far as the host can. */
export interface ModelMemory {
  /** Empty for a model that is not known. */
  read(provider: string, model: string): ModelTraits;
  /** Replaces the traits that are given; the others stay. */
  learn(provider: string, model: string, traits: ModelTraits): void;
  /** What was learned counts no more: the model, or the server that runs it, is set up anew. */
  forget(provider: string, model: string): void;
}
