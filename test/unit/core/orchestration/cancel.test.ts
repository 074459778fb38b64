import * as assert from 'node:assert/strict';
import { OpenAiStream } from '../../../../src/llm/OpenAiStream.ts';
import { StreamServer, type StreamAnswer } from '../../../support/streamServer.ts';
import { TestCore } from '../../../support/TestCore.ts';
import { TestModelMemory } from '../../../support/TestModelMemory.ts';

/** Milliseconds from Stop until the server's connection is closed and the turn is over. */
const LIMIT = 100;

const said = (text: string): string => `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: text } }] })}\n\n`;
const busy: StreamAnswer = { status: 429, headers: { 'retry-after': '60' }, pieces: [JSON.stringify({ error: { message: 'Slow down' } })] };

describe('Stop', () => {
  let server: StreamServer;
  let core: TestCore;
  beforeEach(async () => {
    server = new StreamServer();
    core = new TestCore(new OpenAiStream({ baseUrl: await server.start(), model: 'stalling', apiKey: undefined, memory: new TestModelMemory() }), { singleAgent: true });
    await core.open();
  });
  afterEach(async () => {
    core.dispose();
    await server.stop();
  });

  /** Milliseconds that it takes. */
  const stop = async (closed: Promise<unknown>): Promise<number> => {
    const begin = performance.now();
    core.orchestrator.stop(core.sessionId);
    await Promise.all([closed, core.orchestrator.idle()]);
    return performance.now() - begin;
  };
  const shown = (): unknown[] => core.session.transcript.items.flatMap((item) => (item.kind === 'answer' ? [item.markdown, item.state] : []));
  const heard = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  };

  for (const [when, pieces] of [
    ['before its first word', []],
    ['between two words', [said('Half')]],
    ['within a word', [said('Half').slice(0, -9)]],
  ] as const) {
    it(`reaches a request that stalls ${when} in less than ${LIMIT} ms, and nothing of it is shown any more`, async () => {
      const late = Promise.withResolvers<undefined>();
      server.script({ pieces: [...pieces, late.promise, said(' an answer'), 'data: [DONE]\n\n'] });
      const text = core.next('llm.text.delta');
      core.send('hello');
      const { closed } = await server.next();
      if (when === 'between two words') await text;
      const took = await stop(closed);
      const before = shown();
      late.resolve(undefined);
      await heard();
      assert.ok(took < LIMIT, `${took} ms`);
      assert.deepEqual(shown(), before);
      assert.deepEqual(before, when === 'between two words' ? ['Half', 'interrupted'] : []);
      assert.deepEqual(core.of('llm.request.failed').map(({ data }) => [data.cancelled, data.error.code]), [[true, 'model_cancelled']]);
      assert.equal(core.turnEnds()[0]?.data.outcome, 'stopped');
    });
  }

  it(`reaches a request that waits to go again in less than ${LIMIT} ms, and it does not go`, async () => {
    server.script(busy);
    const waiting = core.next('llm.retry.scheduled');
    core.send('hello');
    const { data } = await waiting;
    assert.ok(data.afterMs >= 60_000);
    const took = await stop(Promise.resolve());
    assert.ok(took < LIMIT, `${took} ms`);
    assert.equal(server.requests.length, 1);
    assert.equal(core.turnEnds()[0]?.data.outcome, 'stopped');
    assert.deepEqual(core.session.transcript.items.flatMap((item) => (item.kind === 'retry' ? [item.state] : [])), ['stopped']);
  });
});
