import * as assert from 'node:assert/strict';
import { KeptText } from '../../../../src/vscode/dialogs/KeptText.ts';
import { MemoryDrafts } from '../../../support/MemoryDrafts.ts';
import { ManualClock, MemoryLog } from '../../../support/ports.ts';

describe('A text typed for a decision', () => {
  let drafts: MemoryDrafts;
  let clock: ManualClock;
  let log: MemoryLog;
  beforeEach(() => {
    drafts = new MemoryDrafts();
    clock = new ManualClock();
    log = new MemoryLog();
  });

  const ask = (callId = 'call'): KeptText => new KeptText({ drafts, clock, log, key: `s/${callId}` });

  it('is kept a moment later, however fast it is typed, and is there when the call is asked about again', () => {
    const feedback = ask();
    for (const text of ['R', 'Ra', 'Rather not']) {
      feedback.typed(text);
      clock.pass(100);
    }
    assert.equal(drafts.saves, 1);
    assert.deepEqual([...drafts.texts], [['s/call', 'Rather not']]);
    assert.equal(ask().text, 'Rather not');
    assert.equal(ask('another').text, '');
    assert.equal(clock.timers, 0);
  });

  it('is kept at once when its dialog goes', () => {
    const feedback = ask();
    feedback.typed('Rather not');
    feedback.dispose();
    assert.equal(ask().text, 'Rather not');
    assert.equal(clock.timers, 0);
  });

  it('is forgotten with its call, and costs nothing where nothing was typed', () => {
    const feedback = ask();
    feedback.typed('Rather not');
    clock.pass(300);
    feedback.typed('Rather not that');
    feedback.forget();
    assert.deepEqual([...drafts.texts], []);
    clock.pass(1_000);
    assert.deepEqual([...drafts.texts], []);
    const saves = drafts.saves;
    ask().forget();
    assert.equal(drafts.saves, saves);
  });

  it('is tried again until it can be saved, with one word in the log', () => {
    const feedback = ask();
    drafts.refuses = true;
    feedback.typed('Rather not');
    clock.pass(900);
    assert.equal(log.lines.length, 1);
    drafts.refuses = false;
    clock.pass(300);
    assert.equal(ask().text, 'Rather not');
    assert.equal(clock.timers, 0);
  });
});
