import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Locator } from 'playwright-core';
import { until } from '../support/ui/hostProcess.ts';
import { openTestWindow, type TestWindow } from '../support/ui/TestWindow.ts';

const KEPT = 'What is in this workspace?';
const DELETED = 'Tell me a secret about deleting';

describe('The list of sessions', () => {
  let window: TestWindow;
  before(async () => {
    window = await openTestWindow({ files: { 'README.md': '# Demo\n' } });
    for (const text of [KEPT, DELETED]) {
      await window.run('Agent Runtime: New Session');
      const chat = await window.chat();
      await window.say(text);
      await chat.locator('.foot').waitFor();
      await window.chatTab(text).click({ button: 'middle' });
      await window.chatTab(text).waitFor({ state: 'detached' });
    }
  });
  after(() => window.close());

  const rows = async (): Promise<Locator> => {
    await window.run('Agent Runtime: Show Sessions');
    const list = window.page.locator('.quick-input-widget .quick-input-list .monaco-list-row');
    await list.first().waitFor();
    return list;
  };
  /** The chat of a session, once VS Code has put the focus into it: what came up before would be closed by that. */
  const chatOf = async (title: string): Promise<void> => {
    const chat = await window.chat();
    await chat.locator('.user', { hasText: title }).waitFor();
    await chat.locator('.input textarea:focus').waitFor();
  };
  const pressBin = async (title: string): Promise<void> => {
    const row = (await rows()).filter({ hasText: title });
    await row.hover();
    await row.getByRole('button', { name: 'Delete' }).click();
  };
  /** The database and what is written ahead of it, read past the extension. */
  const bytes = (): string => {
    const root = path.join(window.userDataDir, 'User/workspaceStorage');
    const files = fs.readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => /agent-runtime\.db(-wal)?$/.test(name));
    assert.equal(files.length, 2);
    return files.map((name) => fs.readFileSync(path.join(root, name), 'latin1')).join('\n');
  };

  it('shows all, the latest first, and opens the one that is picked', async () => {
    const list = await rows();
    const texts = await list.allInnerTexts();
    assert.match(texts[0] ?? '', new RegExp(`${DELETED}[\\s\\S]*now · \\d+ messages`));
    assert.match(texts[1] ?? '', /What is in this workspace\?/);
    await window.screenshot('sessions-list');
    await list.filter({ hasText: DELETED }).click();
    await chatOf(DELETED);
  });

  it('deletes one, which closes its tab, and brings it back on Undo', async () => {
    await pressBin(DELETED);
    await window.chatTab(DELETED).waitFor({ state: 'detached' });
    const note = window.notification(`“${DELETED}” was deleted. You can undo this for 10 seconds.`);
    await note.waitFor();
    await window.screenshot('sessions-deleted');
    await note.getByRole('button', { name: 'Undo' }).click();
    await chatOf(DELETED);
    assert.equal(await (await rows()).filter({ hasText: DELETED }).count(), 1);
    await window.page.keyboard.press('Escape');
  });

  it('deletes the one in front by a command, and erases it when the time for undo is over', async () => {
    await window.chatTab(DELETED).click();
    await window.run('Agent Runtime: Delete Session');
    await window.chatTab(DELETED).waitFor({ state: 'detached' });
    assert.ok(bytes().includes(DELETED));
    await until('The session was not erased', () => (bytes().includes(DELETED) ? undefined : true));
    const list = await rows();
    assert.equal(await list.filter({ hasText: DELETED }).count(), 0);
    assert.equal(await list.filter({ hasText: KEPT }).count(), 1);
  });
});
