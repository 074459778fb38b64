import { createHash } from 'node:crypto';
import type OpenAI from 'openai';
import type { ProviderId } from '../core/llm/providers.ts';
import type { LlmMessage, LlmRequest } from '../core/ports/LlmStream.ts';
import type { ModelTraits } from '../core/ports/ModelMemory.ts';
import type { ToolCall } from '../protocol/messages.ts';
import type { Parameter } from './learnedParameters.ts';
import { isObject, parsed } from './json.ts';

type Body = OpenAI.ChatCompletionCreateParamsStreaming;
type AssistantMessage = Extract<LlmMessage, { role: 'assistant' }>;

export interface RequestBody {
  readonly body: Body;
  /** The parameters in it that a model may refuse. */
  readonly sent: ReadonlySet<Parameter>;
}

/** Their pages on chat completions name `max_tokens` alone: some refuse what they do not know, others pass over it. */
const OLD_LIMIT: ReadonlySet<ProviderId | undefined> = new Set(['deepseek', 'mistral', 'ollama', 'lmstudio']);

/** What a model is sent, without what it was seen to refuse. */
export function requestBody(model: string, provider: ProviderId | undefined, request: LlmRequest, traits: ModelTraits): RequestBody {
  const refused = new Set(traits.refused);
  const sent = new Set<Parameter>();
  const taken = (name: Parameter, wanted = true): boolean => {
    const take = wanted && !refused.has(name);
    if (take) sent.add(name);
    return take;
  };
  const tools = request.tools.length > 0 && taken('tools');
  const thinking = thinkingOf(request.messages, provider, traits, refused);
  if (thinking.size > 0 && thinking.field !== undefined) sent.add(thinking.field);
  return {
    body: {
      model,
      messages: refused.has('tools') ? withoutCalls(request.messages) : request.messages.map((message) => toOpenAi(message, thinking.of(message), (id) => sentId(id, model, provider))),
      stream: true,
      ...(taken('stream_options') ? { stream_options: { include_usage: true } } : {}),
      ...(tools ? { tools: request.tools.map((tool) => ({ type: 'function' as const, function: { ...tool } })) } : {}),
      ...(taken('parallel_tool_calls', tools) ? { parallel_tool_calls: true } : {}),
      ...(taken('response_format', request.format === 'json') ? { response_format: { type: 'json_object' as const } } : {}),
      ...(request.temperature !== undefined && taken('temperature') ? { temperature: request.temperature } : {}),
      ...limitOf(request.maxOutputTokens, provider, taken),
    },
    sent,
  };
}

function limitOf(limit: number | undefined, provider: ProviderId | undefined, taken: (name: Parameter) => boolean): Partial<Body> {
  if (limit === undefined) return {};
  const names = OLD_LIMIT.has(provider) ? (['max_tokens', 'max_completion_tokens'] as const) : (['max_completion_tokens', 'max_tokens'] as const);
  const name = names.find((candidate) => taken(candidate));
  return name === undefined ? {} : { [name]: limit };
}

/**
 * What a model thought goes back with the calls that it led to. Those that think in `reasoning_content` want it with each, an
 * empty one too (https://api-docs.deepseek.com/guides/thinking_mode); others since the person's last message, as it helps them.
 */
function thinkingOf(
  messages: readonly LlmMessage[],
  provider: ProviderId | undefined,
  { reasoningField }: ModelTraits,
  refused: ReadonlySet<string>,
): { field: 'reasoning_content' | 'reasoning' | undefined; size: number; of: (message: LlmMessage) => object } {
  const guessed = provider === 'deepseek' && messages.some((message) => message.role === 'assistant' && message.reasoning) ? 'reasoning_content' : undefined;
  const named = reasoningField ?? guessed;
  const field = named === 'reasoning_content' || named === 'reasoning' ? named : undefined;
  const all = field === 'reasoning_content';
  const since = all ? messages : messages.slice(messages.findLastIndex(({ role }) => role === 'user') + 1);
  const wants = (message: LlmMessage): message is AssistantMessage =>
    message.role === 'assistant' && message.toolCalls.length > 0 && (all || (message.reasoning ?? '') !== '');
  const found = new Set<LlmMessage>(field === undefined || refused.has(field) ? [] : since.filter(wants));
  return { field, size: found.size, of: (message) => (field !== undefined && message.role === 'assistant' && found.has(message) ? { [field]: (message.reasoning ?? '').toWellFormed() } : {}) };
}

function toOpenAi(message: LlmMessage, thinking: object, idOf: (id: string) => string): OpenAI.ChatCompletionMessageParam {
  // half a character is no UTF-8, and a body with it no JSON to some servers
  const content = message.content.toWellFormed();
  switch (message.role) {
    case 'assistant':
      return {
        role: 'assistant',
        content,
        ...thinking,
        ...(message.toolCalls.length === 0
          ? {}
          : { tool_calls: message.toolCalls.map((call) => ({ id: idOf(call.id), type: 'function' as const, function: wellFormed(call) })) }),
      };
    case 'tool':
      return { role: 'tool', tool_call_id: idOf(message.callId), content };
    default:
      return { role: message.role, content };
  }
}

/** Mistral's take nine letters and digits alone, OpenAI's at most 40 characters; a conversation may have ids of any other model, and ours. */
function sentId(id: string, model: string, provider: ProviderId | undefined): string {
  const isMistral = provider === 'mistral' || /(?:mi(?:s|x|nis)|(?:dev|code|magi)s|pix)tral/i.test(model);
  if ((isMistral ? /^[a-z\d]{9}$/i : /^[\w-]{1,40}$/).test(id)) return id;
  const digest = createHash('sha256').update(id).digest('hex');
  return isMistral ? digest.slice(0, 9) : `call_${digest.slice(0, 32)}`;
}

/** A call as servers take it back: some refuse the whole conversation for one that their model had written badly. */
function wellFormed({ name, arguments: text }: ToolCall): { name: string; arguments: string } {
  return { name: /^[\w-]{1,64}$/.test(name) ? name : 'unknown_tool', arguments: isObject(parsed(text)) ? text.toWellFormed() : '{}' };
}

/** For models that take no tools: what was called before, and what came of it, as text. Some want the roles to alternate. */
function withoutCalls(messages: readonly LlmMessage[]): OpenAI.ChatCompletionMessageParam[] {
  const names = new Map<string, string>();
  const said: { role: 'system' | 'user' | 'assistant'; content: string }[] = [];
  for (const message of messages) {
    const role = message.role === 'tool' ? 'user' : message.role;
    const content = textOf(message, names).toWellFormed();
    const last = said.at(-1);
    if (last !== undefined && last.role === role && role !== 'system') last.content = [last.content, content].filter((text) => text !== '').join('\n\n');
    else said.push({ role, content });
  }
  return said;
}

function textOf(message: LlmMessage, names: Map<string, string>): string {
  switch (message.role) {
    case 'assistant':
      for (const { id, name } of message.toolCalls) names.set(id, name);
      return [message.content, ...message.toolCalls.map(({ name, arguments: text }) => `[Called the tool ${name} with ${text}]`)].filter((text) => text !== '').join('\n\n');
    case 'tool':
      return `[Result of the tool ${names.get(message.callId) ?? 'that was called'}]\n${message.content}`;
    default:
      return message.content;
  }
}
