import * as assert from 'node:assert/strict';
import { undoTurn } from '../../../../src/vscode/commands/undoTurn.ts';
import { ScriptedModel, write } from '../../../support/ScriptedModel.ts';
import { ShownMessages } from '../../../support/ShownMessages.ts';
import { TestCore } from '../../../support/TestCore.ts';

describe('Undo Last Turn’s Changes', () => {
  let core: TestCore;
  let messages: ShownMessages;
  beforeEach(async () => {
    const files = ['a.md', 'b.md', 'c.md', 'd.md', 'e.md', 'f.md', 'g$(x).md'];
    core = new TestCore(new ScriptedModel([write('a.md', 'new'), write('b.md', 'new'), { text: 'Done.' }, { text: 'Hello.' }, ...files.map((name) => write(name, 'last')), { text: 'Done.' }]));
    core.approveAll();
    messages = new ShownMessages();
    await core.open();
  });
  afterEach(() => core.dispose());

  const run = (): Promise<void> => undoTurn({ sessionId: core.sessionId }, { undo: core.core.undo, messages });
  const done = (): Promise<unknown> => core.next('session.undo.completed');
  /** Presses the button of the latest message, and waits until that is done and told. */
  const press = async (): Promise<void> => {
    const completed = done();
    messages.press();
    await completed;
    while (messages.texts.length < 2) await new Promise((resolve) => setImmediate(resolve));
  };
  const last = (): string | undefined => messages.texts.pop();

  it('says so where there is no chat, and nothing to undo', async () => {
    await undoTurn(undefined, { undo: core.core.undo, messages });
    await run();
    assert.deepEqual(messages.texts, [
      'No chat is in front. Open the chat whose last turn you want to undo.',
      'No turn of this chat has changed a file, so there is nothing to undo.',
    ]);
  });

  it('undoes the last turn that changed something, says what, and does it again at a button', async () => {
    core.put('a.md', 'old');
    await core.turn('write');
    await core.turn('talk');
    await run();
    assert.equal(messages.texts.at(-1), 'Put back: a.md, b.md. | Redo');
    assert.deepEqual([core.read('a.md'), core.read('b.md')], ['old', undefined]);
    await press();
    assert.equal(last(), 'Changed again: a.md, b.md. | Undo');
    assert.deepEqual([core.read('a.md'), core.read('b.md')], ['new', 'new']);
    await press();
    assert.equal(last(), 'Put back: a.md, b.md. | Redo');
    assert.equal(core.read('a.md'), 'old');
  });

  it('does nothing where that is undone already, but offers to do it again', async () => {
    await core.turn('write');
    await run();
    await run();
    assert.deepEqual(messages.texts, ['Put back: a.md, b.md. | Redo', 'The changes of the last turn are undone already. | Redo']);
    assert.equal(core.of('session.undo.started').length, 1);
    await press();
    assert.equal(core.read('a.md'), 'new');
  });

  it('names what was left alone, and tries that again', async () => {
    await core.turn('write');
    core.put('a.md', 'mine\u202e');
    await run();
    assert.equal(last(), 'Put back: b.md. Left alone: a.md (It changed since). | Redo');
    core.put('a.md', 'new');
    await run();
    assert.equal(last(), 'Put back: a.md, b.md. | Redo');
    assert.deepEqual([core.read('a.md'), core.read('b.md')], [undefined, undefined]);
  });

  it('offers nothing where no file was changed', async () => {
    await core.turn('write');
    core.put('a.md', 'mine');
    core.put('b.md', 'mine');
    await run();
    assert.equal(last(), 'No file was changed. Left alone: a.md (It changed since), b.md (It changed since).');
  });

  it('names a few of many files, in words that nothing is read into', async () => {
    await core.turn('write');
    await core.turn('talk');
    await core.turn('write many');
    core.put('g$(x).md', 'mine');
    await run();
    assert.equal(last(), 'Put back: a.md, b.md, c.md, d.md, e.md and 1 more. Left alone: g$\u2060(x).md (It changed since). | Redo');
  });

  it('says why where a button comes too late', async () => {
    await core.turn('write');
    await run();
    core.workspace.isTrusted = false;
    messages.press();
    while (messages.texts.length < 2) await new Promise((resolve) => setImmediate(resolve));
    assert.match(last() ?? '', /^No file was changed: The workspace is in Restricted Mode/);
    assert.equal(core.read('a.md'), undefined);
  });
});
