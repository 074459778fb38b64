import OpenAI from 'openai';
import type { ProviderId } from '../core/llm/providers.ts';
import type { LlmChunk, LlmRequest, LlmStream } from '../core/ports/LlmStream.ts';
import type { ModelMemory } from '../core/ports/ModelMemory.ts';
import { AnswerBody } from './AnswerBody.ts';
import { AnswerReader } from './AnswerReader.ts';
import { BrokenOff, Failures, NotAModel } from './Failures.ts';
import { httpFetch } from './httpFetch.ts';
import { rehearse } from './rehearse.ts';
import { requestBody } from './requestBody.ts';

export interface OpenAiOptions {
  baseUrl: string;
  model: string;
  /** None: no header with a key is sent. */
  apiKey: string | undefined;
  provider?: ProviderId;
  memory: ModelMemory;
  /** How requests go; by Node's http where absent. */
  fetch?: typeof httpFetch;
}

/**
 * Any server that speaks OpenAI's chat completions, streamed. Requests and their errors are the SDK's; what it answers is
 * read here, since the SDK tells no `[DONE]` (docs/decisions/0021). See https://platform.openai.com/docs/api-reference/chat-streaming.
 */
export class OpenAiStream implements LlmStream {
  readonly #client: OpenAI;
  readonly #options: OpenAiOptions;
  readonly #origin: string;
  readonly #failures: Failures;

  constructor(options: OpenAiOptions) {
    this.#options = options;
    this.#origin = new URL(options.baseUrl).origin;
    this.#failures = new Failures({ origin: this.#origin, model: options.model, apiKey: options.apiKey, memory: options.memory });
    this.#client = new OpenAI({
      baseURL: options.baseUrl,
      apiKey: options.apiKey ?? 'none',
      maxRetries: 0,
      logLevel: 'off',
      fetch: (url, init) => (options.fetch ?? httpFetch)(url, { ...init, headers: this.#headers() }),
    });
  }

  async *stream(request: LlmRequest, signal: AbortSignal): AsyncGenerator<LlmChunk> {
    const { model, provider, memory } = this.#options;
    const { body: wanted, sent } = requestBody(model, provider, request, memory.read(this.#origin, model));
    const answer = new AnswerReader();
    let body: AnswerBody | undefined;
    const close = (): void => body?.close();
    signal.addEventListener('abort', close, { once: true });
    try {
      body = await this.#ask(wanted, answer, signal);
      for (let chunks = await body.next(); chunks !== undefined; chunks = await body.next()) {
        signal.throwIfAborted();
        for (const chunk of chunks) yield chunk;
      }
      signal.throwIfAborted();
      if (!answer.stopped) throw new BrokenOff();
    } catch (error) {
      if (signal.aborted) throw error;
      throw this.#failures.typed(error, body !== undefined, sent);
    } finally {
      signal.removeEventListener('abort', close);
      close();
      this.#remember(answer);
    }
  }

  /** Goes through a whole request that is not sent: what is loaded and made at first use is there when the person waits for it. */
  async warmUp(): Promise<void> {
    const rehearsal = new OpenAiStream({ ...this.#options, fetch: rehearse });
    const request: LlmRequest = { messages: [{ role: 'user', content: '' }], tools: [], format: 'text' };
    const chunks = rehearsal.stream(request, new AbortController().signal);
    while ((await chunks.next()).done !== true);
  }

  /** The body of the answer, once it begins. */
  async #ask(wanted: OpenAI.ChatCompletionCreateParamsStreaming, answer: AnswerReader, signal: AbortSignal): Promise<AnswerBody> {
    const { body, headers } = await this.#client.chat.completions.create(wanted, { signal }).asResponse();
    if (body === null) throw new BrokenOff();
    const answerBody = new AnswerBody({ body, answer });
    if (headers.get('content-type')?.startsWith('text/html') !== true) return answerBody;
    answerBody.close();
    throw new NotAModel();
  }

  #remember({ reasoningField }: AnswerReader): void {
    const { memory, model } = this.#options;
    if (reasoningField === undefined || memory.read(this.#origin, model).reasoningField === reasoningField) return;
    memory.learn(this.#origin, model, { reasoningField });
  }

  /** All that is sent: the SDK would add what it finds in the environment, and what machine this is. */
  #headers(): Record<string, string> {
    const { apiKey, provider } = this.#options;
    return {
      accept: 'text/event-stream, application/json',
      'content-type': 'application/json',
      'user-agent': 'agent-runtime',
      ...(apiKey === undefined ? {} : provider === 'azure' ? { 'api-key': apiKey } : { authorization: `Bearer ${apiKey}` }),
    };
  }
}
