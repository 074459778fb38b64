import * as assert from 'node:assert/strict';
import type { Frame } from 'playwright-core';
import type { ModelServer, ScriptedAnswer } from '../support/modelServer.ts';
import { assertLooksRight, lookNarrow, WIDE } from '../support/ui/look.ts';
import { useModelWindow } from '../support/ui/modelWindow.ts';
import type { TestWindow } from '../support/ui/TestWindow.ts';

type Call = NonNullable<ScriptedAnswer['toolCalls']>[number];

const FILE = 'src/rateLimiter.ts';
const OLD = `export class RateLimiter {
  allow(key: string): boolean {
    const now = this.clock.now();
    const recent = (this.hits.get(key) ?? []).filter((t) => now - t <= this.windowMs);
    if (recent.length > this.limit) return false;
    recent.push(now);
    return true;
  }
}
`;
const NEW = OLD.replace('<=', '<').replace('length >', 'length >=');
const write = (content: string, path = FILE): Call => ({ name: 'write_file', arguments: JSON.stringify({ path, content }) });

for (const [name, theme] of [
  ['dark', 'Default Dark Modern'],
  ['light', 'Default Light Modern'],
] as const) {
  describe(`The approval card in the chat, ${name}`, () => {
    let server: ModelServer;
    let window: TestWindow;
    let chat: Frame;
    useModelWindow({ name: `card-${name}`, files: { [FILE]: OLD, 'notes.md': 'one\n', '.env': 'KEY=1\n', id_rsa: 'private\n' }, theme, viewport: WIDE }, async (opened) => {
      ({ server, window } = opened);
      chat = await window.openChatWith('Coder');
    });

    const card = (): ReturnType<Frame['locator']> => chat.locator('.tool.ask');
    const ready = (): Promise<void> => chat.locator('.tool.ask .approve[aria-disabled=false]').first().waitFor();
    const focused = (): Promise<string> => chat.evaluate<string>('(document.activeElement.getAttribute("aria-label") ?? document.activeElement.innerText).trim()');
    const tabTo = async (wanted: string, key: 'Tab' | 'Shift+Tab'): Promise<void> => {
      for (let presses = 0; (await focused()) !== wanted; presses++) {
        assert.ok(presses < 20, `${key} does not lead to ${wanted}`);
        await window.page.keyboard.press(key);
      }
    };
    const heard = (tone: 'assertive' | 'polite'): Promise<string[]> => chat.locator(`body > .sr[aria-live=${tone}] > div`).allInnerTexts();
    /** The dialog's tab is out of the way, and what waits still does. */
    const closeDialog = async (): Promise<void> => {
      await window.approvalTab.first().waitFor();
      await window.approvalTab.first().click({ button: 'middle' });
      await window.approvalTab.waitFor({ state: 'detached' });
    };

    it('shows the whole of what is asked, and approves by a click', async () => {
      server.script({ toolCalls: [write(NEW)] }, { text: 'Done, as you wanted.' });
      await window.say('Fix the limiter');
      await card().waitFor();
      assert.equal(await focused(), 'Message');
      await ready();
      assert.match(await card().innerText(), new RegExp(`Edit ${FILE}\\? \\+2 −2\\s+\\d:\\d\\d left\\s+Writes ask first\\.\\s+write_file asks · preset Ask for writes and commands`));
      assert.equal(await card().locator('.diff .i').count(), 2);
      assert.deepEqual(await heard('assertive'), [`Approval needed: edit ${FILE}, 2 lines added, 2 removed`]);
      await assertLooksRight(chat);
      await window.screenshot(`card-beside-${name}`);
      await closeDialog();
      await ready();
      await window.screenshot(`card-wide-${name}`);
      await lookNarrow(window, `card-${name}`, [chat]);
      assert.equal(window.read(FILE), OLD);
      await ready();
      await card().getByRole('button', { name: 'Approve' }).click();
      await chat.locator('.foot').waitFor();
      assert.equal(window.read(FILE), NEW);
      assert.equal(await card().count(), 0);
      await window.screenshot(`card-decided-${name}`);
    });

    it('approves by keyboard alone, and the dialog that stood open is closed', async () => {
      server.script({ toolCalls: [write('one\ntwo\n', 'notes.md')] }, { text: 'Two lines now.' });
      await window.say('Add a line to the notes');
      await card().waitFor();
      await window.approvalTab.waitFor();
      assert.equal(await focused(), 'Message');
      await tabTo('Show what waits', 'Shift+Tab');
      await window.page.keyboard.press('Enter');
      // the question, and never its Approve
      assert.match(await focused(), /^Edit notes\.md\? \+1/);
      await tabTo('Approve', 'Tab');
      await ready();
      await window.screenshot(`card-focus-${name}`);
      // who was elsewhere is not on Approve when they come back
      await window.page.keyboard.press('F1');
      const palette = window.page.locator('.quick-input-widget');
      // VS Code shows it, and moves the focus there and back, each in its own time
      await palette.locator('input').first().press('Escape');
      await palette.waitFor({ state: 'hidden' });
      await window.page.getByRole('tab', { name: /Fix the limiter/ }).click();
      await chat.locator('.tool.ask .q:focus, .input textarea:focus').waitFor();
      await chat.getByRole('button', { name: 'Show what waits' }).press('Enter');
      await tabTo('Approve', 'Tab');
      // Esc leads out of the card, and stops nothing
      await window.page.keyboard.press('Escape');
      assert.equal(await focused(), 'Message');
      await chat.getByRole('button', { name: 'Show what waits' }).press('Enter');
      await tabTo('Approve', 'Tab');
      await ready();
      assert.equal(window.read('notes.md'), 'one\n');
      await window.page.keyboard.press('Enter');
      await chat.locator('.answer', { hasText: 'Two lines now.' }).waitFor();
      assert.equal(window.read('notes.md'), 'one\ntwo\n');
      assert.equal(await window.approvalTab.count(), 0);
      assert.equal(await focused(), 'Message');
    });

    it('takes no key that is held down from elsewhere, and becomes a row where the dialog decides', async () => {
      server.script({ toolCalls: [write('three\n', 'notes.md')] }, { text: 'As the dialog said.' });
      await window.say('Write three');
      const dialog = await window.approval();
      await ready();
      await window.page.keyboard.down('Enter');
      await card().getByRole('button', { name: 'Approve' }).focus();
      await window.page.keyboard.down('Enter');
      await window.page.keyboard.down('Enter');
      await window.page.keyboard.up('Enter');
      assert.equal(await card().getByRole('button', { name: 'Approve' }).innerText(), 'Approve');
      await dialog.getByRole('button', { name: 'Approve', exact: true }).click();
      await chat.locator('.answer', { hasText: 'As the dialog said.' }).waitFor();
      assert.equal(window.read('notes.md'), 'three\n');
      assert.equal(await card().count(), 0);
    });

    it('stands for each of several calls, a long change scrolls in it, and a protected file cannot be allowed from now on', async () => {
      const long = Array.from({ length: 40 }, (_, index) => `line ${index + 1}\n`).join('');
      server.script({ toolCalls: [{ name: 'read_file', arguments: '{"path":".env"}' }, { name: 'read_file', arguments: '{"path":"id_rsa"}' }] }, { toolCalls: [write(long, 'long.md')] }, { text: 'All of it.' });
      await window.say('Look at the keys');
      await card().nth(1).waitFor();
      await chat.getByText('2 waiting for you').waitFor();
      assert.equal(await card().getByRole('button', { name: 'Allow from now on…' }).count(), 0);
      await chat.getByRole('button', { name: 'Show what waits' }).click();
      assert.equal(await chat.evaluate('document.activeElement.closest(".tool.ask") === document.querySelector(".tool.ask") && document.activeElement.className'), 'q');
      await chat.locator('.tool.ask .approve[aria-disabled=false]').nth(1).waitFor();
      await assertLooksRight(chat);
      await window.screenshot(`card-several-${name}`);
      for (const path of ['id_rsa', '.env']) {
        const asked = chat.getByRole('group', { name: `Approval needed: read ${path}` });
        await asked.locator('.approve[aria-disabled=false]').click();
        await asked.waitFor({ state: 'detached' });
      }
      await chat.getByRole('group', { name: 'Approval needed: create long.md' }).waitFor();
      await ready();
      const box = card().locator('.diff.tall');
      const [content, height] = await chat.evaluate<[number, number]>('["scrollHeight", "clientHeight"].map((name) => document.querySelector(".tool.ask .diff.tall")[name])');
      assert.ok(content > height && height <= 240, `${content} in ${height}`);
      await box.focus();
      await window.page.keyboard.press('End');
      await window.screenshot(`card-long-${name}`);
      await lookNarrow(window, `card-long-${name}`, [chat]);
      await ready();
      await card().getByRole('button', { name: 'Approve' }).click();
      await chat.locator('.answer', { hasText: 'All of it.' }).waitFor();
      assert.equal(window.read('long.md'), long);
    });
  });
}
