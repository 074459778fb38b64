import * as assert from 'node:assert/strict';
import type { Frame } from 'playwright-core';
import { routeToCoder, type ModelServer } from '../support/modelServer.ts';
import { lookNarrow, WIDE } from '../support/ui/look.ts';
import { useModelWindow } from '../support/ui/modelWindow.ts';
import { openTestWindow, type TestWindow } from '../support/ui/TestWindow.ts';

const FILE = 'src/limits.ts';
const BEFORE = 'export const limit = 10;\n';
const AFTER = 'export const limit = 20;\n';
const REQUEST = 'Raise the limit to 20';
const write = { name: 'write_file', arguments: JSON.stringify({ path: FILE, content: AFTER }) };

/** Resolves when the pages are gone: those of the next host are others. To be called before they go. */
async function replaced(window: TestWindow, ...frames: Frame[]): Promise<void> {
  await Promise.all(frames.map((gone) => window.page.waitForEvent('framedetached', { predicate: (frame) => frame === gone })));
}

describe('An extension host that is killed while an approval is pending', () => {
  let server: ModelServer;
  let window: TestWindow;
  useModelWindow({ name: 'recovery', fresh: true, files: { [FILE]: BEFORE }, theme: 'Default Dark Modern', viewport: WIDE }, async (opened) => {
    ({ server, window } = opened);
    server.script(routeToCoder, { text: 'I change the constant.', toolCalls: [write] }, { text: 'The limit is 20 now.' });
    await window.openChat();
    await window.say(REQUEST);
    const dialog = await window.approval();
    await dialog.locator('button.approve:not([aria-disabled])').waitFor();
  });

  /** One chat and one question, both of the new host; then the write happens once, and the answer follows. */
  const goesOn = async (name: string): Promise<void> => {
    const dialog = await window.approval();
    await dialog.locator('button.approve:not([aria-disabled]):not([disabled])').waitFor();
    const chat = await window.chat();
    await chat.getByText('1 waiting for you').waitFor();
    assert.equal(await window.chatTab(REQUEST).count(), 1);
    assert.equal(await window.approvalTab.count(), 1);
    assert.equal(window.read(FILE), BEFORE);
    assert.equal(await chat.locator('.user').count(), 1);
    await window.screenshot(`recovery-${name}`);
    await dialog.locator('.again', { hasText: 'VS Code closed before you decided' }).waitFor();
    await lookNarrow(window, `recovery-${name}`, [chat, dialog]);

    await dialog.getByRole('button', { name: 'Approve' }).click();
    const answered = await window.chat();
    await answered.locator('.answer', { hasText: 'The limit is 20 now.' }).waitFor();
    assert.equal(window.read(FILE), AFTER);
    assert.deepEqual(window.query("SELECT count(*) AS n FROM events WHERE type = 'tool.execution.started'"), [{ n: 1 }]);
    assert.equal(await answered.getByRole('button', { name: /^Edited/ }).count(), 1);
    assert.equal(await window.approvalTab.count(), 0);
    // routing, the call and the answer, each asked for once
    assert.equal(server.served, 3);
  };

  it('brings chat and question back in the new host, without a dead tab', async () => {
    const newPages = replaced(window, await window.chat(), await window.approval());
    await window.killExtensionHost();
    await newPages;
    await goesOn('restarted');
  });

  it('brings chat and question back when the window is reloaded right after', async () => {
    await window.killExtensionHost();
    await window.reload();
    await goesOn('reloaded');
  });

  it('keeps what was typed and not sent, and for a rejection too', async () => {
    const dialog = await window.approval();
    await dialog.getByRole('button', { name: 'Reject…' }).click();
    await dialog.getByRole('textbox').fill('Rather in a folder.');
    const chat = await window.chat();
    await chat.locator('.input textarea').click();
    await window.page.keyboard.insertText('half a thought');
    // what the host has after a moment is kept by it, what is typed then by the browser
    const kept = `SELECT count(*) AS n FROM drafts WHERE text IN ('"half a thought"', '"Rather in a folder."')`;
    while (window.query(kept)[0]?.['n'] !== 2) await chat.evaluate('0');
    const newPages = replaced(window, chat, dialog);
    await window.killExtensionHost();
    await window.page.keyboard.insertText(', and the rest of it');
    await newPages;
    const again = await window.chat();
    await again.getByText('1 waiting for you').waitFor();
    assert.equal(await again.locator('.input textarea').inputValue(), 'half a thought, and the rest of it');
    const askedAgain = await window.approval();
    await askedAgain.locator('.again', { hasText: 'VS Code closed before you decided' }).waitFor();
    assert.equal(await askedAgain.getByRole('textbox').inputValue(), 'Rather in a folder.');

    await again.getByRole('button', { name: 'Stop' }).click();
    await askedAgain.locator('.actions.closed', { hasText: 'The turn ended before you decided.' }).waitFor();
    assert.equal(await askedAgain.getByRole('textbox', { name: 'What you typed' }).inputValue(), 'Rather in a folder.');
    await window.screenshot('recovery-typed');
  });
});

