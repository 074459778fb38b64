import type { TokenUsage } from '../../protocol/webview.ts';

/** Adds up the tokens of requests. */
export class Usage {
  #total: TokenUsage | undefined;

  add(usage: TokenUsage | undefined): void {
    if (usage === undefined) return;
    this.#total = {
      inputTokens: (this.#total?.inputTokens ?? 0) + usage.inputTokens,
      outputTokens: (this.#total?.outputTokens ?? 0) + usage.outputTokens,
      estimated: usage.estimated || this.#total?.estimated === true,
    };
  }

  /** `undefined` where no model was asked. */
  get total(): TokenUsage | undefined {
    return this.#total;
  }
}

/** As events tell it. */
export function usageData(usage: TokenUsage | undefined): { inputTokens?: number; outputTokens?: number; estimated?: true } {
  if (usage === undefined) return {};
  const { inputTokens, outputTokens, estimated } = usage;
  return { inputTokens, outputTokens, ...(estimated ? { estimated } : {}) };
}
