import type { LlmChunk, LlmRequest, LlmStream } from '../../src/core/ports/LlmStream.ts';
import { toCoder } from './ScriptedModel.ts';

/** Longest wait for a request, in turns of the event loop. */
const PATIENCE = 200_000;

/** A request that waits for a test to answer it, piece by piece. */
export class HeldRequest {
  readonly request: LlmRequest;
  readonly #signal: AbortSignal;
  readonly #pieces: (LlmChunk | Error | 'end')[] = [];
  #wake: () => void = () => undefined;

  constructor(request: LlmRequest, signal: AbortSignal) {
    this.request = request;
    this.#signal = signal;
    signal.addEventListener('abort', () => this.#wake(), { once: true });
  }

  send(...pieces: (LlmChunk | Error | 'end')[]): void {
    this.#pieces.push(...pieces);
    this.#wake();
  }

  async *chunks(): AsyncGenerator<LlmChunk> {
    for (;;) {
      this.#signal.throwIfAborted();
      const piece = this.#pieces.shift();
      if (piece === 'end') return;
      if (piece instanceof Error) throw piece;
      if (piece === undefined) await new Promise<void>((resolve) => (this.#wake = resolve));
      else yield piece;
    }
  }
}

/** The model port without a network: every request waits until a test answers it, or it is aborted. */
export class HeldModel implements LlmStream {
  readonly requests: LlmRequest[] = [];
  /** The requests that wait. */
  readonly held = new Set<HeldRequest>();
  readonly #used: () => void;
  readonly #holdRoutes: boolean;

  /** `used` is called whenever something happens. Requests for a route go to Coder at once, where they are not held too. */
  constructor(used: () => void, holdRoutes: boolean) {
    this.#used = used;
    this.#holdRoutes = holdRoutes;
  }

  /** The request that waits, as soon as one does. */
  async next(): Promise<HeldRequest> {
    for (let turns = 0; turns < PATIENCE; turns += 1) {
      const [held] = this.held;
      if (held !== undefined) return held;
      await new Promise((resolve) => setImmediate(resolve));
    }
    throw new Error('Nobody asks the model');
  }

  /** Answers the request that waits, or the next one, and returns it. */
  async answer(...pieces: (LlmChunk | Error | 'end')[]): Promise<LlmRequest> {
    const held = await this.next();
    held.send(...pieces);
    this.held.delete(held);
    return held.request;
  }

  async *stream(request: LlmRequest, signal: AbortSignal): AsyncGenerator<LlmChunk> {
    const held = new HeldRequest(request, signal);
    this.requests.push(request);
    this.held.add(held);
    if (request.format === 'json' && !this.#holdRoutes) held.send({ type: 'text', text: toCoder.text ?? '' }, { type: 'finish', reason: 'stop' }, 'end');
    try {
      for await (const chunk of held.chunks()) {
        this.#used();
        yield chunk;
      }
    } finally {
      this.#used();
      this.held.delete(held);
    }
  }
}
