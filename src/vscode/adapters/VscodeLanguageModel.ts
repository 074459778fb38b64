import * as vscode from 'vscode';
import type { LlmChunk, LlmRequest, LlmStream } from '../../core/ports/LlmStream.ts';
import { languageModelFailure } from './languageModelFailure.ts';
import { toLanguageModelMessages } from './languageModelMessages.ts';

/** What the person reads where VS Code asks whether Agent Runtime may use the model. */
const JUSTIFICATION = 'You sent a message in Agent Runtime, and chose this model to answer it. The model gets your messages, and the files that agents read.';

/** The type of the data in which Copilot and others tell the tokens that a request took. */
const USAGE = 'usage';
/** Beyond it nobody counted; sums of these stay numbers that events take. */
const MOST_TOKENS = 1e9;

/** A model of VS Code's own, which another extension provides. See docs/decisions/0023. */
export class VscodeLanguageModel implements LlmStream {
  readonly #model: vscode.LanguageModelChat;

  constructor(model: vscode.LanguageModelChat) {
    this.#model = model;
  }

  /** The first request of all waits until the person has answered VS Code's question. */
  async *stream(request: LlmRequest, signal: AbortSignal): AsyncGenerator<LlmChunk> {
    signal.throwIfAborted();
    const cancellation = new vscode.CancellationTokenSource();
    const aborted = Promise.withResolvers<never>();
    // nobody may be waiting for it
    aborted.promise.catch(() => undefined);
    const abort = (): void => {
      cancellation.cancel();
      aborted.reject(signal.reason);
    };
    signal.addEventListener('abort', abort, { once: true });
    let answering = false;
    let calls = 0;
    try {
      // VS Code's question, and providers, may not hear the token: whoever stops does not wait for them
      const sent = this.#model.sendRequest(toLanguageModelMessages(request.messages), optionsOf(request), cancellation.token);
      const parts: AsyncIterator<unknown, unknown> = (await Promise.race([sent, aborted.promise])).stream[Symbol.asyncIterator]();
      for (;;) {
        const { done, value } = await Promise.race([parts.next(), aborted.promise]);
        if (done === true) break;
        const chunk = chunkOf(value, calls);
        if (chunk === undefined) continue;
        answering = true;
        if (chunk.type === 'toolCall') calls += 1;
        yield chunk;
      }
      yield { type: 'finish', reason: calls === 0 ? 'stop' : 'tool_calls' };
    } catch (error) {
      throw signal.aborted ? error : languageModelFailure(error, { model: this.#model.name, answering });
    } finally {
      signal.removeEventListener('abort', abort);
      // also where the caller wants no more of it
      cancellation.cancel();
      cancellation.dispose();
    }
  }
}

function optionsOf({ tools, temperature, maxOutputTokens }: LlmRequest): vscode.LanguageModelChatRequestOptions {
  return {
    justification: JUSTIFICATION,
    modelOptions: {
      ...(temperature === undefined ? {} : { temperature }),
      ...(maxOutputTokens === undefined ? {} : { max_tokens: maxOutputTokens }),
    },
    ...(tools.length === 0
      ? {}
      : { tools: tools.map(({ name, description, parameters }) => ({ name, description, inputSchema: parameters })), toolMode: vscode.LanguageModelChatToolMode.Auto }),
  };
}

/** Nothing for a part that is not known, or empty. `calls`: how many tool calls came before it. */
function chunkOf(part: unknown, calls: number): LlmChunk | undefined {
  if (part instanceof vscode.LanguageModelTextPart) return part.value === '' ? undefined : { type: 'text', text: part.value };
  if (part instanceof vscode.LanguageModelToolCallPart) {
    return { type: 'toolCall', index: calls, id: part.callId, name: part.name, arguments: argumentsOf(part) };
  }
  if (part instanceof vscode.LanguageModelDataPart) return part.mimeType === USAGE ? usageOf(part.data) : undefined;
  const text = thoughtOf(part);
  return text === '' ? undefined : { type: 'reasoning', text };
}

/** Providers pass on what they get: where a tool takes no arguments that may be nothing. */
function argumentsOf({ input }: { input: unknown }): string {
  return JSON.stringify(input ?? {});
}

/** Parts with thoughts are in no stable version of the API, and come all the same: known by their shape. */
function thoughtOf(part: unknown): string {
  if (typeof part !== 'object' || part === null || !('value' in part) || !('metadata' in part)) return '';
  const values: unknown[] = Array.isArray(part.value) ? part.value : [part.value];
  return values.filter((value) => typeof value === 'string').join('');
}

function usageOf(data: Uint8Array): LlmChunk | undefined {
  const usage = parsed(new TextDecoder().decode(data));
  if (typeof usage !== 'object' || usage === null || !('prompt_tokens' in usage) || !('completion_tokens' in usage)) return undefined;
  const { prompt_tokens: inputTokens, completion_tokens: outputTokens } = usage;
  return isCount(inputTokens) && isCount(outputTokens) ? { type: 'usage', inputTokens, outputTokens } : undefined;
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= MOST_TOKENS;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
