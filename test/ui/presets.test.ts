import * as assert from 'node:assert/strict';
import type { Frame } from 'playwright-core';
import type { ModelServer, ScriptedAnswer } from '../support/modelServer.ts';
import { assertLooksRight, lookNarrow, WIDE } from '../support/ui/look.ts';
import { useModelWindow } from '../support/ui/modelWindow.ts';
import { openTestWindow, type TestWindow } from '../support/ui/TestWindow.ts';

type Call = NonNullable<ScriptedAnswer['toolCalls']>[number];

const write = (path: string, content: string): Call => ({ name: 'write_file', arguments: JSON.stringify({ path, content }) });

describe('The preset under the input', () => {
  let server: ModelServer;
  let window: TestWindow;
  let chat: Frame;
  useModelWindow({ name: 'presets', files: { 'notes.md': 'one\n' }, theme: 'Default Dark Modern', viewport: WIDE }, async (opened) => {
    ({ server, window } = opened);
    chat = await window.openChatWith('Coder');
  });

  const picker = (): ReturnType<Frame['locator']> => chat.getByRole('combobox', { name: 'Approvals' });
  const focused = (): Promise<string> => chat.evaluate<string>('(document.activeElement.getAttribute("aria-label") ?? document.activeElement.innerText).trim()');
  /** By keyboard, from the input. */
  const choose = async (title: string, ...keys: string[]): Promise<void> => {
    for (let presses = 0; (await focused()) !== 'Approvals'; presses++) {
      assert.ok(presses < 20, 'Tab does not lead to Approvals');
      await window.page.keyboard.press('Tab');
    }
    for (const key of keys) await window.page.keyboard.press(key);
    await picker().getByText(title).waitFor();
    assert.equal(await focused(), 'Message');
  };
  const answered = async (text: string): Promise<void> => {
    await chat.locator('.answer', { hasText: text }).waitFor();
    await chat.getByRole('button', { name: 'Send (Enter)' }).waitFor();
  };

  it('is chosen by keyboard: trusted edits run without a question, a protected file still asks', async () => {
    assert.equal((await picker().innerText()).trim(), 'Ask for writes and commands');
    await chat.locator('.input textarea').focus();
    await picker().focus();
    await window.page.keyboard.press('ArrowDown');
    await chat.getByRole('option', { name: /^Ask for writes and commands/ }).and(chat.locator('[aria-selected=true]')).waitFor();
    await assertLooksRight(chat);
    await window.screenshot('presets-open-dark');
    await lookNarrow(window, 'presets-open-dark', [chat]);
    await picker().focus();
    if ((await picker().getAttribute('aria-expanded')) === 'false') await window.page.keyboard.press('ArrowDown');
    await window.page.keyboard.press('ArrowDown');
    await window.page.keyboard.press('Enter');
    await picker().getByText('Trust edits in the workspace').waitFor();
    assert.equal(await focused(), 'Message');
    server.script({ toolCalls: [write('notes.md', 'two\n')] }, { text: 'Two it is.' });
    await window.say('Write two');
    await answered('Two it is.');
    assert.equal(window.read('notes.md'), 'two\n');
    assert.equal(await window.approvalTab.count(), 0);
    server.script({ toolCalls: [write('.vscode/settings.json', '{}\n')] });
    await window.say('Change the settings');
    const card = chat.getByRole('group', { name: 'Approval needed: create .vscode/settings.json' });
    await card.getByText('is a setting of VS Code for this workspace').waitFor();
    assert.equal(window.exists('.vscode/settings.json'), false);
    await window.screenshot('presets-protected-dark');
    await chat.locator('.input textarea').press('Escape');
    await chat.locator('.foot[data-outcome=stopped]').waitFor();
    assert.equal(window.exists('.vscode/settings.json'), false);
  });

  it('refuses writes where it is Read only, says why, and is there after a reload', async () => {
    await chat.locator('.input textarea').focus();
    await choose('Read only', 'ArrowDown', 'End', 'Enter');
    server.script({ toolCalls: [write('notes.md', 'three\n')] }, { text: 'Then not.' });
    await window.say('Write three');
    await answered('Then not.');
    await chat.locator('.tool', { hasText: 'You chose Read only, so agents change nothing and run nothing.' }).waitFor();
    assert.equal(window.read('notes.md'), 'two\n');
    await window.screenshot('presets-read-only-dark');
    await window.reload();
    chat = await window.chat();
    await picker().getByText('Read only').waitFor();
  });
});

describe('Approvals that the settings turn off', () => {
  let window: TestWindow;
  before(async () => {
    window = await openTestWindow({
      machineSettings: { 'agentRuntime.approvals.enabled': false, 'agentRuntime.approvals.rules': [{ tool: 'write_file', effect: 'always' }] },
      settings: { 'workbench.colorTheme': 'Default Light Modern' },
      viewport: WIDE,
    });
  });
  after(() => window.close());

  it('are in sight, and so is a rule that is not valid', async () => {
    const chat = await window.openChat();
    await chat.getByRole('combobox', { name: 'Approvals' }).getByText('Approvals are off').waitFor();
    const row = chat.locator('.stack.rules');
    await row.getByText('1 rule in your settings is not valid and counts as “ask”').waitFor();
    await assertLooksRight(chat);
    await window.screenshot('presets-off-light');
    await lookNarrow(window, 'presets-off-light', [chat]);
    await row.getByRole('button', { name: 'Open settings' }).click();
    await window.page.locator('.settings-editor .setting-item-contents[data-key="agentRuntime.approvals.rules"]').waitFor();
    await window.screenshot('presets-settings-light');
  });
});
