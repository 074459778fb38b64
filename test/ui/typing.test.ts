import * as assert from 'node:assert/strict';
import type { Frame } from 'playwright-core';
import { routeToCoder } from '../support/modelServer.ts';
import { useModelWindow } from '../support/ui/modelWindow.ts';
import type { TestWindow } from '../support/ui/TestWindow.ts';

describe('Typing on after Enter', () => {
  const { promise: answer, resolve: giveAnswer } = Promise.withResolvers<undefined>();
  let window: TestWindow;
  let chat: Frame;
  // registered first: nothing is held any more when window and server close
  after(() => giveAnswer(undefined));
  useModelWindow({ name: 'typing' }, async ({ server, window: opened }) => {
    window = opened;
    server.script(routeToCoder, { text: 'One.', hold: answer }, { text: 'Two.' });
    chat = await window.openChat();
    await window.say('Begin');
    await chat.getByRole('button', { name: 'Stop (Esc)' }).waitFor();
  });

  /** Three messages, each followed by a second Enter and further words; `press` says how fast. */
  const typeOn = async (name: string, press: (keys: readonly string[]) => Promise<unknown>): Promise<void> => {
    const input = chat.locator('.input textarea');
    const rows = chat.locator('.queue li');
    const before = await rows.count();
    await input.click();
    for (const number of [1, 2, 3]) {
      const text = `${name} ${number}`;
      const rest = `nothing of this is lost ${number}`;
      await window.page.keyboard.insertText(text);
      await press(['Enter', 'Enter', ...Array.from(rest)]);
      await rows.getByText(text).waitFor();
      // the host has said that it has the message before its row is there
      assert.equal(await input.inputValue(), rest);
      await input.fill('');
    }
    assert.equal(await rows.count(), before + 3);
  };

  it('loses no key and sends nothing twice, where all come at once', () => typeOn('at once', (keys) => Promise.all(keys.map((key) => window.page.keyboard.press(key)))));

  it('loses no key and sends nothing twice, where they come one after the other', () =>
    typeOn('in turn', async (keys) => {
      for (const key of keys) await window.page.keyboard.press(key);
    }));
});
