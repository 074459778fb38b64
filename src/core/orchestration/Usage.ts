export interface TokenUsage {
  inputTokens: number;
  outputTokens: number;
}

/** Adds up the tokens of a turn's model calls, as the models reported them. */
export class Usage {
  #total: TokenUsage | undefined;

  add(usage: TokenUsage | undefined): void {
    if (usage === undefined) return;
    this.#total = {
      inputTokens: (this.#total?.inputTokens ?? 0) + usage.inputTokens,
      outputTokens: (this.#total?.outputTokens ?? 0) + usage.outputTokens,
    };
  }

  /** `undefined` where no model reported any. */
  get total(): TokenUsage | undefined {
    return this.#total;
  }
}
