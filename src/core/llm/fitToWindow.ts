import { RuntimeError } from '../../protocol/RuntimeError.ts';
import type { LlmMessage, LlmRequest } from '../ports/LlmStream.ts';
import { lengthOfRequest } from './tokens.ts';

/** Characters that a result keeps at least, where the new ones must be cut. */
const LEAST_KEPT = 500;

type ToolMessage = Extract<LlmMessage, { role: 'tool' }>;

export interface Fitted {
  messages: readonly LlmMessage[];
  /** How many results are left out, or cut. */
  results: number;
}

/**
 * The messages of a request so that it has at most `room` characters: the oldest results of tools are left out first, as many as it
 * takes; then those that the model has not seen yet are cut, the longest most. Each says so to the model. Nothing else is touched:
 * `undefined` where that does not help enough.
 */
export function fitToWindow(request: LlmRequest, room: number): Fitted | undefined {
  let excess = lengthOfRequest(request) - room;
  if (excess <= 0) return { messages: request.messages, results: 0 };
  const messages = [...request.messages];
  const results = messages.flatMap((message, index) => (message.role === 'tool' ? [{ index, message }] : []));
  const unseen = messages.findLastIndex(({ role }) => role === 'assistant');
  const changed = new Set<number>();
  const put = (index: number, message: ToolMessage, content: string): void => {
    excess -= message.content.length - content.length;
    messages[index] = { ...message, content };
    changed.add(index);
  };
  for (const { index, message } of results) {
    if (excess <= 0 || index > unseen) break;
    const mark = leftOut(message.content.length);
    if (mark.length < message.content.length) put(index, message, mark);
  }
  const fresh = results.filter(({ index }) => index > unseen);
  const limit = excess <= 0 ? Infinity : evenLimit(fresh.map(({ message }) => message.content.length), excess);
  for (const { index, message } of fresh) {
    if (message.content.length > limit) put(index, message, cut(message.content, limit));
  }
  return excess <= 0 ? { messages, results: changed.size } : undefined;
}

/** The conversation does not fit, whatever is left out of it. */
export function tooLong(tokens: number, window: number, origin: string): RuntimeError {
  return new RuntimeError({ code: 'model_context_exceeded', message: `It has about ${tokens} tokens, and the model\u2019s window takes ${window}, its answer included`, origin });
}

function leftOut(length: number): string {
  return `[Left out by Agent Runtime, since your window would not take it: this result had ${length} characters. Call the tool again if you need it.]`;
}

function cut(content: string, limit: number): string {
  const mark = `\n[Cut by Agent Runtime, since your window would not take it: the result has ${content.length} characters. Ask for the rest in smaller parts.]`;
  return content.slice(0, Math.max(0, limit - mark.length)) + mark;
}

/** The length that all may have, so that together they lose `excess` characters; never below {@link LEAST_KEPT}. */
function evenLimit(lengths: readonly number[], excess: number): number {
  const sorted = [...lengths].sort((a, b) => b - a);
  let over = 0;
  for (const [index, length] of sorted.entries()) {
    over += length;
    // the longest `index + 1`, all as long as what is left of them
    const limit = Math.floor((over - excess) / (index + 1));
    if (limit >= (sorted[index + 1] ?? 0)) return Math.max(limit, LEAST_KEPT);
  }
  return LEAST_KEPT;
}

/** Tokens that a request may have in a window, so that the answer has its place too. */
export function roomFor(window: number, maxOutputTokens: number | undefined): number {
  const quarter = Math.floor(window / 4);
  // servers that count what the answer may have refuse a request that leaves less; nobody means an answer that takes all
  if (maxOutputTokens !== undefined && maxOutputTokens <= window - quarter) return window - maxOutputTokens;
  return window - Math.min(maxOutputTokens ?? 8_192, quarter);
}
