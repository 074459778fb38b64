import { RuntimeError } from '../../protocol/RuntimeError.ts';
import type { Clock } from '../ports/Clock.ts';
import type { LlmChunk } from '../ports/LlmStream.ts';

/** How long a model may say nothing, in milliseconds. Connecting has a limit of its own, where the connection is made. */
export interface SilenceLimits {
  /** Before its first piece: a model that reasons without telling, or reads a long conversation on a slow computer, takes minutes. */
  firstToken: number;
  /** Between two pieces: some servers hold the arguments of a call back until they are whole. */
  betweenTokens: number;
  /** After it said why it stopped: only usage may follow, and some servers leave the connection open. */
  afterFinish: number;
}

export const silenceLimits: SilenceLimits = { firstToken: 300_000, betweenTokens: 180_000, afterFinish: 5_000 };

/** How often it is looked whether a limit is over. */
const TICK = 500;

interface ListenOptions {
  signal: AbortSignal;
  clock: Clock;
  limits: SilenceLimits;
  /** For the error. */
  origin: string;
}

/**
 * The chunks of a stream, for as long as somebody listens: an abort of `signal` and a limit that is over end it at once, whatever
 * the stream does, and what still comes of it is not heard.
 */
export async function* listen(open: (signal: AbortSignal) => AsyncIterable<LlmChunk>, options: ListenOptions): AsyncGenerator<LlmChunk> {
  const { signal } = options;
  signal.throwIfAborted();
  const ear = new Ear(options);
  const iterator = open(ear.signal)[Symbol.asyncIterator]();
  let ended = false;
  try {
    for (;;) {
      const next = await ear.hear(iterator.next());
      ended = next?.done === true;
      if (next === undefined || next.done === true) return;
      ear.heard(next.value);
      yield next.value;
    }
  } finally {
    ear.close(ended);
    // not waited for: it may hang on what it waits for
    iterator.return?.().catch(() => undefined);
  }
}

/** Waits for one chunk at a time, and knows when to wait no longer. */
class Ear {
  readonly #options: ListenOptions;
  readonly #controller = new AbortController();
  readonly #abort = (): void => this.#giveUp(this.#options.signal.reason);
  readonly #ticks: { dispose: () => void };
  #limit: number;
  #finished = false;
  /** On the clock's monotonic scale, while a chunk is waited for. */
  #since: number | undefined;
  #settle: { resolve: (over: undefined) => void; reject: (error: unknown) => void } | undefined;

  constructor(options: ListenOptions) {
    this.#options = options;
    this.#limit = options.limits.firstToken;
    options.signal.addEventListener('abort', this.#abort, { once: true });
    this.#ticks = options.clock.every(TICK, () => this.#tick());
  }

  /** Ends the request. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** `undefined`: nothing more is to be expected. */
  hear<T>(next: Promise<T>): Promise<T | undefined> {
    this.#since = this.#options.clock.monotonic();
    return new Promise<T | undefined>((resolve, reject) => {
      this.#settle = { resolve, reject };
      next.then(resolve, reject);
      // between two chunks nobody waited
      if (this.#options.signal.aborted) this.#abort();
    });
  }

  heard(chunk: LlmChunk): void {
    this.#since = undefined;
    if (chunk.type !== 'usage') this.#finished = chunk.type === 'finish';
    this.#limit = this.#finished ? this.#options.limits.afterFinish : this.#options.limits.betweenTokens;
  }

  /** `ended`: by itself. Then nothing is aborted: that would close a connection that the next request can use. */
  close(ended: boolean): void {
    this.#ticks.dispose();
    this.#options.signal.removeEventListener('abort', this.#abort);
    if (!ended) this.#controller.abort();
  }

  #tick(): void {
    const silent = this.#since === undefined ? 0 : this.#options.clock.monotonic() - this.#since;
    if (silent < this.#limit) return;
    if (this.#finished) this.#settle?.resolve(undefined);
    else this.#giveUp(new RuntimeError({ code: 'model_timeout', message: `Nothing came for ${Math.round(silent / 1000)} seconds`, origin: this.#options.origin }));
  }

  #giveUp(reason: unknown): void {
    this.#settle?.reject(reason);
    this.#controller.abort(reason);
  }
}
