import OpenAI, { APIConnectionError, APIError } from 'openai';
import type { ErrorCode, ErrorInfo } from '../protocol/errors.ts';
import type { ToolCall } from '../protocol/messages.ts';
import type { LlmChunk, LlmMessage, LlmRequest, LlmStream } from '../core/ports/LlmStream.ts';
import { httpFetch } from './httpFetch.ts';

export interface OpenAiOptions {
  baseUrl: string;
  model: string;
  /** None: no `Authorization` header is sent. */
  apiKey: string | undefined;
}

/** The address answered, but not as a model does. */
class NotAModel extends Error {
  override readonly message = 'It answered with a web page';
}

/** Any server that speaks OpenAI's chat completions, streamed. See https://platform.openai.com/docs/api-reference/chat-streaming. */
export class OpenAiStream implements LlmStream {
  readonly #client: OpenAI;
  readonly #options: OpenAiOptions;

  constructor(options: OpenAiOptions) {
    this.#options = options;
    this.#client = new OpenAI({
      baseURL: options.baseUrl,
      apiKey: options.apiKey ?? 'none',
      maxRetries: 0,
      logLevel: 'off',
      fetch: (url, init) => httpFetch(url, { ...init, headers: this.#headers() }),
    });
  }

  async *stream(request: LlmRequest, signal: AbortSignal): AsyncGenerator<LlmChunk> {
    let answering = false;
    try {
      const { data, response } = await this.#client.chat.completions.create(this.#body(request), { signal }).withResponse();
      if (response.headers.get('content-type')?.startsWith('text/html') === true) throw new NotAModel();
      answering = true;
      for await (const { choices, usage } of data) {
        for (const choice of choices) yield* chunksOf(choice);
        if (usage) yield { type: 'usage', inputTokens: usage.prompt_tokens, outputTokens: usage.completion_tokens };
      }
    } catch (error) {
      throw signal.aborted ? error : this.#failure(error, answering);
    }
  }

  /** All that is sent: the SDK would add what it finds in the environment, and what machine this is. */
  #headers(): Record<string, string> {
    const { apiKey } = this.#options;
    return {
      accept: 'text/event-stream, application/json',
      'content-type': 'application/json',
      'user-agent': 'agent-runtime',
      ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
    };
  }

  #body({ messages, tools, format }: LlmRequest): OpenAI.ChatCompletionCreateParamsStreaming {
    return {
      model: this.#options.model,
      messages: messages.map(toOpenAi),
      stream: true,
      stream_options: { include_usage: true },
      ...(tools.length === 0 ? {} : { tools: tools.map((tool) => ({ type: 'function' as const, function: { ...tool } })) }),
      ...(format === 'json' ? { response_format: { type: 'json_object' as const } } : {}),
    };
  }

  /** `answering`: the server had begun its answer. */
  #failure(error: unknown, answering: boolean): Error & { info: ErrorInfo } {
    const status = error instanceof APIError && typeof error.status === 'number' ? error.status : undefined;
    const info: ErrorInfo = {
      code: this.#codeOf(error, status, answering),
      message: this.#withoutKey(reasonOf(error)),
      origin: new URL(this.#options.baseUrl).origin,
      ...(status === undefined ? {} : { status }),
    };
    return Object.assign(new Error(info.message), { info });
  }

  #codeOf(error: unknown, status: number | undefined, answering: boolean): ErrorCode {
    if (error instanceof NotAModel) return 'model_not_found';
    return error instanceof APIConnectionError && !answering ? 'model_unreachable' : codeOf(status);
  }

  /** Servers quote the key that they refuse. */
  #withoutKey(text: string): string {
    const { apiKey } = this.#options;
    return apiKey === undefined || apiKey === '' ? text : text.replaceAll(apiKey, '[API key]');
  }
}

function* chunksOf({ delta, finish_reason: reason }: OpenAI.ChatCompletionChunk.Choice): Generator<LlmChunk> {
  if (delta.content) yield { type: 'text', text: delta.content };
  for (const { index, id, function: call } of delta.tool_calls ?? []) {
    yield {
      type: 'toolCall',
      index,
      ...(id === undefined ? {} : { id }),
      ...(call?.name === undefined ? {} : { name: call.name }),
      ...(call?.arguments === undefined ? {} : { arguments: call.arguments }),
    };
  }
  if (reason) yield { type: 'finish', reason };
}

function codeOf(status: number | undefined): ErrorCode {
  if (status === undefined) return 'model_stream_interrupted';
  if (status === 401 || status === 403) return 'model_auth';
  if (status === 404 || (status >= 300 && status < 400)) return 'model_not_found';
  if (status === 429) return 'model_rate_limited';
  return status >= 500 ? 'model_server' : 'model_refused_request';
}

/** The innermost reason: "connect ECONNREFUSED 127.0.0.1:11434" says more than "Connection error." */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // the SDK puts the status before what the server said; it is told apart
  if (error instanceof APIError && error.status !== undefined) return error.message.replace(/^\d+ /, '').replace('status code (no body)', 'It gave no reason');
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  return error.cause instanceof Error ? reasonOf(error.cause) : error.message;
}

/** A call as servers take it back: some refuse the whole conversation for one that their model had written badly. */
function wellFormed({ name, arguments: text }: ToolCall): { name: string; arguments: string } {
  return { name: /^[\w-]{1,64}$/.test(name) ? name : 'unknown_tool', arguments: isJsonObject(text) ? text : '{}' };
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

function toOpenAi(message: LlmMessage): OpenAI.ChatCompletionMessageParam {
  switch (message.role) {
    case 'assistant':
      return {
        role: 'assistant',
        content: message.content,
        ...(message.toolCalls.length === 0
          ? {}
          : { tool_calls: message.toolCalls.map((call) => ({ id: call.id, type: 'function' as const, function: wellFormed(call) })) }),
      };
    case 'tool':
      return { role: 'tool', tool_call_id: message.callId, content: message.content };
    default:
      return message;
  }
}
