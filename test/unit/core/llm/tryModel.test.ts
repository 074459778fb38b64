import * as assert from 'node:assert/strict';
import { tryModel } from '../../../../src/core/llm/tryModel.ts';
import type { LlmChunk, LlmRequest, LlmStream } from '../../../../src/core/ports/LlmStream.ts';
import type { ErrorInfo } from '../../../../src/protocol/errors.ts';
import { RuntimeError } from '../../../../src/protocol/RuntimeError.ts';

/** Answers each request with what is next: a refusal, or the pieces of an answer. */
class Trying implements LlmStream {
  readonly requests: LlmRequest[] = [];
  readonly #answers: (Partial<ErrorInfo> | LlmChunk[])[];
  signal: AbortSignal | undefined;
  taken = 0;

  constructor(...answers: (Partial<ErrorInfo> | LlmChunk[])[]) {
    this.#answers = answers;
  }

  async *stream(request: LlmRequest, signal: AbortSignal): AsyncGenerator<LlmChunk> {
    this.requests.push(request);
    this.signal = signal;
    const answer = this.#answers.shift() ?? { code: 'internal' };
    await Promise.resolve();
    if (!Array.isArray(answer)) throw new RuntimeError({ code: 'model_refused_request', message: 'no', ...answer });
    for (const chunk of answer) {
      this.taken += 1;
      yield chunk;
    }
  }
}

describe('A model that is tried', () => {
  const { signal } = new AbortController();
  const ready: LlmChunk[] = [{ type: 'usage', inputTokens: 1, outputTokens: 0 }, { type: 'text', text: 'ready' }, { type: 'text', text: ' and more' }];

  it('is asked with a tool, and no longer than until it begins to answer', async () => {
    const llm = new Trying(ready);
    assert.deepEqual(await tryModel(llm, signal), { tools: true });
    assert.deepEqual([llm.requests[0]?.tools.length, llm.taken, llm.signal?.aborted], [1, 2, true]);
  });

  for (const chunk of [{ type: 'reasoning', text: 'hm' }, { type: 'toolCall', name: 'report_ready' }, { type: 'finish', reason: 'length' }] as const) {
    it(`works where it begins with ${chunk.type}`, async () => {
      assert.deepEqual(await tryModel(new Trying([chunk]), signal), { tools: true });
    });
  }

  it('takes no tools where it refuses them, said by name or not, and answers without', async () => {
    for (const refusal of [{ refusedParameter: 'tools' }, {}]) {
      const llm = new Trying(refusal, ready);
      assert.deepEqual(await tryModel(llm, signal), { tools: false });
      assert.deepEqual(llm.requests.map(({ tools }) => tools.length), [1, 0]);
    }
  });

  it('is asked again where it refused another parameter, which its adapter leaves out then', async () => {
    const llm = new Trying({ refusedParameter: 'stream_options' }, ready);
    assert.deepEqual(await tryModel(llm, signal), { tools: true });
    assert.deepEqual(llm.requests.map(({ tools }) => tools.length), [1, 1]);
  });

  it('fails with what it says, and is not asked without end', async () => {
    await assert.rejects(tryModel(new Trying({ code: 'model_auth', message: 'wrong key' }), signal), /wrong key/);
    const llm = new Trying(...Array.from({ length: 20 }, () => ({ refusedParameter: 'temperature' })));
    await assert.rejects(tryModel(llm, signal), /no/);
    assert.equal(llm.requests.length, 6);
    await assert.rejects(tryModel(new Trying({}, { message: 'still no' }), signal), /still no/);
  });
});
