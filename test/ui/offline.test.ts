import * as assert from 'node:assert/strict';
import { openTestWindow, type TestWindow } from '../support/ui/TestWindow.ts';

describe('The offline model', () => {
  let window: TestWindow;
  before(async () => {
    window = await openTestWindow({ files: { 'README.md': '# Demo\n\nA small project.\n', 'src/main.ts': 'export const a = 1;\n' } });
  });
  after(() => window.close());

  it('says what is in the workspace, adds a file after approval, and is there again after a reload', async () => {
    let chat = await window.openChat();
    await window.screenshot('offline-empty');
    await window.say('What is in this workspace?');
    await chat.locator('.answer', { hasText: 'a script, not an AI' }).waitFor();
    await window.screenshot('offline-look');
    await window.say('Add a file notes.md with: Remember the milk.');
    
    const dialog = await window.approval();
    assert.equal(window.exists('notes.md'), false);
    await window.screenshot('offline-approval');
    await dialog.getByRole('button', { name: 'Approve' }).click();
    await chat.locator('.answer', { hasText: 'Created notes.md' }).waitFor();
    assert.equal(window.read('notes.md'), 'Remember the milk.\n');
    await window.screenshot('offline-done');
    await window.reload();
    chat = await window.chat();
    await chat.locator('.answer', { hasText: 'Created notes.md' }).waitFor();
    await window.screenshot('offline-reloaded');
  });

  it('keeps what is typed and not sent, and asks again by itself what waited when the window reloaded', async () => {
    await window.say('Add a file later.md with: x');
    await window.approval();
    let chat = await window.chat();
    await chat.locator('textarea').click();
    await window.page.keyboard.insertText('half a thought');
    // what is typed is kept when the input has rested, or loses the focus
    await window.page.locator('.explorer-folders-view').click();
    await window.reload();

    const dialog = await window.approval();
    chat = await window.chat();
    await chat.locator('.card', { hasText: 'You are asked again: VS Code closed before you decided.' }).waitFor();
    assert.equal(await window.approvalTab.count(), 1);
    assert.equal(window.exists('later.md'), false);
    assert.equal(await chat.locator('textarea').inputValue(), 'half a thought');
    await window.screenshot('offline-asked-again');
    await dialog.getByRole('button', { name: 'Approve' }).click();
    await chat.locator('.answer', { hasText: 'Created later.md' }).waitFor();
    assert.equal(window.read('later.md'), 'x\n');
  });
});
