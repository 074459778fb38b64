import * as assert from 'node:assert/strict';
import { MainApplication } from '../../../src/core/MainApplication.ts';
import { ScriptedModel } from '../../support/ScriptedModel.ts';
import { TestCore } from '../../support/TestCore.ts';
import { yieldToHost } from '../../../src/core/yieldToHost.ts';

describe('MainApplication', () => {
  const cores: TestCore[] = [];
  afterEach(() => {
    for (const core of cores.splice(0)) core.dispose();
  });

  const application = (checkpoint: () => void = () => undefined): { core: TestCore; app: MainApplication } => {
    const core = new TestCore(new ScriptedModel([{ text: 'Hello.' }]));
    cores.push(core);
    core.events.length = 0;
    return { core, app: new MainApplication({ core: core.core, journal: { checkpoint }, extensionVersion: '1.2.3' }) };
  };

  it('says that it starts, and what agents there are, in one correlation', () => {
    const { core, app } = application();
    app.start();
    const [startup, ...registered] = core.events;
    assert.ok(startup?.type === 'system.startup');
    assert.deepEqual([startup.source, startup.data], ['MainApplication', { extensionVersion: '1.2.3' }]);
    assert.ok(registered.length > 1);
    for (const event of registered) assert.deepEqual([event.type, event.source, event.correlationId], ['agent.registered', 'AgentRouter', startup.correlationId]);
  });

  it('ends when every handler is done, what was pending is saved, and then the log is taken in', async () => {
    const order: string[] = [];
    const { core, app } = application(() => order.push('checkpoint'));
    await core.open();
    await core.turn('hello');
    const held = Promise.withResolvers<undefined>();
    core.bus.on('system.shutdown', async ({ source }) => {
      order.push(source);
      await held.promise;
      order.push('handled');
    });
    const write = core.projections.writeSessions.bind(core.projections);
    core.projections.writeSessions = (changes) => {
      order.push('flush');
      write(changes);
    };
    const ended = app.end().then(() => order.push('ended'));
    // whatever does not wait for the handler is through by then
    for (let turn = 0; turn < 10; turn += 1) await yieldToHost();
    assert.deepEqual(order, ['MainApplication']);
    held.resolve(undefined);
    await ended;
    assert.deepEqual(order, ['MainApplication', 'handled', 'flush', 'checkpoint', 'ended']);
    assert.equal(core.store.sessions.get(core.sessionId)?.row.title, 'hello');
  });

  it('leaves the turn that runs open, and keeps what was answered by then', async () => {
    const begun = Promise.withResolvers<undefined>();
    const core = new TestCore({
      async *stream(request, signal) {
        if (request.format === 'json') yield { type: 'text', text: '{"agent":"coder","confidence":"high","reasoning":"x"}' };
        else {
          yield { type: 'text', text: 'Half an answer' };
          begun.resolve(undefined);
          await new Promise((_resolve, reject) => signal.addEventListener('abort', reject, { once: true }));
        }
        yield { type: 'finish', reason: 'stop' };
      },
    });
    cores.push(core);
    await core.open();
    core.send('hello');
    await begun.promise;
    await new MainApplication({ core: core.core, journal: { checkpoint: () => undefined }, extensionVersion: '1' }).end();
    const events = core.store.of(core.sessionId);
    assert.ok(events.some((event) => event.type === 'session.message.added' && event.data.message.content === 'Half an answer'));
    assert.equal(core.store.head(core.sessionId)?.turnOpen, true);
    assert.equal(core.of('system.shutdown').length, 1);
  });

  it('is not up where the start could not be saved', () => {
    const { core, app } = application();
    core.journal.refuses = ({ type }) => type === 'system.startup';
    assert.throws(() => app.start(), /journal/i);
    assert.deepEqual(core.events, []);
  });
});
