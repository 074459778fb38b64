import type { TokenUsage } from '../../protocol/webview.ts';
import type { LlmChunk, LlmRequest, Model } from '../ports/LlmStream.ts';
import { lengthOfRequest, type TokenEstimates } from './tokens.ts';

/** What one request used: as the model reports it, else estimated. */
export class UsageMeter {
  readonly #model: Model;
  readonly #estimates: TokenEstimates;
  readonly #sent: number;
  #answered = 0;
  #began = false;
  #reported: { inputTokens: number; outputTokens: number } | undefined;

  constructor(options: { model: Model; request: LlmRequest; estimates: TokenEstimates }) {
    this.#model = options.model;
    this.#estimates = options.estimates;
    this.#sent = lengthOfRequest(options.request);
  }

  take(chunk: LlmChunk): void {
    this.#began = true;
    // a request of no tokens is a figure that nobody counted
    if (chunk.type === 'usage' && chunk.inputTokens === 0) return;
    if (chunk.type === 'usage') this.#reported = { inputTokens: chunk.inputTokens, outputTokens: chunk.outputTokens };
    else if (chunk.type === 'toolCall') this.#answered += (chunk.name?.length ?? 0) + (chunk.arguments?.length ?? 0);
    else if (chunk.type !== 'finish') this.#answered += chunk.text.length;
  }

  /** `undefined` where the model had not begun to answer. Later estimates are calibrated by what it reported. */
  end(): TokenUsage | undefined {
    if (!this.#began) return undefined;
    if (this.#reported === undefined) {
      return { inputTokens: this.#estimates.of(this.#model, this.#sent), outputTokens: this.#estimates.of(this.#model, this.#answered), estimated: true };
    }
    this.#estimates.learn(this.#model, this.#sent, this.#reported.inputTokens);
    return { ...this.#reported, estimated: false };
  }
}
