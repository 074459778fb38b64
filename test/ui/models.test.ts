import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Locator } from 'playwright-core';
import { answerWith, KeyedServer } from '../support/KeyedServer.ts';
import { modelSettings } from '../support/modelSettings.ts';
import { ModelServer, routeToCoder } from '../support/modelServer.ts';
import { openTestWindow, type TestWindow } from '../support/ui/TestWindow.ts';

const WRONG = 'sk-wrong-0123456789';
const RIGHT = 'sk-right-9876543210';

/** Every file under a folder that has the text in it. */
function filesWith(text: string, folder: string): string[] {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => fs.readFileSync(file).includes(text));
}

describe('Set Up a Model', () => {
  let server: KeyedServer;
  let window: TestWindow;
  before(async () => {
    server = new KeyedServer();
    server.key = RIGHT;
    await server.start();
    server.routes.set('/v1/models', { data: [{ id: 'scripted-1', context_length: 128_000 }, { id: 'scripted-2' }] });
    server.routes.set('/v1/chat/completions', (request, response, body) => {
      const text = body.includes('"report_ready"') ? 'ready' : body.includes('json_object') ? (routeToCoder.text ?? '') : 'Hello from the model.';
      answerWith(text)(request, response, body);
    });
    window = await openTestWindow({ settings: { 'workbench.colorTheme': 'Default Dark Modern' } });
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await window.screenshot(`failed-models-${this.currentTest.title.slice(0, 20)}`);
  });
  after(async () => {
    await window.close();
    await server.stop();
  });

  const widget = (): Locator => window.page.locator('.quick-input-widget');
  const field = (): Locator => widget().locator('input.input:visible');
  /** The row that Enter takes. */
  const focused = (text: string): Locator => widget().locator('.monaco-list-row.focused', { hasText: text });
  const settings = (): Record<string, unknown> => JSON.parse(fs.readFileSync(path.join(window.userDataDir, 'Machine/settings.json'), 'utf8')) as Record<string, unknown>;
  const type = async (text: string): Promise<void> => {
    await window.page.keyboard.insertText(text);
    await window.page.keyboard.press('Enter');
  };
  const take = async (text: string): Promise<void> => {
    await focused(text).waitFor();
    await window.page.keyboard.press('Enter');
  };

  it('goes by the keyboard from a wrong key to the first answer, and keeps no key in any file', async () => {
    const chat = await window.openChat();
    await chat.getByRole('button', { name: 'Set up a model…' }).focus();
    await window.page.keyboard.press('Enter');
    await widget().getByText('Services').waitFor();
    await focused('OpenAI').waitFor();
    await widget().locator('input.input:focus').waitFor();
    await window.screenshot('models-1-provider-dark');
    await window.page.keyboard.insertText('Another');
    await take('Another OpenAI-compatible server');

    await widget().getByText('The base URL of the server').waitFor();
    await window.page.keyboard.insertText('localhost');
    await widget().getByText('Enter an http or https address').waitFor();
    await window.screenshot('models-2-address-dark');
    await field().fill('');
    await type(server.baseUrl);

    await widget().getByText('Kept in VS Code').waitFor();
    assert.equal(await field().getAttribute('type'), 'password');
    await type(WRONG);
    await widget().getByText('refused the key (401)').waitFor();
    assert.equal(await field().inputValue(), WRONG, 'what was typed is there to be corrected');
    await window.screenshot('models-3-key-refused-dark');
    assert.deepEqual(settings(), {}, 'nothing is written before it worked');
    // what is there is selected: typing replaces it
    await type(RIGHT);

    await focused('scripted-1').waitFor();
    await widget().getByText('128,000 tokens').waitFor();
    await widget().getByText('Enter another name…').waitFor();
    await window.screenshot('models-4-list-dark');
    await take('scripted-1');
    await widget().getByText('A name of your own for it').waitFor();
    assert.equal(await field().inputValue(), 'scripted-1');
    await window.screenshot('models-5-name-dark');
    await type('Mine');
    await focused('All agents').waitFor();
    await window.screenshot('models-6-agents-dark');
    await take('All agents');
    await window.notification('“Mine” is set up. All agents use it.').waitFor();
    assert.deepEqual(settings(), {
      'agentRuntime.models': [{ name: 'Mine', provider: 'compatible', model: 'scripted-1', baseUrl: server.baseUrl, contextWindow: 128_000 }],
      'agentRuntime.model': 'Mine',
    });

    await window.say('Hello');
    await chat.locator('.answer', { hasText: 'Hello from the model.' }).waitFor();
    assert.ok(server.asked.at(-1)?.endsWith(`Bearer ${RIGHT}`));
    await window.screenshot('models-7-answer-dark');
    const folders = [path.join(window.userDataDir, 'User'), path.join(window.userDataDir, 'Machine'), path.join(window.userDataDir, 'logs'), path.join(window.userDataDir, 'data'), window.workspace].filter((folder) => fs.existsSync(folder));
    assert.ok(folders.length >= 3);
    assert.ok(folders.flatMap((folder) => filesWith('Mine', folder)).length > 0, 'the search finds what is there');
    for (const key of [WRONG, RIGHT]) assert.deepEqual(folders.flatMap((folder) => filesWith(key, folder)), []);
  });

  it('leaves everything as it is when the person goes back and leaves', async () => {
    const before = settings();
    await window.run('Agent Runtime: Set Up a Model');
    await widget().getByText('Services').waitFor();
    // VS Code gives the focus back to the chat when its palette closes, which may be after the list has it
    await field().click();
    await window.page.keyboard.insertText('Another');
    await take('Another OpenAI-compatible server');
    await widget().getByText('The base URL of the server').waitFor();
    await type(server.baseUrl);
    // the key that worked is stored, and can be kept
    await focused('Keep the key that is stored for').waitFor();
    await window.screenshot('models-8-stored-key-dark');
    await widget().getByRole('button', { name: 'Back' }).click();
    await widget().getByText('The base URL of the server').waitFor();
    assert.equal(await field().inputValue(), server.baseUrl);
    await window.page.keyboard.press('Escape');
    await widget().waitFor({ state: 'hidden' });
    assert.deepEqual(settings(), before);
  });
});

describe('Agents with models of their own', () => {
  const servers = [new ModelServer(), new ModelServer()] as const;
  const [forRouting, forCode] = servers;
  let window: TestWindow;
  before(async () => {
    const [routing, code] = await Promise.all(servers.map((server) => server.start()));
    const profile = { name: 'code', provider: 'compatible', model: 'big', baseUrl: code };
    const { 'agentRuntime.models': models, ...chosen } = modelSettings(routing ?? '', { name: 'routing', model: 'small' });
    window = await openTestWindow({
      machineSettings: { ...chosen, 'agentRuntime.models': [...(Array.isArray(models) ? (models as unknown[]) : []), profile], 'agentRuntime.agentModels': { coder: 'code' } },
    });
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await window.screenshot(`failed-models-own-${this.currentTest.title.slice(0, 20)}`);
  });
  after(async () => {
    await window.close();
    await Promise.all(servers.map((server) => server.stop()));
  });

  it('ask each its own server', async () => {
    forRouting.script(routeToCoder);
    forCode.script({ text: 'Written by the big one.' });
    const chat = await window.openChat();
    await window.say('Write something');
    await chat.locator('.answer', { hasText: 'Written by the big one.' }).waitFor();
    const asked = servers.map(({ requests }) => requests.map(({ body }) => body.model));
    assert.deepEqual(asked, [['small'], ['big']]);
    await window.screenshot('models-own-light');
  });
});
