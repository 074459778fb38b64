import * as assert from 'node:assert/strict';
import { once } from 'node:events';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { errorInfoOf } from '../../../src/protocol/errors.ts';
import type { LlmChunk } from '../../../src/core/ports/LlmStream.ts';
import { OpenAiStream } from '../../../src/llm/OpenAiStream.ts';
import { ModelServer } from '../../support/modelServer.ts';

describe('OpenAiStream', () => {
  let server: ModelServer;
  let baseUrl: string;
  const { signal } = new AbortController();
  beforeEach(async () => {
    server = new ModelServer();
    baseUrl = await server.start();
  });
  afterEach(() => server.stop());

  const collect = async (options: { apiKey?: string; baseUrl?: string } = {}): Promise<LlmChunk[]> => {
    const stream = new OpenAiStream({ baseUrl: options.baseUrl ?? baseUrl, model: 'scripted', apiKey: options.apiKey });
    const chunks: LlmChunk[] = [];
    const request = { messages: [{ role: 'user' as const, content: 'hi' }], tools: [], format: 'text' as const };
    for await (const chunk of stream.stream(request, signal)) chunks.push(chunk);
    return chunks;
  };

  it('streams text in pieces, then why it ended, then the usage', async () => {
    server.script({ text: 'Hello there', chunkSize: 6, usage: { prompt_tokens: 5, completion_tokens: 2 } });
    assert.deepEqual(await collect(), [
      { type: 'text', text: 'Hello ' },
      { type: 'text', text: 'there' },
      { type: 'finish', reason: 'stop' },
      { type: 'usage', inputTokens: 5, outputTokens: 2 },
    ]);
  });

  it('streams a tool call in fragments', async () => {
    server.script({ toolCalls: [{ id: 'call_1', name: 'read_file', arguments: '{"path":"a"}' }], chunkSize: 4 });
    const fragments = (await collect()).filter((chunk) => chunk.type === 'toolCall');
    assert.ok(fragments.length > 1);
    assert.equal(fragments[0]?.id, 'call_1');
    assert.equal(fragments[0].name, 'read_file');
    assert.equal(fragments.map((fragment) => fragment.arguments ?? '').join(''), '{"path":"a"}');
  });

  it('sends the key it was given, and no authorization without one', async () => {
    // the scripted server does not tell keys, so this one listens itself
    const heard: (string | undefined)[] = [];
    const listener = http.createServer(({ headers }, response) => {
      heard.push(headers.authorization);
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end('data: [DONE]\n\n');
    });
    await once(listener.listen(0, '127.0.0.1'), 'listening');
    const { port } = listener.address() as AddressInfo;
    try {
      await collect({ baseUrl: `http://127.0.0.1:${port}/v1`, apiKey: 'sk-secret' });
      await collect({ baseUrl: `http://127.0.0.1:${port}/v1` });
    } finally {
      listener.close();
    }
    assert.deepEqual(heard, ['Bearer sk-secret', undefined]);
  });

  for (const [status, code] of [
    [401, 'model_auth'],
    [403, 'model_auth'],
    [404, 'model_not_found'],
    [429, 'model_rate_limited'],
    [400, 'model_refused_request'],
    [500, 'model_server'],
  ] as const) {
    it(`tells a ${status} as ${code}, asks once, and never quotes the key`, async () => {
      server.script({ error: { status, message: 'No: sk-secret' } });
      await assert.rejects(collect({ apiKey: 'sk-secret' }), (error) => {
        const info = errorInfoOf(error);
        assert.deepEqual([info.code, info.status, info.origin], [code, status, new URL(baseUrl).origin]);
        assert.doesNotMatch(JSON.stringify(info), /sk-secret/);
        return true;
      });
      assert.equal(server.requests.length, 1);
    });
  }

  it('tells a refused connection, with the reason of the system', async () => {
    await server.stop();
    await assert.rejects(collect(), (error) => {
      const info = errorInfoOf(error);
      assert.equal(info.code, 'model_unreachable');
      assert.match(info.message, /ECONNREFUSED/);
      return true;
    });
    await server.start();
  });
});
