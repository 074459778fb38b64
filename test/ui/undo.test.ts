import * as assert from 'node:assert/strict';
import { openTestWindow, type TestWindow } from '../support/ui/TestWindow.ts';

describe('Undo of the last turn, and the audit log', () => {
  let window: TestWindow;
  before(async () => {
    window = await openTestWindow({ files: { 'README.md': '# Demo\n' } });
  });
  after(() => window.close());

  it('puts back what the turn changed, does it again, and tells it all in words', async () => {
    const chat = await window.openChat();
    await window.say('Add a file notes.md with: Remember the milk.');
    const dialog = await window.approval();
    await dialog.getByRole('button', { name: 'Approve' }).click();
    await chat.locator('.answer', { hasText: 'Created notes.md' }).waitFor();
    await chat.getByRole('button', { name: 'Send' }).waitFor();
    await chat.locator('.input textarea').click();

    await window.run('Agent Runtime: Undo Last Turn');
    const undone = window.notification('Put back: notes.md.');
    await undone.waitFor();
    assert.equal(window.exists('notes.md'), false);
    await window.screenshot('undo-notification');
    await undone.getByRole('button', { name: 'Redo' }).click();
    const redone = window.notification('Changed again: notes.md.');
    await redone.waitFor();
    assert.equal(window.read('notes.md'), 'Remember the milk.\n');

    await window.run('Agent Runtime: Show Audit Log');
    const editor = window.page.locator('.editor-instance', { has: window.page.locator('.view-line') }).last();
    const line = (text: string) => editor.locator('.view-line', { hasText: text });
    for (const text of ['asked to run write_file on notes.md', 'You approved in the dialog: notes.md', 'write_file on notes.md is done', 'You put files back: notes.md', 'Changed again: notes.md']) {
      await line(text).first().waitFor();
    }
    await window.screenshot('audit-log');
    // shown again, it has what happened since, at its end
    await redone.getByRole('button', { name: 'Undo' }).click();
    await window.notification('Put back: notes.md.').waitFor();
    await window.run('Agent Runtime: Show Audit Log');
    await editor.locator('.view-line', { hasText: 'Put back: notes.md' }).nth(1).waitFor();
    assert.equal(await window.page.locator('.tabs-container .tab', { hasText: 'Audit Log' }).count(), 1);
    await window.page.keyboard.insertText('x');
    await editor.locator('.view-line', { hasText: /^x/ }).waitFor({ state: 'detached' });
  });
});
