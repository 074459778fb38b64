import * as assert from 'node:assert/strict';
import type { Frame } from 'playwright-core';
import { ModelServer, routeToCoder } from '../support/modelServer.ts';
import { modelSettings } from '../support/modelSettings.ts';
import { openTestWindow, type TestWindow } from '../support/ui/TestWindow.ts';

/** Seen as "src/st.txt" and "src/pass.ts" where nobody looks closer: a name that is turned around, and a Cyrillic letter. */
const PATHS = { turned: 'src/\u202etxt.ts', alike: 'src/p\u0430ss.ts' };

describe('A path that deceives the eye', () => {
  let server: ModelServer;
  let window: TestWindow;
  let chat: Frame;
  before(async () => {
    server = new ModelServer();
    const baseUrl = await server.start();
    window = await openTestWindow({
      machineSettings: modelSettings(baseUrl),
      settings: { 'workbench.colorTheme': 'Default Dark Modern' },
      viewport: { width: 1440, height: 900 },
    });
    chat = await window.openChat();
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await window.screenshot(`failed-deceiving-${this.currentTest.title.slice(0, 20)}`);
  });
  after(async () => {
    await window.close();
    await server.stop();
  });

  for (const [kind, file] of Object.entries(PATHS)) {
    it(`is shown plainly in the card, the dialog, its tab and the view: ${kind}`, async () => {
      const [hidden = ''] = file.match(/[^ -~]/u) ?? [];
      const number = kind === 'turned' ? 'U+202E' : 'U+0430';
      server.script(...(kind === 'turned' ? [routeToCoder] : []), { toolCalls: [{ name: 'write_file', arguments: JSON.stringify({ path: file, content: 'x\n' }) }] }, { text: 'Done.' });
      await window.say(`Write the ${kind} one`);
      await chat.locator('.tool.ask').waitFor();
      const dialog = await window.approval();
      await dialog.locator('h1', { hasText: number }).waitFor();
      await window.run('Agent Runtime: Focus on Waiting for You View');
      const row = window.page.locator('.sidebar .customview-tree .monaco-list-row');
      await row.waitFor();
      const shown = [
        await chat.locator('.tool.ask').innerText(),
        await dialog.locator('main').innerText(),
        await window.approvalTab.innerText(),
        await row.innerText(),
        (await row.getAttribute('aria-label')) ?? '',
      ];
      for (const text of shown) {
        assert.ok(text.includes(number), `${number} is not in “${text}”`);
        assert.ok(!text.includes(hidden), `the character itself is in “${text}”`);
      }
      await window.screenshot(`deceiving-${kind}-dark`);
      await dialog.getByRole('button', { name: 'Approve', exact: true }).click();
      await chat.locator('.tool[data-state=done]', { hasText: number }).waitFor();
    });
  }
});
