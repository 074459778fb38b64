import type { ErrorInfo } from '../../src/protocol/errors.ts';
import { RuntimeError } from '../../src/protocol/RuntimeError.ts';
import type { LlmChunk, LlmRequest, LlmStream } from '../../src/core/ports/LlmStream.ts';

/** What a model does with one request: the pieces it gives, then an error, if any. `stall`: it says nothing any more, and hears nothing. */
export type Behaviour = readonly (LlmChunk | ErrorInfo | 'stall')[];

/** The model port, behaving as scripted, one entry for each request; the last stays. */
export class FailingModel implements LlmStream {
  readonly requests: LlmRequest[] = [];
  /** The signal of each request. */
  readonly signals: AbortSignal[] = [];
  readonly #script: readonly Behaviour[];
  /** Resolves when a request stalls. */
  readonly stalled = Promise.withResolvers<undefined>();

  constructor(...script: readonly Behaviour[]) {
    this.#script = script;
  }

  async *stream(request: LlmRequest, signal: AbortSignal): AsyncGenerator<LlmChunk> {
    const behaviour = this.#script[Math.min(this.requests.length, this.#script.length - 1)] ?? [];
    this.requests.push(request);
    this.signals.push(signal);
    for (const piece of behaviour) {
      if (piece === 'stall') {
        this.stalled.resolve(undefined);
        await new Promise(() => undefined);
      } else if ('code' in piece) throw new RuntimeError(piece);
      else yield piece;
    }
  }
}

export const says = (text: string): LlmChunk => ({ type: 'text', text });
export const stop: LlmChunk = { type: 'finish', reason: 'stop' };
