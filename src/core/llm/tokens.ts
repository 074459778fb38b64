import type { LlmMessage, LlmRequest, LlmTool, Model } from '../ports/LlmStream.ts';
import type { ModelMemory } from '../ports/ModelMemory.ts';

/** Of English text and code, before a model has reported; see https://help.openai.com/en/articles/4936856. */
const CHARACTERS_PER_TOKEN = 4;
/** What no tokenizer of today gives over a whole request: a report beyond is not believed. */
const LEAST = 1;
const MOST = 10;
/** Requests shorter than this, in characters, are mostly what servers put around them. */
const ENOUGH = 1_000;
/** How much a new report counts beside those before. */
const WEIGHT = 0.3;
/** A change that is worth being kept. */
const NOTABLE = 0.03;
/** Of the roles and marks around a message. */
const AROUND_MESSAGE = 16;

/** Tokens from characters, calibrated by what each model reported of earlier requests. */
export class TokenEstimates {
  readonly #memory: ModelMemory;

  constructor(dependencies: { memory: ModelMemory }) {
    this.#memory = dependencies.memory;
  }

  /** Tokens of so many characters, rounded up. */
  of(model: Model, characters: number): number {
    return Math.ceil(characters / this.#ratio(model));
  }

  /** Characters of so many tokens. */
  charactersOf(model: Model, tokens: number): number {
    return Math.floor(tokens * this.#ratio(model));
  }

  /** Tokens of request and answer, as the profile or the provider told, or an error of the model: the less of both. */
  windowOf({ provider, name, contextWindow = Infinity }: Model): number | undefined {
    const window = Math.min(contextWindow, this.#memory.read(provider, name).contextWindow ?? Infinity);
    return Number.isFinite(window) ? window : undefined;
  }

  /** `inputTokens`: what the model reported of a request of so many characters. */
  learn(model: Model, characters: number, inputTokens: number): void {
    if (characters < ENOUGH || inputTokens === 0) return;
    const seen = characters / inputTokens;
    if (seen < LEAST || seen > MOST) return;
    const { charactersPerToken: before } = this.#memory.read(model.provider, model.name);
    const after = before === undefined ? seen : before + WEIGHT * (seen - before);
    if (before !== undefined && Math.abs(after - before) / before < NOTABLE) return;
    this.#memory.learn(model.provider, model.name, { charactersPerToken: after });
  }

  #ratio({ provider, name }: Model): number {
    return this.#memory.read(provider, name).charactersPerToken ?? CHARACTERS_PER_TOKEN;
  }
}

const toolLengths = new WeakMap<LlmTool['parameters'], number>();

/** Characters of everything in a request that a model reads. */
export function lengthOfRequest({ messages, tools }: LlmRequest): number {
  return sum(messages, lengthOfMessage) + sum(tools, lengthOfTool);
}

function lengthOfMessage(message: LlmMessage): number {
  const calls = message.role === 'assistant' ? sum(message.toolCalls, ({ name, arguments: text }) => name.length + text.length + AROUND_MESSAGE) : 0;
  return AROUND_MESSAGE + message.content.length + calls;
}

function lengthOfTool({ name, description, parameters }: LlmTool): number {
  const known = toolLengths.get(parameters) ?? JSON.stringify(parameters).length;
  toolLengths.set(parameters, known);
  return AROUND_MESSAGE + name.length + description.length + known;
}

function sum<T>(values: readonly T[], length: (value: T) => number): number {
  return values.reduce((total, value) => total + length(value), 0);
}
