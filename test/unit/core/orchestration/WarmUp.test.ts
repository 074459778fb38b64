import * as assert from 'node:assert/strict';
import { TestCore } from '../../../support/TestCore.ts';
import { ScriptedModel } from '../../../support/ScriptedModel.ts';

/** A model that counts how often it was warmed up. */
class ColdModel extends ScriptedModel {
  warmed = 0;
  fails = false;

  warmUp(): Promise<void> {
    this.warmed += 1;
    return this.fails ? Promise.reject(new Error('no such file')) : Promise.resolve();
  }
}

describe('WarmUp', () => {
  let model: ColdModel;
  let host: TestCore;
  const begin = async (provider = 'test'): Promise<void> => {
    model = new ColdModel([{ text: 'Hello' }]);
    host = new TestCore(model, { model: { provider } });
    await host.open();
  };
  afterEach(() => host.dispose());

  it('prepares the model once, asks it nothing, and publishes nothing', async () => {
    await begin();
    const before = host.events.length;
    await Promise.all([host.core.warmUp.run(host.sessionId), host.core.warmUp.run(host.sessionId)]);
    await host.core.warmUp.run(host.sessionId);
    assert.equal(model.warmed, 1);
    assert.equal(model.requests.length, 0);
    assert.equal(host.events.length, before);
    assert.deepEqual(host.log.lines.filter((line) => line.includes('not prepared')), []);
    await host.turn('Hello');
    assert.equal(model.requests.length, 1);
  });

  it('does nothing for the offline model', async () => {
    await begin('offline');
    await host.core.warmUp.run(host.sessionId);
    assert.equal(model.warmed, 0);
  });

  it('fails without a word to the person, and tries again for the next chat', async () => {
    await begin();
    model.fails = true;
    await host.core.warmUp.run(host.sessionId);
    assert.ok(host.log.lines.some((line) => line.includes('not prepared: no such file')));
    model.fails = false;
    await host.core.warmUp.run(host.sessionId);
    assert.equal(model.warmed, 2);
  });

  it('harms no session that is gone meanwhile', async () => {
    await begin();
    await host.core.warmUp.run('none');
    assert.equal(model.warmed, 1);
    assert.deepEqual(host.log.lines.filter((line) => line.includes('not prepared')), []);
  });
});
