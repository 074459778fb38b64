import type { ToolCall } from '../../protocol/messages.ts';

/** A message as a model gets it, in the roles of OpenAI's chat completions. */
export type LlmMessage =
  | { role: 'system'; content: string }
  | { role: 'user'; content: string }
  | { role: 'assistant'; content: string; toolCalls: readonly ToolCall[] }
  | { role: 'tool'; callId: string; content: string };

export interface LlmTool {
  name: string;
  description: string;
  /** JSON Schema of the arguments. */
  parameters: Record<string, unknown>;
}

export interface LlmRequest {
  messages: readonly LlmMessage[];
  tools: readonly LlmTool[];
  /** `json`: the answer must be one JSON object. */
  format: 'text' | 'json';
}

/** A piece of a model's answer, in the order in which it came. */
export type LlmChunk =
  | { type: 'text'; text: string }
  /** A fragment of the tool call with this index: `id` and `name` come once, `arguments` in pieces. */
  | { type: 'toolCall'; index: number; id?: string; name?: string; arguments?: string }
  | { type: 'usage'; inputTokens: number; outputTokens: number }
  /** Why the model stopped, in OpenAI's words. A stream that ends without it was interrupted. */
  | { type: 'finish'; reason: string };

/** One model behind one address. */
export interface LlmStream {
  /**
   * Streams one answer. Throws a {@link RuntimeError} with a `model_…` code; when `signal` aborts it
   * ends the request and throws whatever it likes.
   */
  stream(request: LlmRequest, signal: AbortSignal): AsyncIterable<LlmChunk>;
}

/** The model that the settings name now. */
export interface Model {
  name: string;
  /** The origin that requests go to; `offline` for the offline model. */
  provider: string;
  llm: LlmStream;
}

export interface ModelSource {
  /** Throws a {@link RuntimeError} where the settings or a missing key do not allow a request. */
  select(): Promise<Model>;
}
