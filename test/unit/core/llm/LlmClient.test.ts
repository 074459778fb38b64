import * as assert from 'node:assert/strict';
import { TurnScope } from '../../../../src/core/bus/TurnScope.ts';
import { silenceLimits } from '../../../../src/core/llm/listen.ts';
import { LlmClient, type ClientChunk } from '../../../../src/core/llm/LlmClient.ts';
import { TokenEstimates } from '../../../../src/core/llm/tokens.ts';
import type { LlmRequest, Model } from '../../../../src/core/ports/LlmStream.ts';
import type { ErrorCode, ErrorInfo } from '../../../../src/protocol/errors.ts';
import { errorInfoOf } from '../../../../src/protocol/errors.ts';
import { FailingModel, says, stop, type Behaviour } from '../../../support/FailingModel.ts';
import { ManualClock } from '../../../support/ports.ts';
import { ScriptedModel } from '../../../support/ScriptedModel.ts';
import { TestCore } from '../../../support/TestCore.ts';
import { TestModelMemory } from '../../../support/TestModelMemory.ts';

const error = (code: ErrorCode, more: Partial<ErrorInfo> = {}): ErrorInfo => ({ code, message: 'It broke', ...more });
const busy = error('model_rate_limited', { status: 429 });
const request: LlmRequest = { messages: [{ role: 'user', content: 'Hello' }], tools: [], format: 'text' };
const passing: ErrorCode[] = ['model_rate_limited', 'model_server', 'model_unreachable', 'model_timeout', 'model_stream_interrupted'];
const lasting: ErrorCode[] = [
  'model_key_missing',
  'model_auth',
  'model_no_permission',
  'model_quota',
  'model_context_exceeded',
  'model_not_found',
  'model_refused_request',
  'model_content_filtered',
  'model_not_configured',
  'journal_write',
  'internal',
];

/** Lets everything run that waits for no time. */
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

