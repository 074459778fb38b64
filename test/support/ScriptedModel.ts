import type { FinishReason, LlmChunk, LlmRequest, LlmStream } from '../../src/core/ports/LlmStream.ts';

export interface Answer {
  text?: string;
  toolCalls?: readonly { id?: string; name: string; arguments: string }[];
  finishReason?: FinishReason;
}

/** The route that sends a conversation to Coder. */
export const toCoder: Answer = { text: JSON.stringify({ agent: 'coder', confidence: 'high', reasoning: 'changes files' }) };

export function write(path: string, content: string): Answer {
  return { toolCalls: [{ name: 'write_file', arguments: JSON.stringify({ path, content }) }] };
}

/** The model port without a network. Routes to Coder by itself; `answer` is asked for everything else. */
export class ScriptedModel implements LlmStream {
  readonly requests: LlmRequest[] = [];
  readonly #answer: (request: LlmRequest, index: number) => Answer | Promise<Answer>;

  constructor(answer: ((request: LlmRequest, index: number) => Answer | Promise<Answer>) | readonly Answer[]) {
    this.#answer = typeof answer === 'function' ? answer : (_request, index) => answer[index] ?? { text: 'No answer is scripted.' };
  }

  async *stream(request: LlmRequest, signal: AbortSignal): AsyncGenerator<LlmChunk> {
    if (request.format === 'json') {
      yield* chunks(toCoder);
      return;
    }
    this.requests.push(request);
    const answer = await this.#answer(request, this.requests.length - 1);
    signal.throwIfAborted();
    yield* chunks(answer);
  }
}

function* chunks({ text = '', toolCalls = [], finishReason }: Answer): Generator<LlmChunk> {
  if (text !== '') yield { type: 'text', text };
  for (const [index, { id, name, arguments: args }] of toolCalls.entries()) {
    yield { type: 'toolCall', index, name, arguments: args, ...(id === undefined ? {} : { id }) };
  }
  yield { type: 'finish', reason: finishReason ?? (toolCalls.length > 0 ? 'tool_calls' : 'stop') };
}
