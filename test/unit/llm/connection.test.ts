import * as assert from 'node:assert/strict';
import { once } from 'node:events';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { OpenAiStream } from '../../../src/llm/OpenAiStream.ts';
import { TestCore } from '../../support/TestCore.ts';
import { TestModelMemory } from '../../support/TestModelMemory.ts';

const event = (delta: object, reason: string | null): string => `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: reason }] })}\n\n`;

describe('The connection to a model', () => {
  let server: http.Server;
  let connections: number;
  let model: OpenAiStream;
  beforeEach(async () => {
    connections = 0;
    server = http.createServer((request, response) => {
      request.resume();
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(event({ content: 'Hello' }, null));
      response.write(`${event({}, 'stop')}data: [DONE]\n\n`);
      // as most servers do it: the end of the body comes a moment after its last event
      setImmediate(() => setImmediate(() => response.end()));
    });
    server.on('connection', () => (connections += 1));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    model = new OpenAiStream({ baseUrl: `http://127.0.0.1:${port}/v1`, model: 'scripted', apiKey: undefined, memory: new TestModelMemory() });
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  it('is used again for the next request', async () => {
    const host = new TestCore(model);
    try {
      await host.open();
      host.orchestrator.chooseAgent(host.sessionId, 'coder');
      for (const text of ['one', 'two', 'three']) await host.turn(text);
      assert.equal(connections, 1);
    } finally {
      host.dispose();
    }
  });

  it('is not made to warm up', async () => {
    await model.warmUp();
    assert.equal(connections, 0);
  });
});
