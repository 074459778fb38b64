import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Frame, Locator } from 'playwright-core';
import { projectRoot } from '../support/projectRoot.ts';
import { WIDE } from '../support/ui/look.ts';
import { openTestWindow, type TestWindow } from '../support/ui/TestWindow.ts';

const FILE = 'src/answer.ts';
const PROVIDER = 'agent-runtime-tests.model-provider';

function addProvider(extensions: string): void {
  fs.cpSync(path.join(projectRoot, 'test/fixtures/model-provider'), path.join(extensions, 'model-provider'), { recursive: true });
  fs.rmSync(path.join(extensions, 'extensions.json'));
}

describe('A model of VS Code’s own, from another extension', () => {
  let window: TestWindow;
  let chat: Frame;
  let consent: Locator;
  before(async () => {
    window = await openTestWindow({
      files: { [FILE]: 'export const answer = 41;\n' },
      machineSettings: { 'agentRuntime.models': [{ name: 'One', provider: 'vscode', model: 'scripted/one' }], 'agentRuntime.model': 'One' },
      settings: { 'workbench.colorTheme': 'Default Dark Modern' },
      prepareExtensions: addProvider,
      proposedApi: [PROVIDER],
      viewport: WIDE,
    });
    consent = window.page.locator('.monaco-dialog-box', { hasText: 'Scripted Models' });
    chat = await window.openChat();
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await window.screenshot(`failed-vscode-model-${this.currentTest.title.slice(0, 20)}`);
  });
  after(() => window.close());

  it('is used only after the person allowed it: a refusal is told, and can be taken back', async () => {
    await window.say('Make the answer in src/answer.ts 42');
    await consent.waitFor();
    assert.match(await consent.innerText(), /Agent Runtime/);
    await window.screenshot('vscode-model-consent-dark');
    await consent.getByRole('button', { name: 'Cancel' }).click();
    const problem = chat.locator('.card', { hasText: 'not allowed yet' });
    await problem.waitFor();
    await window.screenshot('vscode-model-refused-dark');
    assert.match(await problem.innerText(), /Agent Runtime may not use Scripted One\. Retry, and allow it/);
    await problem.getByRole('button', { name: 'Retry' }).click();
    await consent.getByRole('button', { name: 'Allow' }).click();
  });

  it('does a whole turn with tools', async () => {
    const dialog = await window.approval();
    assert.equal(await dialog.locator('h1').textContent(), `Edit ${FILE}?`);
    assert.equal(window.read(FILE), 'export const answer = 41;\n');
    await dialog.locator('button.approve:not([aria-disabled])').waitFor();
    await dialog.getByRole('button', { name: 'Approve' }).click();
    await chat.locator('.answer', { hasText: 'The answer is 42 now.' }).waitFor();
    await chat.locator('.foot[data-outcome=completed]').waitFor();
    assert.equal(window.read(FILE), 'export const answer = 42;\n');
    assert.equal(await chat.locator('.user').count(), 1);
    await window.screenshot('vscode-model-turn-dark');
    const [thoughtful] = window.query("SELECT count(*) AS messages FROM events WHERE type = 'session.message.added' AND data LIKE '%\"reasoning\":\"The file first.\"%'");
    assert.deepEqual(thoughtful, { messages: 1 });
    const [usage] = window.query("SELECT data FROM events WHERE type = 'llm.request.completed' ORDER BY seq DESC LIMIT 1");
    assert.match(JSON.stringify(usage), /1200/);
  });

  it('hears that the person stops, and nothing that it says after is shown', async () => {
    await window.say('Please hold on');
    await chat.locator('.answer', { hasText: 'I hold on' }).waitFor();
    await window.page.keyboard.press('Escape');
    await chat.locator('.foot[data-outcome=stopped]').waitFor();
    await window.page.getByText('Scripted Models: cancelled').waitFor();
    assert.equal(await chat.locator('.answer', { hasText: 'too much' }).count(), 0);
  });
});
