import * as assert from 'node:assert/strict';
import { EventBus } from '../../../../src/core/bus/EventBus.ts';
import { IdleCheckpoints } from '../../../../src/core/subscribers/IdleCheckpoints.ts';
import { MemoryJournal } from '../../../support/MemoryStore.ts';
import { ManualClock, MemoryLog } from '../../../support/ports.ts';

class CountingJournal extends MemoryJournal {
  checkpoints = 0;
  failure: Error | undefined;

  override checkpoint(): void {
    this.checkpoints += 1;
    if (this.failure !== undefined) throw this.failure;
  }
}

describe('IdleCheckpoints', () => {
  let journal: CountingJournal;
  let clock: ManualClock;
  let log: MemoryLog;
  let bus: EventBus;
  let checkpoints: IdleCheckpoints;
  beforeEach(() => {
    journal = new CountingJournal();
    clock = new ManualClock();
    log = new MemoryLog();
    bus = new EventBus({ journal, clock, log });
    checkpoints = new IdleCheckpoints({ bus, journal, clock, log });
  });
  afterEach(() => checkpoints.dispose());

  const say = (content: string, times = 1): void => {
    for (let index = 0; index < times; index += 1) {
      const message = { role: 'user', id: `${Math.random()}`, content } as const;
      bus.publish({ type: 'session.message.added', source: 'test', sessionId: 's', correlationId: 'c', data: { message } });
    }
  };
  const token = (): void => {
    bus.publish({ type: 'llm.text.delta', source: 'test', sessionId: 's', correlationId: 'c', data: { messageId: 'm', agent: 'coder', text: 'x' } });
  };

  it('wait for an idle moment after few events, and are made once', () => {
    say('x');
    for (let index = 0; index < 30; index += 1) {
      clock.pass(100);
      token();
    }
    assert.equal(journal.checkpoints, 0);
    clock.pass(2_000);
    assert.equal(journal.checkpoints, 1);
    clock.pass(60_000);
    assert.equal(journal.checkpoints, 1);
  });

  it('take the first short pause after many events, and no timer stays', () => {
    const timers = clock.timers;
    say('x', 100);
    for (let index = 0; index < 10; index += 1) {
      clock.pass(20);
      token();
    }
    assert.equal(journal.checkpoints, 0);
    clock.pass(80);
    assert.equal(journal.checkpoints, 1);
    assert.equal(clock.timers, timers);
  });

  it('wait for no pause where the burst does not end', () => {
    for (let index = 0; index < 1_000; index += 1) {
      say('x');
      clock.pass(1);
    }
    assert.ok(journal.checkpoints >= 4, `${journal.checkpoints}`);
  });

  it('come sooner after large messages', () => {
    say('x'.repeat(100_000), 2);
    clock.pass(80);
    assert.equal(journal.checkpoints, 1);
  });

  it('are tried again where they fail, and said in the log', () => {
    journal.failure = new Error('another host reads');
    say('x', 100);
    clock.pass(100);
    assert.equal(journal.checkpoints, 1);
    assert.match(log.lines.join(), /another host reads/);
    journal.failure = undefined;
    clock.pass(2_000);
    assert.equal(journal.checkpoints, 2);
    clock.pass(60_000);
    assert.equal(journal.checkpoints, 2);
  });

  it('move what is no event after a while, and nothing once they are disposed', () => {
    clock.pass(301_000);
    assert.equal(journal.checkpoints, 1);
    say('x', 100);
    checkpoints.dispose();
    clock.pass(301_000);
    assert.equal(journal.checkpoints, 1);
    assert.equal(clock.timers, 0);
  });
});
