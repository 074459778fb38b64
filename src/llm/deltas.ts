import type { FinishReason, LlmChunk } from '../core/ports/LlmStream.ts';
import { arrayOf, isObject, textOf, type JsonObject } from './json.ts';

/** The fields of a delta that models think in. */
export const REASONING_FIELDS = ['reasoning_content', 'reasoning'] as const;
export type ReasoningField = (typeof REASONING_FIELDS)[number];

const LENGTH = new Set(['length', 'max_tokens', 'max_output_tokens', 'model_length', 'model_context_window_exceeded']);
const FILTERED = new Set(['content_filter', 'safety', 'recitation', 'prohibited_content', 'blocklist', 'spii', 'image_safety', 'image_prohibited_content', 'image_recitation', 'sensitive', 'refusal']);
const FAILED = new Set(['error', 'insufficient_system_resource', 'network_error', 'malformed_function_call']);

/** Why a model stopped, from what servers write; `failed` where it did not stop by itself. */
export function reasonOf(written: string): FinishReason | 'failed' {
  // Google writes its own word behind OpenAI's: "content_filter: RECITATION"
  const reasons = written.toLowerCase().split(/[:\s]+/);
  if (reasons.some((reason) => LENGTH.has(reason))) return 'length';
  if (reasons.some((reason) => FILTERED.has(reason))) return 'content_filter';
  return reasons.some((reason) => FAILED.has(reason)) ? 'failed' : 'stop';
}

/** The chunks of a delta, or of a whole message; `onReasoning` hears which field it thinks in. */
export function chunksOf(delta: JsonObject, onReasoning: (field: ReasoningField) => void): LlmChunk[] {
  const chunks: LlmChunk[] = [];
  // some write it twice, once by each name
  const field = REASONING_FIELDS.find((name) => textOf(delta[name]) !== '');
  if (field !== undefined) {
    onReasoning(field);
    chunks.push({ type: 'reasoning', text: textOf(delta[field]) });
  }
  const { content } = delta;
  if (typeof content === 'string') pushText(chunks, 'text', content);
  else if (isObject(content)) pushPart(chunks, content);
  else for (const part of arrayOf(content)) pushPart(chunks, part);
  pushText(chunks, 'text', delta['refusal']);
  const calls = delta['tool_calls'];
  for (const call of isObject(calls) ? [calls] : arrayOf(calls)) if (isObject(call)) chunks.push(callOf(call));
  const old = delta['function_call'];
  if (isObject(old)) chunks.push(callOf({ index: 0, function: old }));
  return chunks;
}

function pushText(chunks: LlmChunk[], type: 'text' | 'reasoning', text: unknown): void {
  if (typeof text === 'string' && text !== '') chunks.push({ type, text });
}

/** Of `content` that is an array: https://docs.mistral.ai/capabilities/reasoning/. */
function pushPart(chunks: LlmChunk[], part: unknown): void {
  if (typeof part === 'string') pushText(chunks, 'text', part);
  if (!isObject(part)) return;
  if (part['type'] !== 'thinking') {
    pushText(chunks, 'text', part['text'] ?? part['refusal']);
    return;
  }
  const { thinking } = part;
  if (typeof thinking === 'string') pushText(chunks, 'reasoning', thinking);
  for (const inner of arrayOf(thinking)) pushText(chunks, 'reasoning', isObject(inner) ? inner['text'] : inner);
}

function callOf(call: JsonObject): LlmChunk {
  const { index, id } = call;
  const wanted = isObject(call['function']) ? call['function'] : call;
  const name = textOf(wanted['name']);
  const args = argumentsOf(wanted['arguments']);
  return {
    type: 'toolCall',
    ...(typeof index === 'number' ? { index } : {}),
    ...((typeof id === 'string' && id !== '') || typeof id === 'number' ? { id: String(id) } : {}),
    ...(name === '' ? {} : { name }),
    ...(args === '' ? {} : { arguments: args }),
  };
}

/** Some write an object instead of its text; an empty one may stand before the text, and says nothing. */
function argumentsOf(value: unknown): string {
  if (!isObject(value)) return textOf(value);
  return Object.keys(value).length === 0 ? '' : JSON.stringify(value);
}
