import * as assert from 'node:assert/strict';
import type { LlmChunk, LlmRequest } from '../../../src/core/ports/LlmStream.ts';
import { OpenAiStream } from '../../../src/llm/OpenAiStream.ts';
import { errorInfoOf, type ErrorInfo } from '../../../src/protocol/errors.ts';
import { StreamServer, type StreamAnswer } from '../../support/streamServer.ts';
import { cutAt, outcomeOf, read, streamFixtures, type Outcome } from '../../support/streams.ts';
import { TestModelMemory } from '../../support/TestModelMemory.ts';

const streams = streamFixtures();
const request: LlmRequest = { messages: [{ role: 'user', content: 'hi' }], tools: [], format: 'text' };
const A = 'read_file({"path":"a"})';
const B = 'read_file({"path":"b"})';

/** What each stream of test/fixtures says. */
const expected: Readonly<Record<string, Outcome>> = {
  'openai-text': { text: 'Grüße, 世界 👋🏽', usage: [12, 7], finish: 'stop' },
  'openai-calls': { calls: ['read_file({"path":"ä.md"})', 'list_files({})'], usage: [20, 9], finish: 'tool_calls' },
  'openai-interleaved': { calls: [A, B], finish: 'tool_calls' },
  'openai-refusal': { text: 'I can’t help with that.', finish: 'stop' },
  'openai-function-call': { calls: [A], finish: 'tool_calls' },
  'azure': { text: 'Hi', usage: [3, 1], finish: 'stop' },
  'openrouter': { reasoning: 'Let me', text: 'Yes', usage: [8, 4], finish: 'stop' },
  'ollama': { reasoning: 'Hm.', calls: [A, B], usage: [5, 6], finish: 'tool_calls' },
  'lmstudio': { reasoning: 'Think', text: 'Done.', calls: ['attempt_completion({"result":"ok"})'], finish: 'tool_calls' },
  'llamacpp': { reasoning: 'ok', calls: [A], usage: [9, 9], finish: 'tool_calls' },
  'vllm-new-ids': { calls: ['read_file({"path": "a"})', 'read_file({"path": "b"})'], finish: 'tool_calls' },
  'vllm-usage-each': { text: 'ab', usage: [7, 3], finish: 'stop' },
  'deepseek-reasoning': { reasoning: 'Ich überlege…', calls: [A], usage: [11, 22], finish: 'tool_calls' },
  'gemini': { calls: [A, B], usage: [4, 5], finish: 'tool_calls' },
  'anthropic': { text: 'I read.', calls: ['read_file({"path": "a"})'], usage: [30, 12], finish: 'tool_calls' },
  'mistral-thinking': { reasoning: 'Hm, well', text: 'Bonjour', calls: ['list_files({"path":"."})'], usage: [6, 8], finish: 'tool_calls' },
  'groq': { reasoning: 'quick', calls: [A], usage: [13, 3], finish: 'tool_calls' },
  'xai': { reasoning: '1', text: 'One', usage: [2, 2], finish: 'stop' },
  'no-index': { calls: [A, B, 'list_files({})'], finish: 'tool_calls' },
  'by-id': { calls: [A, B], finish: 'tool_calls' },
  'repeated-names': { calls: [A], finish: 'tool_calls' },
  'sent-again': { calls: [A], finish: 'tool_calls' },
  'crlf': { text: 'a\r\nbé', finish: 'stop' },
  'length': { text: 'cut', finish: 'length' },
  'model-length': { text: 'cut', finish: 'length' },
  'filtered': { text: 'Well', finish: 'content_filter' },
  'safety': { text: 'Well', finish: 'content_filter' },
  'unknown-reason': { text: 'ok', finish: 'stop' },
  'stop-each': { reasoning: 'hm', text: 'I read.', calls: [A], finish: 'tool_calls' },
  'no-done': { text: 'ok', finish: 'stop' },
  'no-last-line-end': { text: 'ok!', finish: 'stop' },
  'no-reason': { text: 'ok', finish: 'stop' },
  'no-reason-calls': { calls: ['list_files({})'], finish: 'tool_calls' },
  'one-newline': { text: 'ab', finish: 'stop' },
  'many-lines': { text: 'ö', finish: 'stop' },
  'many-lines-crlf': { text: 'ö', finish: 'stop' },
  'many-lines-cr': { text: 'ö', finish: 'stop' },
  'whole-message': { text: 'All at once', usage: [1, 2], finish: 'stop' },
  'whole-message-after': { text: 'All of it', finish: 'stop' },
  'json': { reasoning: 'hm', text: 'Plain JSON ✓', calls: ['list_files({})'], usage: [3, 4], finish: 'tool_calls' },
  'json-indented': { reasoning: 'hm', text: 'Plain JSON ✓', calls: ['list_files({})'], usage: [3, 4], finish: 'tool_calls' },
  'broken-off': { text: 'Well', calls: ['write_file({"pa)'], error: 'model_stream_interrupted' },
  'broken-json': { text: 'Well', error: 'model_stream_interrupted' },
  'error-object': { text: 'Well', error: 'model_server' },
  'error-event': { text: 'Well', error: 'model_rate_limited' },
  'error-event-odd': { text: 'Well', error: 'model_server' },
  'error-event-text': { text: 'Well', error: 'model_server' },
  'error-openrouter': { text: 'Well', error: 'model_server' },
  'error-in-choice': { text: 'Well', error: 'model_rate_limited' },
  'error-finish': { text: 'Well', error: 'model_server' },
  'error-plain': { text: 'Well', error: 'model_context_exceeded' },
  'error-vllm': { text: 'Well', error: 'model_server' },
  'error-json': { error: 'model_server' },
};

