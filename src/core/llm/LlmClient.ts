import { randomUUID } from 'node:crypto';
import type { TurnScope } from '../bus/TurnScope.ts';
import { RuntimeError, errorInfoOf } from '../../protocol/errors.ts';
import type { Clock } from '../ports/Clock.ts';
import type { LlmChunk, LlmRequest, ModelSource } from '../ports/LlmStream.ts';

const SOURCE = 'LlmClient';

/** Sends requests to the model that the settings name, and tells their start and end. */
export class LlmClient {
  readonly #models: ModelSource;
  readonly #clock: Clock;

  constructor(dependencies: { models: ModelSource; clock: Clock }) {
    this.#models = dependencies.models;
    this.#clock = dependencies.clock;
  }

  /** Throws a {@link RuntimeError}; a stream that ends without a reason is one. */
  async *stream(scope: TurnScope, request: LlmRequest, signal: AbortSignal): AsyncGenerator<LlmChunk> {
    const model = await orAborted(this.#models.select(), signal);
    const requestId = randomUUID();
    const begin = this.#clock.monotonic();
    const started = scope.publish(SOURCE, 'llm.request.started', {
      requestId,
      provider: model.provider,
      model: model.name,
      messages: request.messages.length,
      tools: request.tools.length,
    });
    const caused = scope.causedBy(started);
    let finishReason: string | undefined;
    let usage: { inputTokens: number; outputTokens: number } | undefined;
    let settled = false;
    try {
      for await (const chunk of model.llm.stream(request, signal)) {
        signal.throwIfAborted();
        if (chunk.type === 'finish') finishReason = chunk.reason;
        if (chunk.type === 'usage') usage = { inputTokens: chunk.inputTokens, outputTokens: chunk.outputTokens };
        yield chunk;
      }
      if (finishReason === undefined) {
        throw new RuntimeError({ code: 'model_stream_interrupted', message: 'The stream ended before the answer was complete', origin: model.provider });
      }
      settled = true;
      caused.publish(SOURCE, 'llm.request.completed', {
        requestId,
        model: model.name,
        finishReason,
        ...usage,
        durationMs: this.#clock.monotonic() - begin,
      });
    } catch (error) {
      if (!settled) {
        caused.publish(SOURCE, 'llm.request.failed', {
          requestId,
          model: model.name,
          error: errorInfoOf(error),
          cancelled: signal.aborted,
          durationMs: this.#clock.monotonic() - begin,
        });
      }
      throw error;
    }
  }
}

/** The promise's result, or the signal's reason as soon as it aborts: reading a key may wait for the person. */
function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason instanceof Error ? signal.reason : new Error('Stopped'));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
