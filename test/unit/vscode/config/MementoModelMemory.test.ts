import * as assert from 'node:assert/strict';
import { MementoModelMemory } from '../../../../src/vscode/config/MementoModelMemory.ts';
import { MemoryLog } from '../../../support/ports.ts';

class Memento {
  value: unknown;
  writes = 0;
  failure: Error | undefined;

  get(): undefined;
  get<T>(key: string, value?: T): T;
  get(): unknown {
    return this.value;
  }

  update(_key: string, value: unknown): Promise<void> {
    this.writes += 1;
    if (this.failure !== undefined) return Promise.reject(this.failure);
    // as it comes back from the disk
    this.value = JSON.parse(JSON.stringify(value));
    return Promise.resolve();
  }
}

describe('MementoModelMemory', () => {
  let memento: Memento;
  let log: MemoryLog;
  beforeEach(() => {
    memento = new Memento();
    log = new MemoryLog();
  });
  const open = (): MementoModelMemory => new MementoModelMemory({ memento, log });

  it('remembers what was learned, over restarts, and leaves what is not said anew', () => {
    const memory = open();
    memory.learn('https://a.example', 'm', { refused: ['temperature'], charactersPerToken: 3.5 });
    memory.learn('https://a.example', 'm', { charactersPerToken: 4, reasoningField: 'reasoning' });
    const learned = { refused: ['temperature'], charactersPerToken: 4, reasoningField: 'reasoning' };
    assert.deepEqual(memory.read('https://a.example', 'm'), learned);
    assert.deepEqual(open().read('https://a.example', 'm'), learned);
  });

  it('keeps that a model takes no tools for as long as the window is open: its server may be started with them', () => {
    const memory = open();
    memory.learn('p', 'm', { refused: ['temperature', 'tools'] });
    assert.deepEqual(memory.read('p', 'm').refused, ['temperature', 'tools']);
    assert.deepEqual(open().read('p', 'm').refused, ['temperature']);
  });

  it('forgets a model, over restarts, and no other', () => {
    const memory = open();
    for (const model of ['m', 'n']) memory.learn('p', model, { contextWindow: 1000 });
    memory.forget('p', 'm');
    for (const one of [memory, open()]) assert.deepEqual([one.read('p', 'm'), one.read('p', 'n')], [{}, { contextWindow: 1000 }]);
  });

  it('knows a model by its provider, too', () => {
    open().learn('https://a.example', 'm', { contextWindow: 1000 });
    assert.deepEqual(open().read('https://b.example', 'm'), {});
    assert.deepEqual(open().read('https://a.example', 'n'), {});
  });

  it('writes only what is new', () => {
    const memory = open();
    memory.learn('p', 'm', { contextWindow: 1000 });
    memory.learn('p', 'm', { contextWindow: 1000 });
    assert.equal(memento.writes, 1);
  });

  it('keeps the 200 models that it learned of last', () => {
    const memory = open();
    for (let index = 0; index < 205; index += 1) {
      memory.learn('p', `m${index}`, { contextWindow: index + 1 });
      if (index === 150) memory.learn('p', 'm0', { contextWindow: 1000 });
    }
    assert.equal(Array.isArray(memento.value) && memento.value.length, 200);
    assert.deepEqual(memory.read('p', 'm1'), {});
    assert.deepEqual(memory.read('p', 'm204'), { contextWindow: 205 });
    assert.deepEqual(open().read('p', 'm0'), { contextWindow: 1000 });
  });

  it('takes nothing that it could not have written', () => {
    const good = { provider: 'p', model: 'good', traits: { contextWindow: 10 } };
    memento.value = [null, 'x', { provider: 'p' }, { ...good, model: 'bad', traits: { contextWindow: 'all' } }, { ...good, model: 'worse', traits: { refused: [1] } }, good];
    const memory = open();
    assert.deepEqual([memory.read('p', 'bad'), memory.read('p', 'worse'), memory.read('p', 'good')], [{}, {}, { contextWindow: 10 }]);
    memento.value = { p: 1 };
    assert.deepEqual(open().read('p', 'good'), {});
  });

  it('goes on where it cannot be kept, and says so in the log', async () => {
    memento.failure = new Error('disk full');
    const memory = open();
    memory.learn('p', 'm', { contextWindow: 10 });
    assert.deepEqual(memory.read('p', 'm'), { contextWindow: 10 });
    await new Promise((resolve) => setImmediate(resolve));
    assert.match(log.lines.join(), /could not be kept: disk full/);
  });
});
