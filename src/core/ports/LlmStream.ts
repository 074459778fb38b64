import type { ToolCall } from '../../protocol/messages.ts';

/** A message as a model gets it, in the roles of OpenAI's chat completions. */
export type LlmMessage =
  | { role: 'system'; content: string }
  | { role: 'user'; content: string }
  /** `reasoning`: what the model thought before, for those that want it back. */
  | { role: 'assistant'; content: string; reasoning?: string; toolCalls: readonly ToolCall[] }
  | { role: 'tool'; callId: string; content: string };

export interface LlmTool {
  name: string;
  description: string;
  /** JSON Schema of the arguments. */
  parameters: Record<string, unknown>;
}

/** What is asked of a model. Parameters that it does not take are left out once it has said so. */
export interface LlmRequest {
  messages: readonly LlmMessage[];
  tools: readonly LlmTool[];
  /** `json`: the answer must be one JSON object. */
  format: 'text' | 'json';
  /** From 0 to 2; the model's own where absent. */
  temperature?: number;
  /** Tokens of the answer, reasoning included; the model's own limit where absent. */
  maxOutputTokens?: number;
}

/** Why a model stopped, in OpenAI's words. What servers say beyond these, adapters translate. */
export type FinishReason = 'stop' | 'tool_calls' | 'length' | 'content_filter';

/** A piece of a model's answer, in the order in which it came. */
export type LlmChunk =
  | { type: 'text'; text: string }
  | { type: 'reasoning'; text: string }
  /** A fragment of a tool call. Which call it belongs to is told by the index, the id, or neither. */
  | { type: 'toolCall'; index?: number; id?: string; name?: string; arguments?: string }
  /** Of the whole request; a later one replaces it. */
  | { type: 'usage'; inputTokens: number; outputTokens: number }
  /** A stream that ends without it was interrupted. */
  | { type: 'finish'; reason: FinishReason };

/** One model behind one address. */
export interface LlmStream {
  /**
   * Streams one answer. Throws a {@link RuntimeError} with a `model_…` code; when `signal` aborts it
   * ends the request and throws whatever it likes. It never tries again by itself.
   */
  stream(request: LlmRequest, signal: AbortSignal): AsyncIterable<LlmChunk>;
  /** Loads and makes what the first request needs. Sends nothing. */
  warmUp?(): Promise<void>;
}

/** A model that the settings name. */
export interface Model {
  /** As its provider writes it. */
  name: string;
  /** The origin that requests go to; `vscode` for VS Code's own models, `offline` for the offline model. */
  provider: string;
  llm: LlmStream;
  /** Tokens that request and answer may have together, as far as the profile or the provider told. */
  contextWindow?: number;
  /** What the profile says of the answer's length and the temperature; they go before the agent's. */
  maxOutputTokens?: number;
  temperature?: number;
}

export interface ModelSource {
  /**
   * The model of an agent, by its name: its own, or the one that all use. Throws a {@link RuntimeError} where the settings
   * or a missing key do not allow a request.
   */
  select(agent: string): Promise<Model>;
}
