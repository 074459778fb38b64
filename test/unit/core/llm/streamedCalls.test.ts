import * as assert from 'node:assert/strict';
import { OpenAiStream } from '../../../../src/llm/OpenAiStream.ts';
import { cutAt, outcomeOf, read, streamFixtures } from '../../../support/streams.ts';
import { StreamServer } from '../../../support/streamServer.ts';
import { TestCore } from '../../../support/TestCore.ts';
import { TestModelMemory } from '../../../support/TestModelMemory.ts';

const ENOUGH = 'data: {"choices":[{"delta":{"content":"Enough."},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n';

describe('calls in a turn', () => {
  let server: StreamServer;
  let core: TestCore;
  beforeEach(async () => {
    server = new StreamServer();
    core = new TestCore(new OpenAiStream({ baseUrl: await server.start(), model: 'm', apiKey: undefined, memory: new TestModelMemory() }), { singleAgent: true });
    for (const file of ['a', 'b', 'ä.md']) core.put(file, `${file}\n`);
  });
  afterEach(async () => {
    core.dispose();
    await server.stop();
  });

  it('are those of the stream, each once, and with ids of their own, however its bytes come', async () => {
    let compared = 0;
    for (const [name, bytes] of streamFixtures()) {
      const { calls = [], text = '', finish } = await outcomeOf(read([bytes]));
      if (finish !== 'tool_calls') continue;
      compared += 1;
      const everyByte = Array.from({ length: bytes.length - 1 }, (_, index) => index + 1);
      for (const pieces of [[bytes], cutAt(bytes, everyByte), cutAt(bytes, everyByte.filter((at) => at % 97 === 0))]) {
        core.events.length = 0;
        await core.open();
        server.script({ pieces }, { pieces: [ENOUGH] });
        await core.turn('Go on');
        const requested = core.of('tool.execution.requested').map(({ data }) => data);
        assert.deepEqual(requested.map(({ tool, arguments: args }) => `${tool}(${args})`), calls, name);
        assert.equal(new Set(requested.map(({ callId }) => callId)).size, calls.length, name);
        const ended = [...core.of('tool.execution.completed'), ...core.of('tool.execution.failed')].map(({ data }) => data.callId);
        assert.deepEqual(ended.toSorted(), requested.map(({ callId }) => callId).toSorted(), name);
        const answers = core.of('session.message.added').flatMap(({ data: { message } }) => (message.role === 'assistant' ? [message.content] : []));
        assert.equal(answers[0], text, name);
        server.skip();
      }
    }
    assert.ok(compared > 10);
  }).timeout(30_000);
});
