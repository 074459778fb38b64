import * as assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { errorInfoOf } from '../../../src/protocol/errors.ts';
import type { ProviderId } from '../../../src/core/llm/providers.ts';
import type { LlmChunk, LlmMessage } from '../../../src/core/ports/LlmStream.ts';
import { OpenAiStream } from '../../../src/llm/OpenAiStream.ts';
import { ModelServer, type RecordedRequest } from '../../support/modelServer.ts';
import { TestModelMemory } from '../../support/TestModelMemory.ts';

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
    const stream = new OpenAiStream({ baseUrl: options.baseUrl ?? baseUrl, model: 'scripted', apiKey: options.apiKey, memory: new TestModelMemory() });
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

  /** A server that answers as it is told; the scripted one tells no credentials, and knows only models' answers. */
  const listen = async (answer: http.RequestListener, use: (baseUrl: string) => Promise<void>): Promise<void> => {
    const listener = http.createServer(answer);
    await once(listener.listen(0, '127.0.0.1'), 'listening');
    try {
      await use(`http://127.0.0.1:${(listener.address() as AddressInfo).port}/v1`);
    } finally {
      listener.close();
    }
  };

  it('sends no call back as its model had broken it: servers refuse the whole conversation for that', async () => {
    server.script({ text: 'ok' });
    const broken = [
      { id: '1', name: 'read file!', arguments: '{"path":' },
      { id: '2', name: '', arguments: '' },
      { id: '3', name: 'read_file', arguments: '["a"]' },
      { id: '4', name: 'read_file', arguments: '{"path":"a"}' },
    ];
    const messages = [{ role: 'assistant' as const, content: '', toolCalls: broken }];
    const types: string[] = [];
    for await (const { type } of new OpenAiStream({ baseUrl, model: 'scripted', apiKey: undefined, memory: new TestModelMemory() }).stream({ messages, tools: [], format: 'text' }, signal)) types.push(type);
    assert.ok(types.includes('finish'));
    const [sent] = server.requests[0]?.body.messages ?? [];
    assert.deepEqual(
      sent?.tool_calls?.map(({ function: { name, arguments: args } }) => [name, args]),
      [
        ['unknown_tool', '{}'],
        ['unknown_tool', '{}'],
        ['read_file', '{}'],
        ['read_file', '{"path":"a"}'],
      ],
    );
  });

  const sentMessages = async (messages: readonly LlmMessage[], options: { provider?: ProviderId; model?: string } = {}): Promise<RecordedRequest['body']['messages']> => {
    server.script({ text: 'ok' });
    const llm = new OpenAiStream({ baseUrl, model: options.model ?? 'scripted', apiKey: undefined, memory: new TestModelMemory(), ...(options.provider === undefined ? {} : { provider: options.provider }) });
    for await (const { type } of llm.stream({ messages, tools: [], format: 'text' }, signal)) assert.ok(type);
    return server.requests.at(-1)?.body.messages ?? [];
  };

  it('sends ids of calls as the model takes them, whichever model or who else gave them', async () => {
    const ids = [`call_${randomUUID()}`, 'toolu_01:a b', 'abc123XYZ', 'call_1'];
    const calls = ids.map((id) => ({ id, name: 'read_file', arguments: '{}' }));
    const messages = [{ role: 'assistant' as const, content: '', toolCalls: calls }, ...ids.map((callId) => ({ role: 'tool' as const, callId, content: 'read' }))];
    for (const [options, form, kept] of [[{}, /^[\w-]{1,40}$/, ['abc123XYZ', 'call_1']], [{ provider: 'mistral' }, /^[a-z\d]{9}$/i, ['abc123XYZ']], [{ model: 'devstral:24b' }, /^[a-z\d]{9}$/i, ['abc123XYZ']]] as const) {
      const [answer, ...results] = await sentMessages(messages, options);
      const sent = answer?.tool_calls?.map(({ id }) => id) ?? [];
      assert.deepEqual(results.map((message) => message.tool_call_id), sent);
      assert.equal(new Set(sent).size, ids.length);
      for (const id of sent) assert.match(id, form);
      assert.deepEqual(sent.filter((id) => ids.includes(id)), kept);
    }
  });

  it('sends no half of a character: a result that was cut may end with one', async () => {
    const messages = [
      { role: 'user' as const, content: 'a\ud83d' },
      { role: 'assistant' as const, content: 'b\ud83d', toolCalls: [{ id: '1', name: 'read_file', arguments: '{"path":"\ud83d"}' }] },
      { role: 'tool' as const, callId: '1', content: 'c\ud83d' },
    ];
    assert.ok(JSON.stringify(await sentMessages(messages)).isWellFormed());
    assert.doesNotMatch(JSON.stringify(await sentMessages(messages)), /\\ud83d/);
  });

  it('sends the key it was given, no authorization without one, and nothing from the environment', async () => {
    const heard: http.IncomingHttpHeaders[] = [];
    process.env['OPENAI_CUSTOM_HEADERS'] = 'Authorization: Bearer planted\nX-Leak: 1';
    process.env['OPENAI_ORG_ID'] = 'org-leak';
    try {
      await listen(
        ({ headers }, response) => {
          heard.push(headers);
          response.writeHead(200, { 'content-type': 'text/event-stream' }).end('data: [DONE]\n\n');
        },
        async (baseUrl) => {
          await collect({ baseUrl, apiKey: 'sk-secret' });
          await collect({ baseUrl });
        },
      );
    } finally {
      delete process.env['OPENAI_CUSTOM_HEADERS'];
      delete process.env['OPENAI_ORG_ID'];
    }
    assert.deepEqual(
      heard.map(({ authorization }) => authorization),
      ['Bearer sk-secret', undefined],
    );
    assert.deepEqual(Object.keys(heard[0] ?? {}).sort(), ['accept', 'authorization', 'connection', 'content-length', 'content-type', 'host', 'user-agent']);
  });

  for (const [what, status, headers, body, code] of [
    ['a web page', 200, { 'content-type': 'text/html; charset=utf-8' }, '<html></html>', 'model_not_found'],
    ['a redirect', 302, { location: 'https://elsewhere.example/' }, '', 'model_not_found'],
    ['no content', 204, {}, undefined, 'model_stream_interrupted'],
    ['a status that is none', 999, {}, 'odd', 'model_unreachable'],
  ] as const) {
    it(`tells ${what} as an error, and asks nobody else`, async () => {
      let asked = 0;
      await listen(
        (_request, response) => {
          asked += 1;
          response.writeHead(status, headers).end(body);
        },
        async (baseUrl) => {
          await assert.rejects(collect({ baseUrl }), (error) => {
            assert.equal(errorInfoOf(error).code, code);
            return true;
          });
        },
      );
      assert.equal(asked, 1);
    });
  }

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
