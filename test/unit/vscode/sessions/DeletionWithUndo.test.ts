import * as assert from 'node:assert/strict';
import { RuntimeError } from '../../../../src/protocol/RuntimeError.ts';
import { DeletionWithUndo, type DeletableSessions } from '../../../../src/vscode/sessions/DeletionWithUndo.ts';
import { ManualClock, MemoryLog } from '../../../support/ports.ts';
import { ShownMessages } from '../../../support/ShownMessages.ts';

const busy = new RuntimeError({ code: 'journal_busy', message: 'The database is in use.' });

/** Sessions that fail as often as they are told to. */
class Sessions implements DeletableSessions {
  readonly done: string[] = [];
  fails: Error[] = [];

  delete(): Promise<void> {
    return Promise.resolve().then(() => this.#do('delete'));
  }

  restore(): void {
    this.#do('restore');
  }

  erase(): Promise<void> {
    return Promise.resolve().then(() => this.#do('erase'));
  }

  #do(what: string): void {
    const failure = this.fails.shift();
    if (failure !== undefined) throw failure;
    this.done.push(what);
  }
}

describe('DeletionWithUndo', () => {
  let sessions: Sessions;
  let messages: ShownMessages;
  let clock: ManualClock;
  let opened: string[];
  let deletion: DeletionWithUndo;
  beforeEach(() => {
    sessions = new Sessions();
    messages = new ShownMessages();
    clock = new ManualClock();
    opened = [];
    const chats = {
      close: (id: string) => void opened.push(`close ${id}`),
      show: (id: string) => Promise.resolve(void opened.push(`show ${id}`)),
    };
    deletion = new DeletionWithUndo({ sessions, chats, messages, clock, log: new MemoryLog() });
  });

  /** Lets what waits for promises go on, and the pauses between tries pass. */
  const settle = async (pauses = 0): Promise<void> => {
    for (let pause = 0; pause <= pauses; pause += 1) {
      if (pause > 0) clock.pass(100);
      for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    }
  };

  it('says for how long it can be undone, and erases then', async () => {
    await deletion.delete('s', 'A [x](command:y)');
    assert.deepEqual(messages.texts, ['“A [x]\u2060(command:y)” was deleted. You can undo this for 10 seconds. | Undo']);
    clock.pass(9_999);
    await settle();
    assert.deepEqual(sessions.done, ['delete']);
    clock.pass(1);
    await settle();
    assert.deepEqual(sessions.done, ['delete', 'erase']);
    messages.press();
    await settle();
    assert.match(messages.texts[1] ?? '', /erased already/);
    assert.equal(clock.timers, 0);
  });

  it('brings it back on Undo, and tries on while another program has the database', async () => {
    await deletion.delete('s', 'A');
    sessions.fails = [busy, busy];
    messages.press();
    await settle(2);
    assert.deepEqual(sessions.done, ['delete', 'restore']);
    assert.deepEqual(opened, ['close s', 'show s']);
    clock.pass(20_000);
    await settle();
    assert.deepEqual(sessions.done, ['delete', 'restore']);
  });

  it('says why it could not be brought back, and offers Undo again', async () => {
    await deletion.delete('s', 'A');
    sessions.fails = [new Error('The disk is full.')];
    messages.press();
    await settle();
    assert.equal(messages.texts[1], '“A” could not be brought back: The disk is full. | Undo');
    messages.press();
    await settle();
    assert.deepEqual(sessions.done, ['delete', 'restore']);
  });

  it('offers nothing where it is erased for good', async () => {
    await deletion.delete('s', 'A');
    sessions.fails = [new RuntimeError({ code: 'session_deleted', message: 'This session was deleted for good' })];
    messages.press();
    await settle();
    assert.equal(messages.texts[1], '“A” could not be brought back: This session was deleted for good');
    assert.equal(clock.timers, 0);
  });

  it('erases while another program has the database now and then', async () => {
    await deletion.delete('s', 'A');
    sessions.fails = [busy];
    clock.pass(10_000);
    await settle(1);
    assert.deepEqual(sessions.done, ['delete', 'erase']);
  });
});