describe('A request to a model', () => {
  let clock: ManualClock;
  let core: TestCore;
  let memory: TestModelMemory;
  let controller: AbortController;
  beforeEach(async () => {
    clock = new ManualClock();
    core = new TestCore(new ScriptedModel([]), { clock });
    await core.open();
    memory = new TestModelMemory();
    controller = new AbortController();
  });
  afterEach(() => core.dispose());

  interface Asked {
    model: FailingModel;
    chunks: ClientChunk[];
    /** How it ended: `whole`, or the code of its error. */
    end: () => string | undefined;
    ended: Promise<void>;
  }

  const ask = (script: readonly Behaviour[], { random = () => 1, asked = request }: { random?: () => number; asked?: LlmRequest } = {}): Asked => {
    const llm = new FailingModel(...script);
    const model: Model = { name: 'm', provider: 'https://a.example', llm };
    const client = new LlmClient({ models: { select: () => Promise.resolve(model) }, estimates: new TokenEstimates({ memory }), clock, limits: silenceLimits, random });
    const scope = new TurnScope({ bus: core.bus, sessionId: core.sessionId, correlationId: 'turn' });
    const chunks: ClientChunk[] = [];
    let end: string | undefined;
    const run = async (): Promise<void> => {
      try {
        for await (const chunk of client.stream(scope, model, asked, { signal: controller.signal })) chunks.push(chunk);
        end = 'whole';
      } catch (thrown) {
        end = controller.signal.aborted ? 'aborted' : errorInfoOf(thrown).code;
      }
    };
    return { model: llm, chunks, end: () => end, ended: run() };
  };

  const told = (): string[] => core.events.filter(({ type }) => type.startsWith('llm.')).map(({ type }) => type.slice('llm.'.length));
  const pauses = (): number[] => core.of('llm.retry.scheduled').map(({ data }) => data.afterMs);

  for (const code of passing) {
    it(`goes to it four times where it ends with ${code}, each told, and waits twice as long each time`, async () => {
      const asked = ask([[error(code)]]);
      for (const [index, pause] of [1_000, 2_000, 4_000].entries()) {
        await settle();
        assert.equal(asked.model.requests.length, index + 1);
        clock.pass(pause - 1);
        await settle();
        assert.equal(asked.model.requests.length, index + 1, 'too early');
        clock.pass(1);
      }
      await asked.ended;
      assert.equal(asked.end(), code);
      assert.equal(asked.model.requests.length, 4);
      const failed = ['request.started', 'request.failed'];
      const again = [...failed, 'retry.scheduled'];
      assert.deepEqual(told(), [...again, ...again, ...again, ...failed]);
      assert.deepEqual(core.of('llm.request.started').map(({ data }) => data.attempt), [1, 2, 3, 4]);
      assert.deepEqual(core.of('llm.retry.scheduled').map(({ data }) => [data.attempt, data.attempts, data.error.code]), [[2, 4, code], [3, 4, code], [4, 4, code]]);
    });
  }

  for (const code of lasting) {
    it(`goes to it once where it ends with ${code}`, async () => {
      const asked = ask([[error(code)]]);
      await asked.ended;
      assert.deepEqual([asked.end(), asked.model.requests.length, pauses()], [code, 1, []]);
    });
  }

  it('is not whole where it goes on after its end, and breaks off', async () => {
    const asked = ask([[says('Well'), stop, says(', I'), error('model_stream_interrupted')]]);
    await asked.ended;
    assert.deepEqual([asked.end(), asked.model.requests.length], ['model_stream_interrupted', 1]);
  });

  it('waits as long as for any piece where it goes on after its end', async () => {
    const asked = ask([[says('Well'), stop, says(', I'), 'stall']]);
    await asked.model.stalled.promise;
    await settle();
    clock.pass(silenceLimits.betweenTokens - 1_000);
    await settle();
    assert.equal(asked.end(), undefined);
    clock.pass(2_000);
    await asked.ended;
    assert.equal(asked.end(), 'model_timeout');
  });

  it('is whole where a later try is answered, and what came before counts for nothing', async () => {
    const asked = ask([[{ type: 'toolCall', index: 0, name: 'write_file', arguments: '{"pa' }, error('model_stream_interrupted')], [says('Hello'), stop]]);
    await settle();
    clock.pass(1_000);
    await asked.ended;
    assert.equal(asked.end(), 'whole');
    assert.deepEqual(asked.chunks.map(({ type }) => type), ['toolCall', 'used', 'again', 'text', 'finish', 'used']);
    assert.deepEqual(told(), ['request.started', 'request.failed', 'retry.scheduled', 'request.started', 'request.completed']);
  });

  it('is not asked for again once something of it was shown', async () => {
    for (const shown of [says('He'), { type: 'reasoning' as const, text: 'Hm' }]) {
      const asked = ask([[shown, error('model_stream_interrupted')]]);
      await asked.ended;
      assert.deepEqual([asked.end(), asked.model.requests.length], ['model_stream_interrupted', 1]);
    }
  });

  it('is asked for again after a part of an answer for machines, which nobody was shown', async () => {
    const asked = ask([[says('{"age'), error('model_server')], [says('{}'), stop]], { asked: { ...request, format: 'json' } });
    await settle();
    clock.pass(1_000);
    await asked.ended;
    assert.deepEqual(asked.chunks.map(({ type }) => type), ['text', 'used', 'again', 'text', 'finish', 'used']);
  });

  it('waits as long as the server asks for, and never less', async () => {
    const asked = ask([[error('model_rate_limited', { retryAfterMs: 12_000 })], [stop]], { random: () => 0 });
    await settle();
    assert.deepEqual(pauses(), [12_000]);
    clock.pass(11_999);
    await settle();
    assert.equal(asked.model.requests.length, 1);
    clock.pass(1);
    await asked.ended;
    assert.equal(asked.end(), 'whole');
  });

  it('does not wait where the server asks for more than five minutes', async () => {
    const asked = ask([[error('model_rate_limited', { retryAfterMs: 300_001 })]]);
    await asked.ended;
    assert.deepEqual([asked.end(), asked.model.requests.length], ['model_rate_limited', 1]);
  });

  it('waits between half of the pause and all of it, by chance', async () => {
    const asked = ask([[busy], [stop]], { random: () => 0 });
    await settle();
    assert.deepEqual(pauses(), [500]);
    clock.pass(500);
    await asked.ended;
  });

  it('is cancelled while it waits to go again', async () => {
    const asked = ask([[busy]]);
    await settle();
    controller.abort();
    await asked.ended;
    assert.deepEqual([asked.end(), asked.model.requests.length], ['aborted', 1]);
  });

  it('goes again at once without a parameter that the model refused, and that counts as no try', async () => {
    const refused = (parameter: string): Behaviour => [error('model_refused_request', { status: 400, refusedParameter: parameter })];
    const asked = ask([refused('temperature'), refused('parallel_tool_calls'), refused('tools'), refused('stream_options'), [busy], [says('ok'), stop]]);
    await settle();
    clock.pass(1_000);
    await asked.ended;
    assert.equal(asked.end(), 'whole');
    assert.deepEqual(pauses(), [0, 0, 0, 0, 1_000]);
    assert.deepEqual(core.of('llm.request.started').map(({ data }) => data.attempt), [1, 1, 1, 1, 1, 2]);
  });

  it('does not go on for ever without parameters', async () => {
    const asked = ask([[error('model_refused_request', { refusedParameter: 'temperature' })]]);
    await asked.ended;
    assert.deepEqual([asked.end(), asked.model.requests.length], ['model_refused_request', 9]);
  });

  it('fails where its first word does not come in five minutes, and ends the request', async () => {
    const asked = ask([['stall']]);
    await asked.model.stalled.promise;
    clock.pass(299_999);
    await settle();
    const aborted = (): boolean[] => asked.model.signals.map((signal) => signal.aborted);
    assert.deepEqual(aborted(), [false]);
    clock.pass(1);
    await settle();
    assert.deepEqual(aborted(), [true]);
    assert.deepEqual(core.of('llm.request.failed').map(({ data }) => [data.error.code, data.error.origin]), [['model_timeout', 'https://a.example']]);
    assert.deepEqual(core.of('llm.request.failed').map(({ data }) => data.error.message), ['Nothing came for 300 seconds']);
    controller.abort();
    await asked.ended;
  });

  it('fails where it says nothing for three minutes, and what came is there', async () => {
    const asked = ask([[says('Half'), 'stall']]);
    await asked.model.stalled.promise;
    clock.pass(179_500);
    await settle();
    assert.equal(asked.end(), undefined);
    clock.pass(500);
    await asked.ended;
    assert.equal(asked.end(), 'model_timeout');
    assert.deepEqual(asked.chunks[0], says('Half'));
  });

  it('is whole where the server says nothing more after its last word', async () => {
    const asked = ask([[says('Hello'), stop, 'stall']]);
    await asked.model.stalled.promise;
    clock.pass(5_000);
    await asked.ended;
    assert.equal(asked.end(), 'whole');
    assert.equal(asked.model.signals[0]?.aborted, true);
  });

  it('is whole where the connection breaks after its last word', async () => {
    const asked = ask([[says('Hello'), stop, error('model_stream_interrupted')]]);
    await asked.ended;
    assert.deepEqual([asked.end(), told()], ['whole', ['request.started', 'request.completed']]);
  });

  it('is cancelled at once, also where the model does not hear it, and tells that', async () => {
    const asked = ask([[says('Half'), 'stall']]);
    await asked.model.stalled.promise;
    controller.abort();
    await asked.ended;
    assert.equal(asked.end(), 'aborted');
    assert.equal(asked.model.signals[0]?.aborted, true);
    assert.deepEqual(core.of('llm.request.failed').map(({ data }) => [data.cancelled, data.error.code]), [[true, 'model_cancelled']]);
  });

  it('is an interruption where the stream ends without a reason', async () => {
    const asked = ask([[says('Half')]]);
    await asked.ended;
    assert.equal(asked.end(), 'model_stream_interrupted');
  });

  it('leaves no timer behind', async () => {
    const before = clock.timers;
    await ask([[says('Hello'), stop]]).ended;
    const failing = ask([[busy], [stop]]);
    await settle();
    clock.pass(1_000);
    await failing.ended;
    assert.equal(clock.timers, before);
  });

  describe('used', () => {
    const used = (asked: Asked): unknown[] => asked.chunks.flatMap((chunk) => (chunk.type === 'used' ? [chunk.usage] : []));
    it('are estimated where it reports none of the request', async () => {
      const asked = ask([[says('Hello, you'), stop, { type: 'usage', inputTokens: 0, outputTokens: 0 }]]);
      await asked.ended;
      assert.deepEqual(used(asked), [{ inputTokens: 6, outputTokens: 3, estimated: true }]);
    });

    const reported = (inputTokens: number, outputTokens: number): Behaviour => [says('abcdefgh'), { type: 'usage', inputTokens, outputTokens }, stop];
    const long: LlmRequest = { ...request, messages: [{ role: 'user', content: 'x'.repeat(4_000 - 16) }] };

    it('what the model reported, the last word of it', async () => {
      const asked = ask([[{ type: 'usage', inputTokens: 1, outputTokens: 1 }, says('Hello'), stop, { type: 'usage', inputTokens: 10, outputTokens: 3 }]]);
      await asked.ended;
      assert.deepEqual(used(asked), [{ inputTokens: 10, outputTokens: 3, estimated: false }]);
      assert.deepEqual(core.of('llm.request.completed').map(({ data: { inputTokens, outputTokens, estimated } }) => [inputTokens, outputTokens, estimated]), [[10, 3, undefined]]);
    });

    it('else what its characters make, and is marked so', async () => {
      const asked = ask([[says('abcdefgh'), { type: 'reasoning', text: 'abcd' }, { type: 'toolCall', name: 'echo', arguments: '{"a":1}1' }, stop]], { asked: long });
      await asked.ended;
      assert.deepEqual(used(asked), [{ inputTokens: 1_000, outputTokens: 6, estimated: true }]);
      assert.equal(core.of('llm.request.completed')[0]?.data.estimated, true);
    });

    it('what its characters make by what the model reported before', async () => {
      await ask([reported(2_000, 4)], { asked: long }).ended;
      const asked = ask([[says('abcdefgh'), stop]], { asked: long });
      await asked.ended;
      assert.deepEqual(used(asked), [{ inputTokens: 2_000, outputTokens: 4, estimated: true }]);
    });

    it('is told of a request that broke after it began, and of none that was never answered', async () => {
      const broken = ask([[says('abcdefgh'), error('model_stream_interrupted')]], { asked: long });
      await broken.ended;
      const refused = ask([[error('model_auth')]], { asked: long });
      await refused.ended;
      assert.deepEqual([used(broken), used(refused)], [[{ inputTokens: 1_000, outputTokens: 2, estimated: true }], []]);
      assert.deepEqual(core.of('llm.request.failed').map(({ data }) => data.inputTokens), [1_000, undefined]);
    });

    it('is not believed where no tokenizer could have made it', async () => {
      await ask([reported(1, 1)], { asked: long }).ended;
      await ask([reported(100_000, 1)], { asked: long }).ended;
      assert.deepEqual(memory.read('https://a.example', 'm'), {});
    });
  });
});
