import * as assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import type { LlmMessage, LlmRequest } from '../../../src/core/ports/LlmStream.ts';
import type { ModelTraits } from '../../../src/core/ports/ModelMemory.ts';
import type { ProviderId } from '../../../src/core/llm/providers.ts';
import { httpFetch } from '../../../src/llm/httpFetch.ts';
import { OpenAiStream } from '../../../src/llm/OpenAiStream.ts';
import { errorInfoOf, type ErrorInfo } from '../../../src/protocol/errors.ts';
import { StreamServer, type StreamAnswer } from '../../support/streamServer.ts';
import { TestModelMemory } from '../../support/TestModelMemory.ts';

const KEY = 'sk-proj-Zx81_mnbvcQWERTYuiop-4567asdfGHJK';
const tools = [{ name: 'read_file', description: 'Reads', parameters: { type: 'object' } }];
const full: LlmRequest = { messages: [{ role: 'user', content: 'hi' }], tools, format: 'json', temperature: 0.2, maxOutputTokens: 100 };
const whole: StreamAnswer = { pieces: ['data: {"choices":[{"delta":{"content":"ok"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'] };

const json = (status: number, body: unknown, headers: Record<string, string> = {}): StreamAnswer => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  pieces: [typeof body === 'string' ? body : JSON.stringify(body)],
});
const told = (message: string, more: object = {}): object => ({ error: { message, type: 'invalid_request_error', param: null, code: null, ...more } });

