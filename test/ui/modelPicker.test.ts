import * as assert from 'node:assert/strict';
import type { Frame, Locator } from 'playwright-core';
import { ModelServer } from '../support/modelServer.ts';
import { assertLooksRight, lookNarrow, WIDE } from '../support/ui/look.ts';
import { openTestWindow, type TestWindow } from '../support/ui/TestWindow.ts';

for (const [theme, name] of [
  ['Default Dark Modern', 'dark'],
  ['Default Light Modern', 'light'],
] as const) {
  describe(`The choice of a model in the chat, in ${name}`, () => {
    const server = new ModelServer();
    let window: TestWindow;
    let chat: Frame;
    before(async () => {
      const baseUrl = await server.start();
      const profiles = [
        { name: 'GPT-4.1', provider: 'compatible', model: 'gpt-4.1', baseUrl },
        { name: 'local', provider: 'compatible', model: 'qwen3-coder:30b-a3b-q4_K_M', baseUrl },
        { name: 'A rather long name that I gave it', provider: 'compatible', model: 'anthropic/claude-opus-4.5', baseUrl },
      ];
      window = await openTestWindow({
        machineSettings: { 'agentRuntime.models': profiles, 'agentRuntime.model': 'GPT-4.1', 'agentRuntime.agentModels': { debug: 'local' } },
        settings: { 'workbench.colorTheme': theme },
        viewport: WIDE,
      });
      chat = await window.openChatWith('Ask');
    });
    after(async () => {
      await window.close();
      await server.stop();
    });
    afterEach(async function () {
      if (this.currentTest?.state === 'failed') await window.screenshot(`failed-picker-${name}-${this.currentTest.title.slice(0, 20)}`);
    });

    const picker = (): Locator => chat.getByRole('combobox', { name: 'Model' });
    const options = (): Promise<string[]> => chat.locator('.pop.models .opt-row > span:first-of-type').allInnerTexts();

    it('is opened, read and taken by the keyboard, and holds for the next message', async () => {
      await picker().getByText('GPT-4.1').waitFor();
      await picker().focus();
      await window.page.keyboard.press('ArrowUp');
      await chat.locator('.pop.models').waitFor();
      assert.deepEqual(await options(), ['GPT-4.1', 'local', 'A rather long name that I gave it', 'Offline', 'Set up a model…']);
      assert.equal(await chat.getByRole('option', { selected: true }).innerText().then((text) => text.startsWith('GPT-4.1')), true);
      await assertLooksRight(chat);
      await window.screenshot(`picker-${name}-wide`);
      await lookNarrow(window, `picker-${name}`, [chat]);
      await window.page.keyboard.press('l');
      await chat.locator('.opt-row.sel', { hasText: 'local' }).waitFor();
      await window.page.keyboard.press('Enter');
      server.script({ text: 'From the other one.' });
      // at once, whether or not the settings are written
      await window.page.keyboard.insertText('Hello');
      await window.page.keyboard.press('Enter');
      await picker().getByText('local').waitFor();
      await chat.locator('.answer', { hasText: 'From the other one.' }).waitFor();
      assert.equal(server.requests.at(-1)?.body.model, 'qwen3-coder:30b-a3b-q4_K_M');
    });

    it('says that an agent has a model of its own, whatever is chosen', async () => {
      await picker().click();
      await chat.getByRole('option', { name: /^GPT-4\.1/ }).click();
      await picker().getByText('GPT-4.1').waitFor();
      await chat.getByRole('combobox', { name: 'Agent' }).click();
      await chat.getByRole('option', { name: /^Debug/ }).click();
      await picker().getByText('local').waitFor();
      assert.match((await picker().getAttribute('title')) ?? '', /^Debug uses local by your settings\./);
    });

    it('leads to Set Up a Model', async () => {
      await picker().click();
      await chat.getByRole('option', { name: 'Set up a model…' }).click();
      await window.page.locator('.quick-input-widget').getByText('Services').waitFor();
      await window.page.keyboard.press('Escape');
      await window.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
    });
  });
}
