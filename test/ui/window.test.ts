import * as assert from 'node:assert/strict';
import type { Frame } from 'playwright-core';
import { ModelServer, type ScriptedAnswer } from '../support/modelServer.ts';
import { modelSettings } from '../support/modelSettings.ts';
import { assertLooksRight, lookNarrow, WIDE } from '../support/ui/look.ts';
import { openTestWindow, type TestWindow } from '../support/ui/TestWindow.ts';
import { webviewFrame } from '../support/vscode-host/browser.mjs';

const read = (path: string): ScriptedAnswer => ({ toolCalls: [{ name: 'read_file', arguments: JSON.stringify({ path }) }] });
const tooLong: ScriptedAnswer = { error: { status: 400, message: 'This model\'s maximum context length is 2600 tokens' } };

describe('A conversation that outgrows the model’s window', () => {
  const server = new ModelServer();
  let window: TestWindow;
  let chat: Frame;
  const text = 'a line of a long file\n'.repeat(240);
  before(async () => {
    window = await openTestWindow({
      files: { 'a.txt': text, 'b.txt': text },
      machineSettings: modelSettings(await server.start(), { contextWindow: 2_600 }),
      settings: { 'workbench.colorTheme': 'Default Dark Modern' },
      viewport: WIDE,
    });
    chat = await window.openChatWith('Ask');
  });
  after(async () => {
    await window.close();
    await server.stop();
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await window.screenshot('failed-window');
  });

  it('loses old results with a mark, and goes on in a new session whose summary the person reads first', async () => {
    server.script(read('a.txt'), read('b.txt'), { text: 'Both read.' });
    await window.say('Read both');
    await chat.locator('.answer', { hasText: 'Both read.' }).waitFor();
    await chat.locator('.mark', { hasText: 'left out or cut: ' }).waitFor();
    await assertLooksRight(chat);
    await window.screenshot('window-cut-dark-wide');
    await lookNarrow(window, 'window-cut-dark', [chat]);

    // asked once more with less of the results
    server.script(tooLong, tooLong);
    await window.say('And now?');
    const problem = chat.locator('.problem', { hasText: 'The conversation is too long for the model' });
    await problem.waitFor();
    await assertLooksRight(chat);
    await lookNarrow(window, 'window-too-long-dark', [chat]);
    const { promise: summary, resolve: summarise } = Promise.withResolvers<undefined>();
    server.script({ text: '- Both files were read.', hold: summary });
    await problem.getByRole('button', { name: 'New session with a summary…' }).click();
    await window.notification('Summarising the session').getByRole('button', { name: 'Cancel' }).waitFor();
    summarise(undefined);
    await window.chatTab('New session').waitFor();
    const next = await webviewFrame(window.page, 'body:not(:has(.user)) .input textarea');
    await next.locator('.input textarea:focus').waitFor();
    assert.match(await next.locator('.input textarea').inputValue(), /^This goes on from another session, “Read both”\. Its summary:\n\n- Both files were read\.\n\nNow:\n\nAnd now\?$/);
    await assertLooksRight(next);
    await window.screenshot('window-summary-dark-wide');
    // three for the first message, two for the second, one for the summary
    assert.equal(server.requests.length, 6, 'nothing is sent until the person sends it');
    await window.chatTab('Read both').click();
    await webviewFrame(window.page, '.problem');
  });
});
