import * as assert from 'node:assert/strict';
import { findLocalServers } from '../../../src/llm/findLocalServers.ts';
import { KeyedServer } from '../../support/KeyedServer.ts';

describe('Servers on this computer', () => {
  const servers: KeyedServer[] = [];
  const { signal } = new AbortController();
  const start = async (routes: Record<string, Record<string, unknown>>): Promise<KeyedServer> => {
    const server = new KeyedServer();
    for (const [path, answer] of Object.entries(routes)) server.routes.set(path, answer);
    await server.start();
    servers.push(server);
    return server;
  };
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.stop()));
  });

  const two = { object: 'list', data: [{ id: 'a', owned_by: 'library' }, { id: 'b', owned_by: 'library' }] };

  for (const [provider, routes, models] of [
    ['ollama', { '/v1/models': two, '/api/version': { version: '0.12.6' } }, 2],
    ['ollama', { '/v1/models': { object: 'list', data: null }, '/api/version': { version: '0.12.6' } }, 0],
    ['lmstudio', { '/v1/models': two, '/api/v0/models': { data: [{ id: 'a', type: 'llm', state: 'loaded' }, { id: 'b', type: 'embeddings', state: 'not-loaded' }] } }, 1],
    // it answers for Ollama, too, and LM Studio says 200 to whatever it does not know
    ['llamacpp', { '/v1/models': { data: [{ id: 'a.gguf', owned_by: 'llamacpp' }] }, '/api/version': { version: 'b9222' }, '/props': { default_generation_settings: { n_ctx: 1 } } }, 1],
    ['lmstudio', { '/v1/models': two, '/api/v0/models': { data: [{ id: 'a', type: 'llm', state: 'loaded' }] }, '/api/version': { error: 'Unexpected endpoint' }, '/props': { error: 'Unexpected endpoint' } }, 1],
    ['vllm', { '/v1/models': { data: [{ id: 'a', owned_by: 'vllm' }] }, '/version': { version: '0.11' } }, 1],
    ['compatible', { '/v1/models': two }, 2],
  ] as const) {
    it(`are known by what they answer: ${provider} with ${models}, from ${Object.keys(routes).join(', ')}`, async () => {
      const { baseUrl } = await start(routes);
      assert.deepEqual(await findLocalServers(signal, [baseUrl]), [{ provider, baseUrl, models }]);
    });
  }

  it('are asked all at once; one that is no model server, or none at all, is none', async () => {
    const model = await start({ '/v1/models': two, '/api/version': { version: '1' } });
    const other = await start({ '/': { hello: 'world' } });
    const gone = await start({});
    const { baseUrl: nobody } = gone;
    await gone.stop();
    servers.splice(servers.indexOf(gone), 1);
    const found = await findLocalServers(signal, [nobody, other.baseUrl, model.baseUrl]);
    assert.deepEqual(found.map(({ baseUrl }) => baseUrl), [model.baseUrl]);
    assert.ok(other.asked.every((line) => line.startsWith('GET ')));
  });

  it('are not waited for once the person has left', async () => {
    const silent = new KeyedServer();
    let asked: () => void = () => undefined;
    const heard = new Promise<void>((resolve) => (asked = resolve));
    silent.routes.set('/v1/models', () => asked());
    await silent.start();
    servers.push(silent);
    const abort = new AbortController();
    const finding = findLocalServers(abort.signal, [silent.baseUrl]);
    await heard;
    abort.abort(new Error('left'));
    await assert.rejects(finding, /left/);
  });
});
