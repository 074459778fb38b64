import type { LlmChunk } from '../core/ports/LlmStream.ts';
import type { AnswerReader } from './AnswerReader.ts';
import { EventStreamDecoder } from './EventStreamDecoder.ts';

/** As long as a whole answer's connection waits for its end. */
const RELEASE_MS = 1000;

/** The body of an answer: it ends with its bytes, or with `[DONE]`. */
export class AnswerBody {
  readonly #bytes: ReadableStreamDefaultReader<Uint8Array>;
  readonly #answer: AnswerReader;
  readonly #decoder = new EventStreamDecoder();
  #ended = false;
  #failure: Error | undefined;

  constructor(dependencies: { body: ReadableStream<Uint8Array>; answer: AnswerReader }) {
    this.#bytes = dependencies.body.getReader();
    this.#answer = dependencies.answer;
  }

  /** What the next bytes add; undefined at the end. */
  async next(): Promise<readonly LlmChunk[] | undefined> {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#ended || this.#answer.done) return undefined;
    const { value } = await this.#read();
    this.#ended = value === undefined;
    const chunks: LlmChunk[] = [];
    try {
      for (const event of value === undefined ? this.#decoder.end() : this.#decoder.take(value)) this.#answer.take(event, chunks);
    } catch (error) {
      // what came before the failure counts
      if (chunks.length === 0) throw error;
      this.#failure = error instanceof Error ? error : new Error(String(error));
    }
    return chunks;
  }

  /** No more is wanted. */
  close(): void {
    if (this.#answer.done && !this.#ended) void this.#release();
    else this.#cancel();
  }

  /** A connection that breaks after the reason why the model stopped takes nothing away. */
  async #read(): Promise<{ value?: Uint8Array | undefined }> {
    try {
      return await this.#bytes.read();
    } catch (error) {
      if (this.#answer.stopped) return {};
      throw error;
    }
  }

  /** Reads what follows `[DONE]`, so that the connection can be used again; one that stays open is closed. */
  async #release(): Promise<void> {
    const timer = setTimeout(() => this.#cancel(), RELEASE_MS);
    timer.unref();
    try {
      while (!(await this.#bytes.read()).done);
    } catch {
      // the answer is whole
    } finally {
      clearTimeout(timer);
    }
  }

  #cancel(): void {
    void this.#bytes.cancel().catch(() => undefined);
  }
}