describe('streams, as servers send them', () => {
  let server: StreamServer;
  let baseUrl: string;
  let memory: TestModelMemory;
  let aborting: AbortController;
  beforeEach(async () => {
    server = new StreamServer();
    baseUrl = await server.start();
    memory = new TestModelMemory();
    aborting = new AbortController();
  });
  afterEach(() => server.stop());

  const adapter = (options: { apiKey?: string } = {}): OpenAiStream =>
    new OpenAiStream({ baseUrl, model: 'm', apiKey: options.apiKey, memory });
  const ask = (answer: StreamAnswer): Promise<Outcome> => {
    server.script(answer);
    return outcomeOf(adapter().stream(request, aborting.signal));
  };
  const bytesOf = (name: string): Uint8Array => streams.get(name) ?? assert.fail(name);
  const everyByte = (bytes: Uint8Array): Uint8Array[] => cutAt(bytes, Array.from({ length: bytes.length - 1 }, (_, index) => index + 1));

  it('has a line here for every stream of test/fixtures', () => assert.deepEqual([...streams.keys()].sort(), Object.keys(expected).sort()));

  for (const [name, outcome] of Object.entries(expected)) {
    it(`reads ${name}, whole and byte by byte`, async () => {
      const headers = name.startsWith('json') || name === 'error-json' ? { 'content-type': 'application/json' } : {};
      const whole = await ask({ headers, pieces: [bytesOf(name)] });
      const byByte = await ask({ headers, pieces: everyByte(bytesOf(name)) });
      assert.deepEqual([whole, byByte], [outcome, outcome]);
    });
  }

  for (const [written, outcome] of [
    ['content_filter: RECITATION', { finish: 'content_filter' }],
    ['IMAGE_SAFETY', { finish: 'content_filter' }],
    ['function_call_filter: MALFORMED_FUNCTION_CALL', { error: 'model_server' }],
  ] as const) {
    it(`knows "${written}" by its parts`, async () => {
      const data = { choices: [{ delta: { content: 'Well' }, finish_reason: written }] };
      assert.deepEqual(await ask({ pieces: [`data: ${JSON.stringify(data)}\n\ndata: [DONE]\n\n`] }), { text: 'Well', ...outcome });
    });
  }

  it('takes another reason for the one that counts, after a "stop"', async () => {
    const piece = (delta: object, reason: string): string => `data: ${JSON.stringify({ choices: [{ delta, finish_reason: reason }] })}\n\n`;
    assert.deepEqual(await ask({ pieces: [piece({ content: 'Well' }, 'stop'), piece({}, 'length'), 'data: [DONE]\n\n'] }), { text: 'Well', finish: 'length' });
  });

  it('takes no count of tokens that nobody counted', async () => {
    server.script({ pieces: [`data: ${JSON.stringify({ choices: [{ delta: { content: 'Well' }, finish_reason: 'stop' }], usage: { prompt_tokens: Number.MAX_SAFE_INTEGER, completion_tokens: 1 } })}\n\ndata: [DONE]\n\n`] });
    const usage = [];
    for await (const chunk of adapter().stream(request, aborting.signal)) if (chunk.type === 'usage') usage.push(chunk);
    assert.deepEqual(usage, [{ type: 'usage', inputTokens: 0, outputTokens: 1 }]);
  });

  it('reads every stream the same, wherever it is cut in two', async () => {
    const untyped = ({ error, ...rest }: Outcome): Outcome => ({ ...rest, ...(error === undefined ? {} : { error: 'some' }) });
    for (const [name, bytes] of streams) {
      const outcome = untyped(expected[name] ?? {});
      for (let at = 1; at < bytes.length; at += 1) {
        assert.deepEqual(untyped(await outcomeOf(read(cutAt(bytes, [at])))), outcome, `${name}, cut at ${at}`);
      }
    }
  }).timeout(30_000);

  it('reads a small stream the same over HTTP, wherever it is cut in two', async () => {
    const bytes = bytesOf('crlf');
    for (let at = 1; at < bytes.length; at += 1) assert.deepEqual(await ask({ pieces: cutAt(bytes, [at]) }), expected['crlf'], `cut at ${at}`);
  }).timeout(30_000);

  it('passes pieces on as they come', async () => {
    const held = Promise.withResolvers<undefined>();
    server.script({ pieces: ['data: {"choices":[{"delta":{"content":"now"}}]}\n\n', held.promise, 'data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'] });
    const chunks = adapter().stream(request, aborting.signal);
    assert.deepEqual((await chunks.next()).value, { type: 'text', text: 'now' });
    held.resolve(undefined);
    assert.deepEqual((await chunks.next()).value, { type: 'finish', reason: 'stop' });
  });

  it('ends with [DONE], on a connection that stays open, and lets go of it', async () => {
    const asked = server.next();
    assert.deepEqual(await ask({ pieces: [bytesOf('openai-text')], then: 'nothing' }), expected['openai-text']);
    await (await asked).closed;
  });

  it('gives the finish reason at once on a connection that stays open without [DONE]', async () => {
    server.script({ pieces: [bytesOf('no-done')], then: 'nothing' });
    const until = async function* (): AsyncGenerator<LlmChunk> {
      for await (const chunk of adapter().stream(request, aborting.signal)) {
        yield chunk;
        if (chunk.type === 'finish') return;
      }
    };
    assert.deepEqual(await outcomeOf(until()), expected['no-done']);
  });

  it('takes the answer as whole where the connection breaks after the finish reason', async () => {
    assert.deepEqual(await ask({ pieces: [bytesOf('no-done')], then: 'break' }), expected['no-done']);
  });

  it('uses connections again after whole answers', async () => {
    for (let turn = 0; turn < 20; turn += 1) await ask({ pieces: [bytesOf('openai-text')] });
    // the end of a body may come after the next request
    assert.ok(new Set(server.requests.map(({ socket }) => socket)).size < 20);
  });

  for (const [what, answer] of [
    ['before its first byte', { pieces: [], then: 'break' }],
    ['in the midst', { pieces: ['data: {"choices":[{"delta":{"con'], then: 'break' }],
    ['with no answer in it', { pieces: [] }],
  ] as const) {
    it(`tells an answer that breaks off ${what}`, async () => {
      assert.deepEqual(await ask(answer), { error: 'model_stream_interrupted' });
    });
  }

  for (const [what, given, pieces] of [
    ['before the first byte', 0, []],
    ['in the midst', 1, ['data: {"choices":[{"delta":{"content":"Well"}}]}\n\n']],
    ['after the finish reason', 2, ['data: {"choices":[{"delta":{"content":"Well"},"finish_reason":"stop"}]}\n\n']],
  ] as const) {
    it(`ends request and connection at once when it is cancelled ${what}`, async () => {
      const times: number[] = [];
      for (let turn = 0; turn < 5; turn += 1) {
        const controller = new AbortController();
        const asked = server.next();
        server.script({ pieces, then: 'nothing' });
        const chunks = adapter().stream(request, controller.signal);
        for (let taken = 0; taken < given; taken += 1) await chunks.next();
        const rest = chunks.next();
        const { closed } = await asked;
        const begin = performance.now();
        controller.abort();
        await assert.rejects(rest);
        await closed;
        times.push(performance.now() - begin);
      }
      // the quickest: what else the machine does is not what is measured
      assert.ok(Math.min(...times) < 100, times.join());
    });
  }

  it('ends the connection when nobody reads on', async () => {
    const asked = server.next();
    server.script({ pieces: ['data: {"choices":[{"delta":{"content":"Well"}}]}\n\n'], then: 'nothing' });
    for await (const chunk of adapter().stream(request, aborting.signal)) {
      assert.equal(chunk.type, 'text');
      break;
    }
    await (await asked).closed;
  });

  it('learns in which field a model thinks', async () => {
    await ask({ pieces: [bytesOf('deepseek-reasoning')] });
    assert.equal(memory.read(new URL(baseUrl).origin, 'm').reasoningField, 'reasoning_content');
    await ask({ pieces: [bytesOf('groq')] });
    assert.equal(memory.read(new URL(baseUrl).origin, 'm').reasoningField, 'reasoning');
  });

  it('tells the status that an error in a stream names', async () => {
    server.script({ pieces: [bytesOf('error-openrouter')] });
    const info = await failure(adapter());
    assert.deepEqual([info.status, info.message], [502, 'Provider disconnected']);
  });

  const failure = async (llm: OpenAiStream): Promise<ErrorInfo> => {
    const heard: string[] = [];
    try {
      for await (const { type } of llm.stream(request, aborting.signal)) heard.push(type);
    } catch (error) {
      return errorInfoOf(error);
    }
    return assert.fail(`no error after ${heard.join()}`);
  };
});
