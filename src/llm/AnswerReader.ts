import type { FinishReason, LlmChunk } from '../core/ports/LlmStream.ts';
import { ServerFailure } from './ServerFailure.ts';
import { chunksOf, reasonOf, type ReasoningField } from './deltas.ts';
import { arrayOf, isObject, textOf, type JsonObject } from './json.ts';
import type { StreamEvent } from './EventStreamDecoder.ts';

/** Beyond it nobody counted; sums of these stay numbers that events take. */
const MOST_TOKENS = 1e9;

/** One answer, from the events of its stream. */
export class AnswerReader {
  /** Which field the model thinks in, as far as it did. */
  reasoningField: ReasoningField | undefined;
  #done = false;
  #reason: FinishReason | undefined;
  #answered = false;
  /** "stop" was said: with every piece, by some gateways. */
  #mayGoOn = false;
  #calls = false;

  /** `[DONE]` came: nothing follows. */
  get done(): boolean {
    return this.#done;
  }

  /** It was said why the model stopped: at most the usage follows. */
  get stopped(): boolean {
    return this.#reason !== undefined;
  }

  /** Adds what an event says. Throws a {@link ServerFailure} for an error in the stream. */
  take(event: StreamEvent, into: LlmChunk[]): void {
    if (this.#done) return;
    if (event.kind === 'json') this.#takeJson(event, into);
    else if (event.kind === 'unreadable') this.#takeUnreadable(event);
    else this.#end(into);
  }

  /** `[DONE]`; some servers say no reason before it. */
  #end(into: LlmChunk[]): void {
    this.#done = true;
    this.#stop('stop', into);
  }

  #takeJson(event: Extract<StreamEvent, { kind: 'json' }>, into: LlmChunk[]): void {
    const value: unknown = Array.isArray(event.value) ? event.value[0] : event.value;
    if (event.name === 'error') throw new ServerFailure(value);
    if (!isObject(value)) return;
    if (isFailure(value) || isComplaint(value)) throw new ServerFailure(value);
    takeUsage(value['usage'] ?? (isObject(value['x_groq']) ? value['x_groq']['usage'] : undefined), into);
    for (const choice of arrayOf(value['choices'])) if (isObject(choice)) this.#takeChoice(choice, into);
  }

  #takeUnreadable({ name, text }: Extract<StreamEvent, { kind: 'unreadable' }>): void {
    if (name === 'error') throw new ServerFailure(text);
    // what stands after the end is no part of the answer
    if (this.stopped || name === 'ping') return;
    throw new ServerFailure(text, 'unreadable');
  }

  #takeChoice(choice: JsonObject, into: LlmChunk[]): void {
    // one answer was asked for, and what stands after its end is no part of it
    if ((this.stopped && !this.#mayGoOn) || (typeof choice['index'] === 'number' && choice['index'] !== 0)) return;
    if (isFailure(choice)) throw new ServerFailure(choice);
    const { delta, message } = choice;
    const whole = !isObject(delta) && isObject(message);
    // a whole message that comes after its pieces says nothing new
    const said = whole ? (this.#answered ? undefined : message) : delta;
    if (isObject(said)) this.#push(chunksOf(said, (field) => (this.reasoningField ??= field)), into);
    const written = textOf(choice['finish_reason']);
    if (written !== '') {
      this.#stop(written, into);
      this.#mayGoOn = reasonOf(written) === 'stop';
    } else if (whole) this.#stop('stop', into);
  }

  #push(chunks: readonly LlmChunk[], into: LlmChunk[]): void {
    // it was not at its end
    if (chunks.length > 0) this.#reason = undefined;
    for (const chunk of chunks) {
      this.#answered = true;
      if (chunk.type === 'toolCall') this.#calls = true;
      into.push(chunk);
    }
  }

  #stop(written: string, into: LlmChunk[]): void {
    const reason = reasonOf(written);
    if (reason === 'failed') throw new ServerFailure(`The model stopped with "${written}"`);
    // any other reason says more than the "stop" before it
    if (this.stopped && reason === 'stop') return;
    this.#reason = reason === 'stop' && this.#calls ? 'tool_calls' : reason;
    into.push({ type: 'finish', reason: this.#reason });
  }
}

/** Some tell it with every piece, of the whole answer so far. */
function takeUsage(usage: unknown, into: LlmChunk[]): void {
  if (!isObject(usage)) return;
  const inputTokens = tokens(usage['prompt_tokens'] ?? usage['input_tokens']);
  const outputTokens = tokens(usage['completion_tokens'] ?? usage['output_tokens']);
  if (inputTokens !== undefined || outputTokens !== undefined) into.push({ type: 'usage', inputTokens: inputTokens ?? 0, outputTokens: outputTokens ?? 0 });
}

function isFailure({ error }: JsonObject): boolean {
  return isObject(error) ? Object.keys(error).length > 0 : typeof error === 'string' && error !== '';
}

/** An error without a field of that name, as vLLM and FastAPI write them. */
function isComplaint(value: JsonObject): boolean {
  if (value['object'] === 'error') return true;
  return value['choices'] === undefined && (textOf(value['message']) !== '' || value['detail'] !== undefined);
}

function tokens(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MOST_TOKENS ? value : undefined;
}
