import { errorInfoOf } from '../../protocol/errors.ts';
import type { LlmRequest, LlmStream } from '../ports/LlmStream.ts';

/** Requests that differ in a parameter that the model does not take. */
const TRIES = 6;

const tool = {
  name: 'report_ready',
  description: 'Reports that you are ready.',
  parameters: { type: 'object', properties: {}, additionalProperties: false },
};

const request: LlmRequest = { messages: [{ role: 'user', content: 'Answer with the one word: ready' }], tools: [tool], format: 'text' };

/**
 * Asks a model for one word, with one tool on offer, and ends the request with the first piece of its answer. Tells whether it takes tools. Rejects
 * with what the model answered instead.
 */
export async function tryModel(llm: LlmStream, signal: AbortSignal): Promise<{ tools: boolean }> {
  let tools = true;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await begin(llm, tools ? request : { ...request, tools: [] }, signal);
      return { tools };
    } catch (error) {
      signal.throwIfAborted();
      const { code, refusedParameter } = errorInfoOf(error);
      const refused = refusedParameter ?? (code === 'model_refused_request' && tools ? 'tools' : undefined);
      if (refused === undefined || attempt === TRIES) throw error;
      // any other parameter is left out by the adapter once it has said so
      if (refused === 'tools') tools = false;
    }
  }
}

/** Resolves when the answer has begun. */
async function begin(llm: LlmStream, request: LlmRequest, signal: AbortSignal): Promise<void> {
  const enough = new AbortController();
  try {
    for await (const { type } of llm.stream(request, AbortSignal.any([signal, enough.signal]))) if (type !== 'usage') return;
  } finally {
    enough.abort();
  }
}