describe('A connection that is lost', () => {
  let window: TestWindow;
  before(async () => {
    window = await openTestWindow({ files: { 'README.md': '# Demo\n' }, settings: { 'workbench.colorTheme': 'Default Light Modern' } });
  });
  after(() => window.close());

  it('is told in chat and dialog, decides and sends nothing, and is over when the host answers', async () => {
    const chat = await window.openChat();
    await window.say('Add a file notes.md with: Remember the milk.');
    const dialog = await window.approval();
    await dialog.locator('button.approve:not([aria-disabled])').waitFor();
    await dialog.getByRole('button', { name: 'Reject…' }).click();
    await dialog.getByRole('textbox').fill('Rather in a folder.');
    await chat.locator('.input textarea').fill('and then?');
    const host = await window.extensionHost();
    process.kill(host, 'SIGSTOP');
    try {
      for (const page of [chat, dialog]) {
        const banner = page.locator('.lost', { hasText: 'Connection lost' });
        await banner.waitFor();
        assert.deepEqual(await banner.getByRole('link').allInnerTexts(), ['Open the chat again', 'Reload the window']);
      }
      await dialog.getByRole('button', { name: 'Reject', exact: true, disabled: true }).waitFor();
      assert.equal(await dialog.getByRole('textbox').inputValue(), 'Rather in a folder.');
      await window.screenshot('recovery-lost');
      await lookNarrow(window, 'recovery-lost', [chat, dialog]);
    } finally {
      process.kill(host, 'SIGCONT');
    }
    for (const page of [chat, dialog]) await page.locator('.lost').waitFor({ state: 'detached' });
    assert.equal(await chat.locator('.input textarea').inputValue(), 'and then?');
    await dialog.getByRole('button', { name: 'Back', exact: true }).click();
    await dialog.locator('button.approve:not([aria-disabled])').click();
    await chat.locator('.answer', { hasText: 'Created notes.md' }).waitFor();
    assert.equal(window.read('notes.md'), 'Remember the milk.\n');
  });

  it('offers a link that VS Code runs itself', async () => {
    const chat = await window.chat();
    const host = await window.extensionHost();
    process.kill(host, 'SIGSTOP');
    await chat.locator('.lost').waitFor();
    const navigated = window.page.waitForEvent('framenavigated', (frame) => frame === window.page.mainFrame());
    await chat.getByRole('link', { name: 'Reload the window' }).click();
    process.kill(host, 'SIGCONT');
    await navigated;
    await window.ready();
    const again = await window.chat();
    await again.locator('.answer', { hasText: 'Created notes.md' }).waitFor();
    assert.equal(await window.chatTab('Add a file notes.md').count(), 1);
  });
});

describe('Two windows without a folder', () => {
  let first: TestWindow;
  let second: TestWindow;
  before(async () => {
    first = await openTestWindow({ folder: false });
    const chat = await first.openChat();
    await first.say('What can you do?');
    await chat.locator('.foot').waitFor();
    second = await first.openSecondWindow();
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await first.screenshot('failed-two-windows');
  });
  after(() => first.close());

  it('have one owner for a session; the other reads it, keeps what is typed, and takes over', async () => {
    const chat = await second.openChat();
    await chat.locator('.stack', { hasText: 'You see it as it was when you opened it' }).waitFor();
    await chat.locator('.user', { hasText: 'What can you do?' }).waitFor();
    await chat.locator('.input textarea').click();
    await second.page.keyboard.insertText('And what not?');
    await second.page.keyboard.press('Enter');
    await chat.locator('.under', { hasText: 'Your text stays here.' }).waitFor();
    assert.equal(await chat.locator('.user').count(), 1);
    assert.equal(await chat.locator('.send[aria-disabled=true]').count(), 1);
    await second.screenshot('recovery-elsewhere');
    await lookNarrow(second, 'recovery-elsewhere', [chat]);

    const owners = await first.chat();
    await owners.locator('.input textarea').fill('half a thought of the owner');
    await owners.locator('.input textarea').blur();
    // the page keeps for itself what the host has not confirmed
    const confirmed = `!Object.keys(localStorage).some((key) => key.startsWith('agentRuntime.typed:here:'))`;
    while ((await owners.evaluate(confirmed)) !== true) continue;
    await first.chatTab('What can you do?').click({ button: 'middle' });
    await chat.locator('.stack', { hasText: 'another window' }).waitFor({ state: 'detached' });
    assert.equal(await chat.locator('.input textarea').inputValue(), 'half a thought of the owner\n\nAnd what not?');
    await chat.locator('.input textarea').click();
    await second.page.keyboard.press('Enter');
    await chat.locator('.user', { hasText: 'And what not?' }).waitFor();
    await chat.locator('.foot').nth(1).waitFor();
  });

  it('hand a session over when the owner’s window closes', async () => {
    const chat = await first.openChat();
    const bar = chat.locator('.stack', { hasText: 'This session is open in another window.' });
    await bar.waitFor();
    await chat.locator('.user', { hasText: 'And what not?' }).waitFor();
    await second.close();
    // VS Code ends the closed window's host after some seconds
    await bar.waitFor({ state: 'detached', timeout: 60_000 });
    await first.say('And now?');
    await chat.locator('.user', { hasText: 'And now?' }).waitFor();
  });
});
