import * as assert from 'node:assert/strict';
import type { ListedModel } from '../../../src/core/llm/modelServers.ts';
import type { ProviderId } from '../../../src/core/llm/providers.ts';
import { listModels } from '../../../src/llm/listModels.ts';
import { errorInfoOf, type ErrorInfo } from '../../../src/protocol/errors.ts';
import { json, KeyedServer } from '../../support/KeyedServer.ts';

describe('The list of models', () => {
  let server: KeyedServer;
  const { signal } = new AbortController();
  beforeEach(async () => {
    server = new KeyedServer();
    await server.start();
  });
  afterEach(() => server.stop());

  const list = (provider: ProviderId, { apiKey, baseUrl = server.baseUrl }: { apiKey?: string; baseUrl?: string } = {}): Promise<ListedModel[] | undefined> => listModels({ provider, baseUrl, apiKey }, signal);
  const failure = async (provider: ProviderId, options: { apiKey?: string; baseUrl?: string } = {}): Promise<ErrorInfo> => {
    try {
      await list(provider, options);
    } catch (error) {
      return errorInfoOf(error);
    }
    return assert.fail('it did not fail');
  };

  it('is sorted as people count, each once, with the key that proves it', async () => {
    server.key = 'sk-1';
    server.routes.set('/v1/models', { data: [{ id: 'm-10' }, { id: 'm-9' }, { id: 'm-9' }, { id: '' }, { name: 'odd' }, 'x'] });
    assert.deepEqual(await list('compatible', { apiKey: 'sk-1' }), [{ id: 'm-9' }, { id: 'm-10' }]);
    assert.deepEqual(server.asked, ['GET /v1/models Bearer sk-1']);
    assert.deepEqual(Object.keys(server.headers[0] ?? {}).sort(), ['accept', 'authorization', 'connection', 'host', 'user-agent']);
  });

  it('of OpenAI leaves out what is plainly no chat model', async () => {
    server.routes.set('/v1/models', { data: ['gpt-4.1', 'text-embedding-3-small', 'whisper-1', 'gpt-4o-audio-preview', 'o3', 'tts-1'].map((id) => ({ id, owned_by: 'openai' })) });
    assert.deepEqual((await list('openai'))?.map(({ id }) => id), ['gpt-4.1', 'o3']);
    assert.equal((await list('compatible'))?.length, 6);
  });

  it('of Anthropic is asked for by its own headers, and whole', async () => {
    server.routes.set('/v1/models', { data: [{ type: 'model', id: 'claude-sonnet-4-6', display_name: 'Claude Sonnet 4.6', max_input_tokens: 200_000 }], has_more: false });
    assert.deepEqual(await list('anthropic', { apiKey: 'sk-ant' }), [{ id: 'claude-sonnet-4-6', contextWindow: 200_000, note: 'Claude Sonnet 4.6' }]);
    assert.deepEqual(server.asked, ['GET /v1/models?limit=1000']);
    assert.deepEqual([server.headers[0]?.['x-api-key'], server.headers[0]?.['anthropic-version']], ['sk-ant', '2023-06-01']);
  });

  it('of Google has the windows and names without their prefix, from its own list, else from the compatible one', async () => {
    const baseUrl = `${server.origin}/v1beta/openai`;
    server.routes.set('/v1beta/openai/models', { object: 'list', data: [{ id: 'models/gemini-2.5-pro' }, { id: 'models/gemini-embedding-001' }] });
    assert.deepEqual(await list('google', { baseUrl, apiKey: 'AIza' }), [{ id: 'gemini-2.5-pro' }]);
    server.routes.set('/v1beta/models', {
      models: [
        { name: 'models/gemini-2.5-pro', displayName: 'Gemini 2.5 Pro', inputTokenLimit: 1_048_576, supportedGenerationMethods: ['generateContent'] },
        { name: 'models/embedding-001', inputTokenLimit: 2048, supportedGenerationMethods: ['embedContent'] },
      ],
    });
    assert.deepEqual(await list('google', { baseUrl, apiKey: 'AIza' }), [{ id: 'gemini-2.5-pro', contextWindow: 1_048_576, note: 'Gemini 2.5 Pro' }]);
    assert.equal(server.headers.at(-1)?.['x-goog-api-key'], 'AIza');
  });

  it('of Google says that a key is wrong, which comes with status 400', async () => {
    server.routes.set('/v1beta/models', (_request, response) => json(response, 400, { error: { code: 400, message: 'API key not valid. Please pass a valid API key.', details: [{ reason: 'API_KEY_INVALID' }] } }));
    const { code, status } = await failure('google', { baseUrl: `${server.origin}/v1beta/openai`, apiKey: 'AIza' });
    assert.deepEqual([code, status], ['model_auth', 400]);
  });

  it('of OpenRouter is public, so the key is asked for apart', async () => {
    server.routes.set('/v1/models', {
      data: [
        { id: 'a/tools', context_length: 200_000, top_provider: { context_length: 100_000 }, architecture: { output_modalities: ['text'] }, supported_parameters: ['tools'] },
        { id: 'b/plain', context_length: 4096, supported_parameters: ['max_tokens'] },
        { id: 'c/pictures', architecture: { output_modalities: ['image'] } },
      ],
    });
    server.routes.set('/v1/key', ({ headers }, response) => (headers.authorization === 'Bearer good' ? json(response, 200, { data: {} }) : json(response, 401, { error: { message: 'No auth credentials found', code: 401 } })));
    assert.deepEqual(await list('openrouter', { apiKey: 'good' }), [
      { id: 'a/tools', contextWindow: 100_000 },
      { id: 'b/plain', contextWindow: 4096, note: 'takes no tools' },
    ]);
    assert.deepEqual((await failure('openrouter', { apiKey: 'bad' })).code, 'model_auth');
  });

  it('of Mistral has chat models alone, and says which take no tools', async () => {
    server.routes.set('/v1/models', {
      data: [
        { id: 'mistral-large', max_context_length: 131_072, capabilities: { completion_chat: true, function_calling: true } },
        { id: 'mistral-tiny', max_context_length: 32_768, capabilities: { completion_chat: true, function_calling: false } },
        { id: 'mistral-embed', capabilities: { completion_chat: false } },
      ],
    });
    assert.deepEqual(await list('mistral'), [
      { id: 'mistral-large', contextWindow: 131_072 },
      { id: 'mistral-tiny', contextWindow: 32_768, note: 'takes no tools' },
    ]);
  });

  it('of Groq and vLLM has their windows, and no model that is off', async () => {
    server.routes.set('/v1/models', { data: [{ id: 'llama', active: true, context_window: 131_072 }, { id: 'old', active: false }, { id: 'qwen', owned_by: 'vllm', max_model_len: 8192 }] });
    const models = [
      { id: 'llama', contextWindow: 131_072 },
      { id: 'qwen', contextWindow: 8192 },
    ];
    assert.deepEqual(await list('groq'), models);
    assert.deepEqual(await list('vllm'), models);
  });

  it('of LM Studio has the windows that models are loaded with, else what they could take', async () => {
    server.routes.set('/api/v0/models', {
      object: 'list',
      data: [
        { id: 'qwen', type: 'llm', state: 'loaded', max_context_length: 32_768, loaded_context_length: 4096 },
        { id: 'vision', type: 'vlm', state: 'not-loaded', max_context_length: 131_072 },
        { id: 'nomic', type: 'embeddings', state: 'not-loaded', max_context_length: 2048 },
      ],
    });
    assert.deepEqual(await list('lmstudio'), [
      { id: 'qwen', contextWindow: 4096, note: 'loaded' },
      { id: 'vision', contextWindow: 131_072 },
    ]);
    server.routes.delete('/api/v0/models');
    server.routes.set('/v1/models', { data: [{ id: 'qwen' }] });
    assert.deepEqual(await list('lmstudio'), [{ id: 'qwen' }]);
  });

  it('of llama.cpp has the window of its one model', async () => {
    server.routes.set('/v1/models', { data: [{ id: 'qwen.gguf', owned_by: 'llamacpp', meta: { n_ctx_train: 32_768 } }] });
    assert.deepEqual(await list('llamacpp'), [{ id: 'qwen.gguf' }]);
    server.routes.set('/props', { default_generation_settings: { n_ctx: 8192 } });
    assert.deepEqual(await list('llamacpp'), [{ id: 'qwen.gguf', contextWindow: 8192 }]);
    server.routes.set('/v1/models', { data: [{ id: 'qwen.gguf', owned_by: 'llamacpp', meta: { n_ctx: 16_384, n_ctx_train: 32_768 } }] });
    assert.deepEqual(await list('llamacpp'), [{ id: 'qwen.gguf', contextWindow: 16_384 }]);
  });

  it('of Ollama takes only a window that it runs or was told, and no model that cannot chat', async () => {
    server.routes.set('/api/tags', { models: ['qwen3:8b', 'llama3.1', 'mini', 'nomic'].map((name) => ({ name, model: name })) });
    server.routes.set('/api/ps', { models: [{ name: 'qwen3:8b', context_length: 4096 }] });
    const shown: Record<string, object> = {
      'qwen3:8b': { capabilities: ['completion', 'tools'], model_info: { 'qwen3.context_length': 40_960 } },
      'llama3.1': { capabilities: ['completion', 'tools'], parameters: 'stop "<|eot|>"\nnum_ctx                        16384', model_info: { 'llama.context_length': 131_072 } },
      mini: { capabilities: ['completion'], model_info: { 'llama.context_length': 131_072 } },
      nomic: { capabilities: ['embedding'] },
    };
    server.routes.set('/api/show', (_request, response, body) => json(response, 200, shown[(JSON.parse(body) as { model: string }).model]));
    assert.deepEqual(await list('ollama'), [
      { id: 'llama3.1', contextWindow: 16_384 },
      { id: 'mini', note: 'takes no tools, up to 131,072 tokens, if Ollama runs it so' },
      { id: 'qwen3:8b', contextWindow: 4096 },
    ]);
    server.routes.delete('/api/show');
    server.routes.delete('/api/ps');
    assert.deepEqual((await list('ollama'))?.map(({ id }) => id), ['llama3.1', 'mini', 'nomic', 'qwen3:8b']);
  });

  it('is none where a server has no list, and an empty one where it has no model', async () => {
    assert.equal(await list('compatible'), undefined);
    assert.equal(await list('azure'), undefined);
    assert.deepEqual(server.asked, ['GET /v1/models']);
    server.routes.set('/v1/models', { object: 'list', data: null });
    assert.deepEqual(await list('compatible'), []);
    server.routes.set('/v1/models', { models: 'none' });
    assert.equal(await list('compatible'), undefined);
  });

  it('says who refused a key, and never the key', async () => {
    server.key = 'sk-right';
    assert.deepEqual(await failure('xai', { apiKey: 'sk-wrong' }), { code: 'model_auth', message: 'Incorrect API key provided: [API key].', status: 401, origin: server.origin });
    const key = 'sk-proj-0123456789abcdef';
    server.key = undefined;
    for (const quoted of [`${'*'.repeat(12)}cdef`, key.slice(0, 12), key.slice(-6)]) {
      server.routes.set('/v1/models', (_request, response) => json(response, 401, { error: { message: `Incorrect API key provided: ${quoted}.` } }));
      assert.equal((await failure('xai', { apiKey: key })).message, 'Incorrect API key provided: [API key].');
    }
  });

  for (const [status, body, code, message] of [
    [403, { error: 'no access' }, 'model_auth', 'no access'],
    [402, { error: { message: 'Insufficient Balance' } }, 'model_quota', 'Insufficient Balance'],
    [404, { detail: 'Not Found' }, 'model_not_found', 'Not Found'],
    [302, {}, 'model_not_found', 'It gave no reason'],
    [429, { message: 'slow down' }, 'model_rate_limited', 'slow down'],
    [503, [{ error: { message: 'overloaded' } }], 'model_server', 'overloaded'],
    [422, { error: {} }, 'model_refused_request', 'It gave no reason'],
  ] as const) {
    it(`tells status ${status} as ${code}, in the server’s words`, async () => {
      server.routes.set('/v1/models', (_request, response) => json(response, status, body));
      const told = await failure('deepseek');
      assert.deepEqual([told.code, told.message, told.status], [code, message, status]);
    });
  }

  it('tells a web page, what is no JSON, and nobody', async () => {
    server.routes.set('/v1/models', (_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><html></html>'));
    assert.match((await failure('openai')).message, /web page/);
    server.routes.set('/v1/models', (_request, response) => response.writeHead(200).end('hello'));
    assert.match((await failure('openai')).message, /not answer with JSON/);
    const gone = new KeyedServer();
    const baseUrl = await gone.start();
    await gone.stop();
    const { code, message } = await failure('openai', { baseUrl });
    assert.deepEqual([code, /ECONNREFUSED/.test(message)], ['model_unreachable', true]);
  });

  it('tells an answer that has no end', async () => {
    let open = true;
    server.routes.set('/v1/models', (_request, response) => {
      response.writeHead(200).on('close', () => (open = false));
      const more = (): void => {
        if (open) response.write(' '.repeat(1 << 20), more);
      };
      more();
    });
    assert.match((await failure('openai')).message, /too long/);
  });

  it('ends at once when it is cancelled', async () => {
    const abort = new AbortController();
    let asked: () => void = () => undefined;
    const heard = new Promise<void>((resolve) => (asked = resolve));
    server.routes.set('/v1/models', () => asked());
    const listing = listModels({ provider: 'openai', baseUrl: server.baseUrl, apiKey: undefined }, abort.signal);
    await heard;
    abort.abort(new Error('left'));
    await assert.rejects(listing, /left/);
  });
});
