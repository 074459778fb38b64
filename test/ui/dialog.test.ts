import * as assert from 'node:assert/strict';
import type { Frame } from 'playwright-core';
import { routeToCoder, type ModelServer } from '../support/modelServer.ts';
import { assertLooksRight, NARROW, WIDE } from '../support/ui/look.ts';
import { useModelWindow } from '../support/ui/modelWindow.ts';
import type { TestWindow } from '../support/ui/TestWindow.ts';

/** The dialog alone has room for two sides. */
const ROOMY = { width: 2200, height: 900 };
const FILE = 'src/rateLimiter.ts';
const source = Array.from({ length: 24 }, (_, line) => `export const limit${line} = ${line};\n`).join('');
const changed = source.replace('limit7 = 7', 'limit7 = 70').replace('limit8 = 8;\n', 'limit8 = 80;\nexport const more = 1;\n');

const write = (path: string, content: string) => ({ toolCalls: [{ name: 'write_file', arguments: JSON.stringify({ path, content }) }] });

for (const [theme, name] of [
  ['Default Dark Modern', 'dark'],
  ['Default Light Modern', 'light'],
] as const) {
  describe(`The approval dialog, in ${name}`, () => {
    let server: ModelServer;
    let window: TestWindow;
    let chat: Frame;
    const files = { [FILE]: source, 'src/window.ts': '\n', 'README.md': '# Shop\n', '.env': 'KEY=1\n' };
    useModelWindow({ name: `dialog-${name}`, files, theme, viewport: WIDE }, async (opened) => {
      ({ server, window } = opened);
      chat = await window.openChat();
      await window.run('View: Toggle Primary Side Bar Visibility');
    });

    /** Pictures in three widths; in each everything fits, and axe is content. */
    const look = async (state: string): Promise<void> => {
      const dialog = await window.approval();
      for (const [width, viewport] of [
        ['wide', WIDE],
        ['narrow', NARROW],
      ] as const) {
        await window.page.setViewportSize(viewport);
        await assertLooksRight(dialog);
        await window.screenshot(`dialog-${state}-${name}-${width}`);
      }
      await window.page.setViewportSize(WIDE);
    };
    /** A button of the dialog, once it counts. */
    const press = async (dialog: Frame, selector: string): Promise<void> => {
      await dialog.locator(`${selector}:not([aria-disabled]):not([disabled])`).click();
    };
    const tabTo = async (dialog: Frame, text: string): Promise<void> => {
      for (let steps = 0; (await dialog.evaluate('document.activeElement.textContent.trim()')) !== text; steps += 1) {
        assert.ok(steps < 40, `no ${text} by Tab`);
        await window.page.keyboard.press('Tab');
      }
    };
    const ended = async (turn: number): Promise<void> => chat.locator('.foot').nth(turn - 1).waitFor();

    it('shows why, by when, and the change, inline and side by side', async () => {
      server.script(routeToCoder, write(FILE, changed), { text: 'Done.' });
      await window.say('Raise the limits.');
      const dialog = await window.approval();
      assert.match(await dialog.locator('.due').innerText(), /^[45]:\d\d left$/);
      assert.match(await dialog.locator('.why').innerText(), /write_file asks · preset Ask for writes and commands\./);
      assert.match(await dialog.locator('.why').innerText(), /Inside the workspace, not protected, no link on the path\./);
      // the person's focus is where it was
      assert.equal(await chat.locator('textarea:focus').count(), 1);
      const beside = dialog.getByRole('button', { name: 'Side by side' });
      assert.equal(await beside.getAttribute('aria-disabled'), 'true');
      assert.match((await beside.getAttribute('title')) ?? '', /900 pixels/);
      await look('write');
      await window.page.setViewportSize(ROOMY);
      await dialog.locator('.beside:not([aria-disabled])').click();
      await dialog.locator('.diff.sides').waitFor();
      assert.equal(await dialog.locator('.pair').count(), 6 + 3);
      await assertLooksRight(dialog);
      await window.screenshot(`dialog-sides-${name}`);
      await window.page.setViewportSize(WIDE);
      await dialog.locator('.diff:not(.sides)').waitFor();
    });

    it('opens VS Code’s own diff editor, which nobody can write in', async () => {
      const dialog = await window.approval();
      await dialog.getByRole('button', { name: 'Open in Diff Editor' }).click();
      const editor = window.page.locator('.monaco-diff-editor');
      await editor.getByText('limit7 = 70').first().waitFor();
      const tab = window.page.locator('.tabs-container .tab', { hasText: 'rateLimiter.ts (not approved yet)' });
      await window.screenshot(`dialog-diff-editor-${name}`);
      await tab.click({ button: 'middle' });
      await editor.waitFor({ state: 'detached' });
    });

    it('is edited by keyboard alone, with a wrong value first, and what was approved is what is written', async () => {
      const dialog = await window.approval();
      await dialog.locator('h1').click();
      await tabTo(dialog, 'Edit…');
      await dialog.locator('button.edit:not([aria-disabled])').waitFor();
      await window.page.keyboard.press('Enter');
      const file = dialog.locator('#field-path');
      await dialog.locator('#field-path:focus').waitFor();
      const approve = dialog.getByRole('button', { name: 'Approve edited' });
      assert.equal(await approve.getAttribute('title'), 'Nothing is changed yet');
      await window.page.keyboard.press('Control+a');
      await window.page.keyboard.press('Delete');
      await dialog.getByText('It cannot be empty.').first().waitFor();
      assert.equal(await file.getAttribute('aria-invalid'), 'true');
      await dialog.locator('.keys', { hasText: '1 problem to correct' }).waitFor();
      assert.equal(await approve.getAttribute('aria-disabled'), 'true');
      await look('edit-wrong');
      await window.page.keyboard.insertText('../outside.ts');
      await dialog.getByText(/outside the workspace/).first().waitFor();
      await window.page.keyboard.press('Control+Enter');
      await window.page.keyboard.press('Control+a');
      await window.page.keyboard.insertText('src/window.ts');
      await window.page.keyboard.press('Tab');
      await dialog.locator('#field-content:focus').waitFor();
      await window.page.keyboard.press('Control+a');
      await window.page.keyboard.insertText('export const wide = true;\n');
      await dialog.locator('.diffbox', { hasText: 'window.ts' }).getByText('export const wide = true;').waitFor();
      // Esc goes back, and keeps what was typed
      await window.page.keyboard.press('Escape');
      await dialog.locator('button.edit:focus').waitFor();
      await dialog.locator('button.edit:not([aria-disabled])').waitFor();
      await window.page.keyboard.press('Enter');
      assert.equal(await file.inputValue(), 'src/window.ts');
      await look('edit');
      await tabTo(dialog, 'Approve edited');
      await dialog.locator('button.approve-edited:not([aria-disabled])').waitFor();
      assert.equal(window.read('src/window.ts'), '\n');
      await window.page.keyboard.press('Enter');
      await ended(1);
      assert.equal(window.read('src/window.ts'), 'export const wide = true;\n');
      assert.equal(window.read(FILE), source);
      assert.equal(await window.approvalTab.count(), 0);
      const told = JSON.stringify(server.requests.at(-1)?.body.messages.at(-1));
      assert.match(told, /The person changed this call before they approved it\. What ran: path: .*src\/window\.ts/);
    });

    it('shows the rule exactly, and allows its kind from now on', async () => {
      server.script(write(FILE, changed), write('src/window.ts', 'export const second = true;\n'), { text: 'Done.' });
      await window.say('Once more.');
      const dialog = await window.approval();
      await press(dialog, 'button.allow');
      await dialog.locator('.panel select:focus').waitFor();
      const rule = dialog.locator('.rule pre');
      assert.match(await rule.innerText(), /^\{ "tool": "write_file", "agent": "coder", "path": "src\/rateLimiter\.ts", "effect": "allow", "expires": "[\d-]+T[\d:]+Z" \}$/);
      await dialog.getByText('Matches 1 file today.').waitFor();
      const files = dialog.getByLabel('Files');
      await files.focus();
      // the third: the kind of file, here and below
      await window.page.keyboard.press('ArrowDown');
      await window.page.keyboard.press('ArrowDown');
      await dialog.getByLabel('Until').focus();
      await window.page.keyboard.press('End');
      await dialog.getByText('Matches 2 files today.').waitFor();
      assert.equal(await rule.innerText(), '{ "tool": "write_file", "agent": "coder", "path": "src/**/*.ts", "effect": "allow" }');
      await look('allow');
      await press(dialog, 'button.add-and-approve');
      await ended(2);
      assert.equal(window.read(FILE), changed);
      assert.equal(window.read('src/window.ts'), 'export const second = true;\n');
      const added = window.query("SELECT data FROM events WHERE type = 'hitl.rule.added'");
      assert.equal(added.length, 1);
    });

    it('asks again when the rule is undone', async () => {
      const told = window.notification('From now on write_file by Coder on src/**/*.ts runs without a question, in this session.');
      await told.hover();
      await told.getByRole('button', { name: 'Undo' }).click();
      await window.notification('The rule is removed. You are asked again.').waitFor();
      await window.run('Notifications: Clear All Notifications');
      server.script(write('src/window.ts', 'export const third = true;\n'), { text: 'Done.' });
      await window.say('And again.');
      const dialog = await window.approval();
      await press(dialog, 'button.reject');
      await dialog.locator('#feedback').fill('Not this one.');
      await look('reject');
      await press(dialog, 'button.reject-now');
      await ended(3);
      assert.equal(window.read('src/window.ts'), 'export const second = true;\n');
      assert.match(JSON.stringify(server.requests.at(-1)?.body.messages.at(-1)), /Not this one\./);
    });

    it('makes no rule for a protected file, and says why', async () => {
      server.script({ toolCalls: [{ name: 'read_file', arguments: '{"path":".env"}' }] }, { text: 'Done.' });
      await window.say('What is the key?');
      const dialog = await window.approval();
      const allow = dialog.locator('button.allow');
      assert.match((await allow.getAttribute('title')) ?? '', /protected file always asks/);
      await dialog.locator('button.approve:not([aria-disabled])').waitFor();
      await allow.click({ force: true });
      assert.equal(await dialog.locator('.panel').count(), 0);
      assert.match(await dialog.locator('.why').innerText(), /\.env is a file for keys or credentials\./);
      // a read has no change to show
      assert.equal(await dialog.locator('.diff').count(), 0);
      await look('read');
    });

    it('is decided by the palette’s command, as its own button', async () => {
      const dialog = await window.approval();
      await dialog.locator('h1').click();
      await window.run('Agent Runtime: Reject');
      await ended(4);
      const [decision] = window.query("SELECT data FROM events WHERE type = 'hitl.decision.made' ORDER BY rowid DESC LIMIT 1");
      assert.match(JSON.stringify(decision), /command/);
    });
  });
}
