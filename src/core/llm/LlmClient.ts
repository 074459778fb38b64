import { randomUUID } from 'node:crypto';
import type { TurnScope } from '../bus/TurnScope.ts';
import { pause } from '../pause.ts';
import { errorInfoOf, type ErrorInfo } from '../../protocol/errors.ts';
import { RuntimeError } from '../../protocol/RuntimeError.ts';
import type { TokenUsage } from '../../protocol/webview.ts';
import type { Clock } from '../ports/Clock.ts';
import type { LlmChunk, LlmRequest, Model, ModelSource } from '../ports/LlmStream.ts';
import { listen, type SilenceLimits } from './listen.ts';
import type { TokenEstimates } from './tokens.ts';
import { MOST_TRIES, pauseBefore } from './tries.ts';
import { usageData } from './Usage.ts';
import { UsageMeter } from './UsageMeter.ts';

const SOURCE = 'LlmClient';

/** Parameters that one request may lose: there are not more. */
const MOST_ADAPTATIONS = 8;

/** A piece of an answer, whichever try it came from. */
export type ClientChunk =
  | Exclude<LlmChunk, { type: 'usage' }>
  /** What a try used. Each tells it once, at its end, also where it failed. */
  | { type: 'used'; usage: TokenUsage }
  /** The try failed, and the request goes to the model again: what came of it counts for nothing. */
  | { type: 'again' };

export interface LlmClientDependencies {
  models: ModelSource;
  estimates: TokenEstimates;
  clock: Clock;
  limits: SilenceLimits;
  /** From 0 to 1. */
  random: () => number;
}

/** Where one request stands. */
interface Request {
  scope: TurnScope;
  model: Model;
  request: LlmRequest;
  signal: AbortSignal;
  /** The person has seen something of the answer: it is not asked for once more. */
  shown: boolean;
}

/** Sends requests to models, again where that helps, and tells each try's start and end. */
export class LlmClient {
  readonly #dependencies: LlmClientDependencies;

  constructor(dependencies: LlmClientDependencies) {
    this.#dependencies = dependencies;
  }

  /** The model of an agent. Throws a {@link RuntimeError}. */
  select(agent: string, signal: AbortSignal): Promise<Model> {
    return orAborted(this.#dependencies.models.select(agent), signal);
  }

  /**
   * One answer, from as many tries as it takes, at most {@link MOST_TRIES}; a request that was refused for one of its parameters goes
   * again at once without it, and counts as none. `shown`: the person has seen the beginning of the answer, so there is one try. Throws
   * a {@link RuntimeError}; a stream that ends without a reason is one.
   */
  async *stream(scope: TurnScope, model: Model, request: LlmRequest, { signal, shown = false }: { signal: AbortSignal; shown?: boolean }): AsyncGenerator<ClientChunk> {
    const asked: Request = { scope, model, request, signal, shown };
    for (let attempt = 1, adaptations = 0; ; ) {
      const requestId = randomUUID();
      try {
        yield* this.#try(asked, requestId, attempt);
        return;
      } catch (error) {
        if (signal.aborted || asked.shown) throw error;
        const info = errorInfoOf(error);
        const adapted = info.refusedParameter !== undefined && (adaptations += 1) <= MOST_ADAPTATIONS;
        const afterMs = adapted ? 0 : pauseBefore(info, attempt, this.#dependencies.random);
        if (afterMs === undefined) throw error;
        if (!adapted) attempt += 1;
        scope.publish(SOURCE, 'llm.retry.scheduled', { requestId, attempt, attempts: MOST_TRIES, afterMs, error: info });
        if (afterMs > 0) await pause(this.#dependencies.clock, afterMs, signal);
        yield { type: 'again' };
      }
    }
  }

  async *#try(asked: Request, requestId: string, attempt: number): AsyncGenerator<ClientChunk> {
    const { scope, model, request, signal } = asked;
    const { clock, limits, estimates } = this.#dependencies;
    const begin = clock.monotonic();
    const started = scope.publish(SOURCE, 'llm.request.started', {
      requestId,
      provider: model.provider,
      model: model.name,
      messages: request.messages.length,
      tools: request.tools.length,
      attempt,
    });
    const caused = scope.causedBy(started);
    const meter = new UsageMeter({ model, request, estimates });
    let finishReason: string | undefined;
    let failed: { error: unknown } | undefined;
    try {
      for await (const chunk of listen((ended) => model.llm.stream(request, ended), { signal, clock, limits, origin: model.provider })) {
        meter.take(chunk);
        if (chunk.type === 'usage') continue;
        // what goes on after its end was not at it
        finishReason = chunk.type === 'finish' ? chunk.reason : undefined;
        if (isShown(chunk, request)) asked.shown = true;
        yield chunk;
      }
      if (finishReason === undefined) {
        throw new RuntimeError({ code: 'model_stream_interrupted', message: 'The stream ended before the answer was complete', origin: model.provider });
      }
    } catch (error) {
      // a connection that breaks after the last word took nothing with it
      if (finishReason === undefined || signal.aborted) failed = { error };
    }
    const usage = meter.end();
    if (usage !== undefined) yield { type: 'used', usage };
    const end = { requestId, model: model.name, ...usageData(usage), durationMs: clock.monotonic() - begin };
    if (failed === undefined) caused.publish(SOURCE, 'llm.request.completed', { ...end, finishReason: finishReason ?? '' });
    else {
      caused.publish(SOURCE, 'llm.request.failed', { ...end, error: signal.aborted ? cancelled : errorInfoOf(failed.error), cancelled: signal.aborted });
      throw failed.error;
    }
  }
}

const cancelled: ErrorInfo = { code: 'model_cancelled', message: 'The request was cancelled' };

/** Calls are not shown before they are whole; an answer for machines never is. */
function isShown(chunk: LlmChunk, { format }: LlmRequest): boolean {
  return format === 'text' && (chunk.type === 'text' || chunk.type === 'reasoning');
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
