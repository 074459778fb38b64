import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import type { Frame } from 'playwright-core';
import type { ModelServer, ScriptedAnswer } from '../support/modelServer.ts';
import { assertLooksRight, lookNarrow, WIDE } from '../support/ui/look.ts';
import { useModelWindow } from '../support/ui/modelWindow.ts';
import type { TestWindow } from '../support/ui/TestWindow.ts';

const write = (path: string, content: string): NonNullable<ScriptedAnswer['toolCalls']>[number] => ({ name: 'write_file', arguments: JSON.stringify({ path, content }) });

describe('What a turn changed', () => {
  let server: ModelServer;
  let window: TestWindow;
  let chat: Frame;
  const machineSettings = { 'agentRuntime.approvals.rules': [{ tool: 'write_file', effect: 'allow' }] };
  useModelWindow({ name: 'undo', files: { 'notes.md': 'one\n' }, machineSettings, theme: 'Default Dark Modern', viewport: WIDE }, async (opened) => {
    ({ server, window } = opened);
    chat = await window.openChatWith('Coder');
  });

  const foot = (): ReturnType<Frame['locator']> => chat.locator('.foot');
  const said = (text: string): Promise<void> => chat.locator('body > .sr[aria-live=polite]').getByText(text).waitFor({ state: 'attached' });

  it('is undone from its footer by keyboard, and done again', async () => {
    server.script({ toolCalls: [write('notes.md', 'two\n'), write('new.md', 'new\n')] }, { text: 'Both are written.' });
    await window.say('Write both');
    await foot().getByText('Changed 2 files').waitFor();
    assert.equal(await chat.locator('.tool', { hasText: 'new.md' }).locator('.verb').innerText(), 'Created');
    await assertLooksRight(chat);
    await window.screenshot('undo-offered-dark');
    await foot().getByRole('button', { name: 'Undo' }).focus();
    await window.page.keyboard.press('Enter');
    await foot().getByText('Undone').waitFor();
    await said('Undone, 2 files put back.');
    assert.deepEqual([window.read('notes.md'), window.exists('new.md')], ['one\n', false]);
    await foot().getByRole('button', { name: 'Redo' }).click();
    await foot().getByText('Changed 2 files').waitFor();
    assert.deepEqual([window.read('notes.md'), window.read('new.md')], ['two\n', 'new\n']);
  });

  it('leaves a file alone that changed since, and names it, also after a reload', async () => {
    fs.writeFileSync(window.file('notes.md'), 'mine\n');
    await foot().getByRole('button', { name: 'Undo' }).click();
    await foot().getByText('notes.md was left alone. It changed since.').waitFor();
    assert.deepEqual([window.read('notes.md'), window.exists('new.md')], ['mine\n', false]);
    await assertLooksRight(chat);
    await window.screenshot('undo-refused-dark');
    await lookNarrow(window, 'undo-refused-dark', [chat]);
    await window.reload();
    chat = await window.chat();
    await foot().getByText('notes.md was left alone. It changed since.').waitFor();
    await foot().getByRole('button', { name: 'Redo' }).waitFor();
  });
});
