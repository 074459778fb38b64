import * as assert from 'node:assert/strict';
import { tellRecovery } from '../../../src/vscode/recovery/tellRecovery.ts';
import { MemoryLog } from '../../support/ports.ts';
import { ShownMessages } from '../../support/ShownMessages.ts';

describe('What recovery tells', () => {
  const titles = new Map([
    ['a', 'First'],
    ['b', '[x](command:y)'],
  ]);
  let messages: ShownMessages;
  let opened: string[];
  let log: MemoryLog;
  beforeEach(() => {
    messages = new ShownMessages();
    opened = [];
    log = new MemoryLog();
  });

  const tell = (unknown: string[], failed: { sessionId: string; reason: string }[], open = (id: string): Promise<void> => Promise.resolve(void opened.push(id))): void =>
    tellRecovery({ unknown, failed }, { messages, titleOf: (id) => titles.get(id), open, log });

  it('is one message for each session with an unknown outcome, by its title', async () => {
    tell(['a', 'b', 'c'], []);
    assert.match(messages.texts[0] ?? '', /“First”.*\| Open$/);
    assert.match(messages.texts[1] ?? '', /“\[x\]\u2060\(command:y\)”/);
    assert.match(messages.texts[2] ?? '', /in a session, and nobody saw its end/);
    messages.press();
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(opened, ['c']);
  });

  it('names a session that could not be read, where its title is known', () => {
    tell([], [
      { sessionId: 'a', reason: 'It is damaged.' },
      { sessionId: 'c', reason: 'It is damaged.' },
    ]);
    assert.deepEqual(messages.texts, ['“First” could not be brought back: It is damaged.', 'A session could not be brought back: It is damaged.']);
  });

  it('says so where the session cannot be opened', async () => {
    tell(['a'], [], () => Promise.reject(new Error('It is damaged.')));
    messages.press();
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(messages.texts[1], '“First” could not be opened: It is damaged.');
    assert.equal(log.lines.length, 1);
  });
});