describe('failures, as servers tell them', () => {
  let server: StreamServer;
  let baseUrl: string;
  let origin: string;
  let memory: TestModelMemory;
  const { signal } = new AbortController();
  beforeEach(async () => {
    server = new StreamServer();
    baseUrl = await server.start();
    ({ origin } = new URL(baseUrl));
    memory = new TestModelMemory();
  });
  afterEach(() => server.stop());

  const ask = async (answer: StreamAnswer, request: LlmRequest = full, provider: ProviderId = 'compatible'): Promise<ErrorInfo | undefined> => {
    server.script(answer);
    const llm = new OpenAiStream({ baseUrl, model: 'm', apiKey: KEY, provider, memory });
    try {
      for await (const chunk of llm.stream(request, signal)) assert.ok(chunk.type);
      return undefined;
    } catch (error) {
      return errorInfoOf(error);
    }
  };
  const fails = async (answer: StreamAnswer, request?: LlmRequest): Promise<ErrorInfo> => (await ask(answer, request)) ?? assert.fail('no error');
  const sent = (): Record<string, unknown> => server.requests.at(-1)?.body ?? assert.fail('nothing was asked');
  const traits = (): ModelTraits => memory.read(origin, 'm');

  const kinds: readonly (readonly [what: string, answer: StreamAnswer, code: ErrorInfo['code']])[] = [
    ['a wrong key', json(401, told('Incorrect API key provided', { code: 'invalid_api_key' })), 'model_auth'],
    ['a key without the right', json(403, told('You are not allowed to sample from this model')), 'model_auth'],
    ['a wrong key, by Google', json(400, [{ error: { code: 400, message: 'API key not valid. Please pass a valid API key.', status: 'INVALID_ARGUMENT', details: [{ reason: 'API_KEY_INVALID' }] } }]), 'model_auth'],
    ['a wrong key, by xAI', json(400, { code: 'Client specified an invalid argument', error: 'Incorrect API key provided: sk***JK' }), 'model_auth'],
    ['a payment that is due', json(402, { error: { message: 'Insufficient Balance' } }), 'model_quota'],
    ['a quota, by OpenAI', json(429, told('You exceeded your current quota, please check your plan and billing details.', { code: 'insufficient_quota' })), 'model_quota'],
    ['no credit, by Anthropic', json(400, told('Your credit balance is too low to access the Anthropic API.')), 'model_quota'],
    ['no credits, as a right', json(403, { error: 'Your team has no credits. Purchase more credits.' }), 'model_quota'],
    ['a quota of a day, by Google', json(429, [{ error: { code: 429, message: 'You exceeded your current quota', details: [{ quotaId: 'PerDay' }, { retryDelay: '40s' }] } }]), 'model_quota'],
    ['a rate', json(429, told('Rate limit reached')), 'model_rate_limited'],
    ['a rate, told in tokens', json(429, told('This request would exceed your rate limit of 40,000 input tokens per minute, prompt is too long')), 'model_rate_limited'],
    ['a rate, told as a quota of the minute', json(429, { error: { message: 'You exceeded your current quota', details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '12s' }] } }), 'model_rate_limited'],
    ['a context', json(400, told('too much', { code: 'context_length_exceeded' })), 'model_context_exceeded'],
    ['a context, by Anthropic', json(400, told('prompt is too long: 213462 tokens > 200000 maximum')), 'model_context_exceeded'],
    ['a context, by a status', json(413, 'Payload Too Large'), 'model_context_exceeded'],
    ['a context, by a local server as its fault', json(500, { error: 'the request exceeds the available context size' }), 'model_context_exceeded'],
    ['an unknown model', json(404, told('The model `m` does not exist', { code: 'model_not_found' })), 'model_not_found'],
    ['an unknown model, by DeepSeek', json(400, told('Model Not Exist')), 'model_not_found'],
    ['an unknown model, by OpenRouter', json(400, { error: { message: 'm is not a valid model ID', code: 400 } }), 'model_not_found'],
    ['an unknown model, by Ollama', json(404, { error: { message: 'model "m" not found, try pulling it first' } }), 'model_not_found'],
    ['a bad request', json(400, told("Invalid 'messages[1].role'")), 'model_refused_request'],
    ['a bad schema, which is no refusal of tools', json(400, told("Invalid schema for function 'read_file': 'oneOf' is not permitted.", { param: 'tools[0].function.parameters', code: 'invalid_function_parameters' })), 'model_refused_request'],
    ['a schema, in the words of refusals', json(400, told("Invalid schema for function 'f': schema keyword 'not' is not supported in tools")), 'model_refused_request'],
    ['a reference in a schema', json(400, told('The model does not support tools with $ref in their schema')), 'model_refused_request'],
    ['a field of a tool', json(400, told("Unsupported parameter: 'tools[0].function.strict'", { param: 'tools[0].function.strict', code: 'unsupported_parameter' })), 'model_refused_request'],
    ['too many tools', json(400, told('The number of tools is not allowed to exceed 64')), 'model_refused_request'],
    ['an input, by an endpoint for tools', json(400, told('Image input is not supported by the tool calling endpoint')), 'model_refused_request'],
    ['an answer that may not be so long', json(400, told('max_tokens (8192) exceeds the limit of 4096')), 'model_refused_request'],
    ['a value beyond its range', json(400, told("Invalid 'temperature': decimal above maximum value.", { param: 'temperature', code: 'decimal_above_max_value' })), 'model_refused_request'],
    ['a filter', json(400, told('Your request was rejected by our safety system.', { code: 'content_policy_violation' })), 'model_content_filtered'],
    ['a filter, by Azure', json(400, told("The response was filtered due to the prompt triggering Azure OpenAI's content management policy.", { code: 'content_filter', innererror: { code: 'ResponsibleAIPolicyViolation' } })), 'model_content_filtered'],
    ['a filter, by OpenRouter', json(403, { error: { code: 403, message: 'Your chosen model requires moderation and your input was flagged' } }), 'model_content_filtered'],
    ['a timeout', json(408, told('Timed out')), 'model_server'],
    ['a conflict', json(409, told('Conflict')), 'model_server'],
    ['an inner fault', json(500, ''), 'model_server'],
    ['a gateway', { status: 502, headers: { 'content-type': 'text/html' }, pieces: ['<html><head><title>502 Bad Gateway</title></head></html>'] }, 'model_server'],
    ['no capacity', json(503, told('Service Unavailable')), 'model_server'],
    ['an overload', json(529, told('Overloaded', { type: 'overloaded_error' })), 'model_server'],
  ];
  for (const [what, answer, code] of kinds) {
    it(`tells ${what} as ${code}, and asks once`, async () => {
      const info = await fails(answer);
      assert.deepEqual([info.code, info.status, info.origin, info.refusedParameter], [code, answer.status, origin, undefined]);
      assert.notEqual(info.message, '');
      assert.equal(server.requests.length, 1);
    });
  }

  it('says what a gateway, a reseller and a validator say, in their words', async () => {
    const words = async (answer: StreamAnswer): Promise<string> => (await fails(answer)).message;
    assert.equal(await words({ status: 502, headers: { 'content-type': 'text/html' }, pieces: ['<html><head><title>502 Bad Gateway</title></head></html>'] }), 'It answered with a web page: 502 Bad Gateway');
    assert.equal(await words(json(400, { error: { message: 'Provider returned error', code: 400, metadata: { raw: '{"error":{"message":"tool ids must be unique"}}' } } })), 'Provider returned error: tool ids must be unique');
    assert.equal(await words(json(422, { detail: [{ loc: ['body', 'messages'], msg: 'Field required' }] })), 'body.messages: Field required');
    assert.equal(await words(json(500, '')), 'It gave no reason');
  });

  it('never tells the key, nor a part of it, and no more than 500 characters', async () => {
    const echoes = [KEY, KEY.slice(0, 12), KEY.slice(5, 30), KEY.slice(-4), `sk-proj-${'*'.repeat(20)}${KEY.slice(-4)}`, `x${KEY.slice(10, 25)}y`];
    for (const echo of echoes) {
      const { message } = await fails(json(401, told(`Incorrect API key provided: ${echo}. ${'You can find it on your page. '.repeat(40)}`)));
      assert.ok(message.length <= 500, `${message.length}`);
      assert.match(message, /^Incorrect API key provided: \[API key\]\. You can/);
    }
  });

  for (const [what, headers, body, ms] of [
    ['seconds', { 'retry-after': '7' }, told('Rate limit'), 7000],
    ['milliseconds', { 'retry-after-ms': '1500', 'retry-after': '2' }, told('Rate limit'), 1500],
    ['what is used up', { 'x-ratelimit-remaining-requests': '5', 'x-ratelimit-reset-requests': '1h', 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '6m0.5s' }, told('Rate limit'), 360_500],
    ['Google’s details', {}, [{ error: { message: 'Slow', details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '12s' }] } }], 12_000],
    ['a sentence', {}, told('Rate limit reached. Please try again in 1m2.5s. Visit us'), 62_500],
    ['a sentence in milliseconds', {}, told('Please try again in 320ms.'), 320],
    ['nothing', {}, told('Rate limit'), undefined],
    ['nonsense', { 'retry-after': 'soon' }, told('Rate limit'), undefined],
    ['a negative number', { 'retry-after': '-1' }, told('Rate limit'), undefined],
  ] as const) {
    it(`tells how long to wait, from ${what}`, async () => {
      for (const status of [429, 503]) assert.equal((await fails(json(status, body, headers))).retryAfterMs, ms);
    });
  }

  it('tells a number for how long to wait, whatever was written', async () => {
    const longest = Number.MAX_SAFE_INTEGER;
    assert.equal((await fails(json(429, told('Slow'), { 'retry-after': '1e308' }))).retryAfterMs, longest);
    assert.equal((await fails(json(429, told(`Please try again in ${'9'.repeat(400)}s`)))).retryAfterMs, longest);
  });

  it('tells how long to wait, from a date and from points in time', async () => {
    const inAMinute = Date.now() + 60_000;
    const near = (ms: number | undefined): void => assert.ok(ms !== undefined && ms > 50_000 && ms <= 60_000, String(ms));
    near((await fails(json(429, told('Slow'), { 'retry-after': new Date(inAMinute).toUTCString() }))).retryAfterMs);
    near((await fails(json(429, told('Slow'), { 'x-ratelimit-reset': String(inAMinute) }))).retryAfterMs);
    near((await fails(json(429, { error: { code: 429, message: 'Slow', metadata: { headers: { 'X-RateLimit-Reset': String(inAMinute) } } } }))).retryAfterMs);
    assert.equal((await fails(json(429, told('Slow'), { 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' }))).retryAfterMs, 0);
  });

  for (const [message, window] of [
    ["This model's maximum context length is 128000 tokens. However, your messages resulted in 130000 tokens.", 128_000],
    ["This endpoint's maximum context length is 1,048,576 tokens.", 1_048_576],
    ['prompt is too long: 213462 tokens > 200000 maximum', 200_000],
    ['The input token count (1196265) exceeds the maximum number of tokens allowed (1048575).', 1_048_575],
    ["This model's maximum prompt length is 131072 but the request contains 537812 tokens.", 131_072],
    ['request (9000 tokens) exceeds the available context size (4096 tokens), try increasing it', 4096],
    ['Trying to keep the first 9000 tokens when context the overflows. However, the model is loaded with context length of only 4096 tokens', 4096],
    ['Prompt contains 40000 tokens, too large for model with 32768 maximum context length', 32_768],
    ['prompt token count of 140000 exceeds the limit of 128000', 128_000],
    ['prompt is too long', undefined],
  ] as const) {
    it(`learns the window from "${message.slice(0, 60)}…"`, async () => {
      assert.equal((await fails(json(400, told(message)))).code, 'model_context_exceeded');
      assert.equal(traits().contextWindow, window);
    });
  }

  const refusals: readonly (readonly [name: string, answer: StreamAnswer])[] = [
    ['temperature', json(400, told("Unsupported value: 'temperature' does not support 0.2 with this model. Only the default (1) value is supported.", { param: 'temperature', code: 'unsupported_value' }))],
    ['temperature', json(400, told('`temperature` is deprecated for this model.'))],
    ['max_completion_tokens', json(400, told('Unrecognized request argument supplied: max_completion_tokens'))],
    ['max_completion_tokens', json(422, { detail: [{ type: 'extra_forbidden', loc: ['body', 'max_completion_tokens'], msg: 'Extra inputs are not permitted' }] })],
    ['max_completion_tokens', json(400, { object: 'error', message: { detail: [{ type: 'extra_forbidden', loc: ['body', 'max_completion_tokens'], msg: 'Extra inputs are not permitted' }] }, code: 400 })],
    ['parallel_tool_calls', json(400, told("Unsupported parameter: 'parallel_tool_calls' is not supported with this model.", { param: 'parallel_tool_calls', code: 'unsupported_parameter' }))],
    ['parallel_tool_calls', json(400, { error: { message: 'Unrecognized request argument supplied: parallel_tool_calls' } })],
    ['parallel_tool_calls', json(400, told('Parallel tool calling is not supported by this model'))],
    ['parallel_tool_calls', json(400, told('This model does not support parallel function calling.'))],
    ['parallel_tool_calls', json(400, told('This model only supports single tool-calls at once!'))],
    ['response_format', json(400, told('json mode cannot be combined with tool/function calling'))],
    ['response_format', json(400, told('"tools" is incompatible with "response_format"'))],
    ['stream_options', json(422, { detail: 'Unknown field: stream_options' })],
    ['response_format', json(400, { error: "'response_format.type' must be 'json_schema' or 'text'" })],
    ['response_format', json(400, told("Function calling with a response mime type: 'application/json' is unsupported"))],
    ['tools', json(400, { error: { message: 'registry.ollama.ai/library/gemma:2b does not support tools' } })],
    ['tools', json(404, { error: { message: 'No endpoints found that support tool use. To learn more about provider routing, visit our page', code: 404 } })],
    ['tools', json(400, { object: 'error', message: '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set', code: 400 })],
    ['tools', json(500, { error: { code: 500, message: 'tools param requires --jinja flag', type: 'server_error' } })],
    ['tools', json(400, told('Tool use is not supported for this model'))],
    ['tools', json(400, told('`tool calling` is not supported with this model'))],
  ];
  for (const [name, answer] of refusals) {
    it(`learns that ${name} is refused, and asks without it: ${JSON.stringify(answer.pieces).slice(0, 90)}`, async () => {
      const info = await fails(answer);
      assert.deepEqual([info.code, info.status, info.refusedParameter], ['model_refused_request', answer.status, name]);
      assert.ok(name in sent());
      assert.deepEqual(traits().refused, [name]);
      assert.equal(await ask(whole), undefined);
      assert.ok(!(name in sent()));
      // the same words again: it was not sent, so it is learned no more
      assert.equal((await fails(answer)).refusedParameter, undefined);
    });
  }

  it('goes from max_completion_tokens to max_tokens, and from there to none; elsewhere the other way', async () => {
    const refusing = (name: string): StreamAnswer => json(400, told(`Unsupported parameter: '${name}' is not supported with this model. Use 'max_tokens' or 'max_completion_tokens'.`, { param: name, code: 'unsupported_parameter' }));
    assert.equal((await fails(refusing('max_completion_tokens'))).refusedParameter, 'max_completion_tokens');
    assert.equal((await fails(refusing('max_tokens'))).refusedParameter, 'max_tokens');
    assert.equal(sent()['max_tokens'], 100);
    await ask(whole);
    assert.deepEqual([sent()['max_tokens'], sent()['max_completion_tokens']], [undefined, undefined]);
    memory.learn(origin, 'm', { refused: [] });
    assert.equal((await ask(refusing('max_tokens'), full, 'mistral'))?.refusedParameter, 'max_tokens');
    await ask(whole, full, 'mistral');
    assert.equal(sent()['max_completion_tokens'], 100);
  });

  it('sends what is asked for and no more', async () => {
    await ask(whole);
    assert.deepEqual(Object.keys(sent()).sort(), ['max_completion_tokens', 'messages', 'model', 'parallel_tool_calls', 'response_format', 'stream', 'stream_options', 'temperature', 'tools']);
    await ask(whole, { messages: full.messages, tools: [], format: 'text' });
    assert.deepEqual(Object.keys(sent()).sort(), ['messages', 'model', 'stream', 'stream_options']);
  });

  it('learns nothing that the host forgets: core would ask forever', async () => {
    memory.learn = (): void => undefined;
    assert.equal((await fails(json(400, told('m does not support tools')))).refusedParameter, undefined);
  });

  it('sends Azure its key in a header of its own', async () => {
    await ask(whole, full, 'azure');
    const [{ headers } = assert.fail()] = server.requests;
    assert.deepEqual([headers['api-key'], headers.authorization], [KEY, undefined]);
  });

  const call = (id: string, reasoning?: string): LlmMessage => ({ role: 'assistant', content: '', toolCalls: [{ id, name: 'read_file', arguments: '{}' }], ...(reasoning === undefined ? {} : { reasoning }) });
  const history: readonly LlmMessage[] = [
    { role: 'user', content: 'first' },
    call('a', 'thought of a'),
    { role: 'tool', callId: 'a', content: 'A' },
    { role: 'assistant', content: 'said', reasoning: 'thought of said', toolCalls: [] },
    { role: 'user', content: 'second' },
    call('b', 'thought of b'),
    { role: 'tool', callId: 'b', content: 'B' },
    call('c'),
    { role: 'tool', callId: 'c', content: 'C' },
  ];
  const thoughts = (field: string): unknown[] => {
    const { messages } = sent();
    return Array.isArray(messages) ? messages.filter(({ role }: { role: string }) => role === 'assistant').map((message: Record<string, unknown>) => message[field]) : [];
  };

  it('sends back what a model thought as it wants it', async () => {
    const request = { ...full, messages: history };
    await ask(whole, request);
    assert.deepEqual([thoughts('reasoning'), thoughts('reasoning_content')], [Array(4).fill(undefined), Array(4).fill(undefined)]);
    await ask(whole, request, 'deepseek');
    assert.deepEqual(thoughts('reasoning_content'), ['thought of a', undefined, 'thought of b', '']);
    memory.learn(origin, 'm', { reasoningField: 'reasoning' });
    await ask(whole, request);
    assert.deepEqual(thoughts('reasoning'), [undefined, undefined, 'thought of b', undefined]);
    const refused = await ask(json(400, told('Unknown parameter: reasoning', { param: 'messages.5.reasoning' })), request);
    assert.equal(refused?.refusedParameter, 'reasoning');
    await ask(whole, request);
    assert.deepEqual(thoughts('reasoning'), Array(4).fill(undefined));
  });

  it('learns that a model wants back what it thought', async () => {
    const wants = json(400, told('The reasoning_content in the thinking mode must be passed back to the API.'));
    assert.equal((await fails(wants, { ...full, messages: history })).refusedParameter, 'reasoning_content');
    assert.equal(traits().refused, undefined);
    assert.equal((await fails(wants, { ...full, messages: history })).refusedParameter, undefined);
    assert.deepEqual(thoughts('reasoning_content'), ['thought of a', undefined, 'thought of b', '']);
  });

  it('tells a model without tools as text what was called before', async () => {
    memory.learn(origin, 'm', { refused: ['tools'] });
    await ask(whole, { ...full, messages: history });
    assert.deepEqual([sent()['tools'], sent()['parallel_tool_calls']], [undefined, undefined]);
    assert.deepEqual(sent()['messages'], [
      { role: 'user', content: 'first' },
      { role: 'assistant', content: '[Called the tool read_file with {}]' },
      { role: 'user', content: '[Result of the tool read_file]\nA' },
      { role: 'assistant', content: 'said' },
      { role: 'user', content: 'second' },
      { role: 'assistant', content: '[Called the tool read_file with {}]' },
      { role: 'user', content: '[Result of the tool read_file]\nB' },
      { role: 'assistant', content: '[Called the tool read_file with {}]' },
      { role: 'user', content: '[Result of the tool read_file]\nC' },
    ]);
  });

  it('gives up a connection that does not come about', async () => {
    const silent = createServer(() => undefined);
    await once(silent.listen(0, '127.0.0.1'), 'listening');
    const { port } = silent.address() as AddressInfo;
    await assert.rejects(httpFetch(`https://127.0.0.1:${port}/`, { connectMs: 1 }), /There was no connection within 0\.001 s/);
    silent.close();
  });
});
