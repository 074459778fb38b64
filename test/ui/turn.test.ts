import * as assert from 'node:assert/strict';
import { ModelServer, routeToCoder } from '../support/modelServer.ts';
import { modelSettings } from '../support/modelSettings.ts';
import { WIDE } from '../support/ui/look.ts';
import { useModelWindow } from '../support/ui/modelWindow.ts';
import { openTestWindow, type TestWindow } from '../support/ui/TestWindow.ts';

const LIMITER = `export class RateLimiter {
  private readonly hits = new Map<string, number[]>();

  constructor(
    private readonly limit: number,
    private readonly windowMs: number,
  ) {}

  allow(key: string, now: number): boolean {
    const recent = (this.hits.get(key) ?? []).filter((t) => now - t <= this.windowMs);
    if (recent.length > this.limit) return false;
    recent.push(now);
    this.hits.set(key, recent);
    return true;
  }
}
`;
const FIXED = LIMITER.replace('<= this.windowMs', '< this.windowMs').replace('> this.limit', '>= this.limit');
const FILE = 'src/rateLimiter.ts';

const read = { name: 'read_file', arguments: JSON.stringify({ path: FILE }) };
const write = { name: 'write_file', arguments: JSON.stringify({ path: FILE, content: FIXED }) };
const answer = `The limiter let **one call too many** through. Two comparisons included the boundary:

| comparison | was | is |
| --- | --- | --- |
| age of a hit | \`<=\` | \`<\` |
| number of hits | \`>\` | \`>=\` |

\`\`\`ts
const recent = hits.filter((t) => now - t < this.windowMs);
if (recent.length >= this.limit) return false;
\`\`\`

Both exclude it now, in [src/rateLimiter.ts](src/rateLimiter.ts).`;

describe('A turn with a model', () => {
  let server: ModelServer;
  let window: TestWindow;
  useModelWindow({ name: 'turn', fresh: true, files: { [FILE]: LIMITER }, theme: 'Default Dark Modern', viewport: WIDE }, async (opened) => {
    ({ server, window } = opened);
    await window.openChat();
  });

  it('asks, approves, writes, answers, and is back after a reload', async () => {
    server.script(
      routeToCoder,
      { text: 'I read the limiter first.', toolCalls: [read], usage: { prompt_tokens: 1200, completion_tokens: 40 } },
      { text: 'Both comparisons include the boundary.', toolCalls: [write], usage: { prompt_tokens: 1900, completion_tokens: 310 } },
      { text: answer, chunkSize: 12, usage: { prompt_tokens: 2400, completion_tokens: 150 } },
    );
    let chat = await window.chat();
    await window.say('The rate limiter lets one request too many through at the window boundary. Fix it.');
    await chat.locator('.route', { hasText: 'changes a file' }).waitFor();

    // the dialog opens without taking the focus, and nothing is written before it is decided
    const dialog = await window.approval();
    await chat.getByText('1 waiting for you').waitFor();
    assert.equal(await chat.evaluate('document.hasFocus() && document.activeElement.tagName'), 'TEXTAREA');
    assert.equal(await dialog.evaluate('document.hasFocus()'), false);
    assert.equal(await dialog.locator('h1').textContent(), `Edit ${FILE}?`);
    assert.equal(window.read(FILE), LIMITER);
    assert.equal(await window.approvalTab.count(), 1);
    await dialog.locator('button.approve:not([aria-disabled])').waitFor();
    await window.screenshot('turn-approval-dark');

    await dialog.getByRole('button', { name: 'Approve' }).click();
    await chat.locator('.foot').waitFor();
    assert.equal(window.read(FILE), FIXED);
    assert.equal(await window.approvalTab.count(), 0);
    await chat.locator('.answer table').waitFor();
    await window.screenshot('turn-answer-dark');
    const before = await chat.locator('[role="log"]').innerText();

    await window.reload();
    chat = await window.chat();
    await chat.locator('.foot').waitFor();
    assert.equal(await chat.locator('[role="log"]').innerText(), before);
    assert.equal(server.served, 4);
    await window.screenshot('turn-reloaded-dark');
  });

  it('rejects with feedback: the file is untouched, the model hears it, its next answer shows', async () => {
    server.script(routeToCoder, { toolCalls: [write] }, { text: 'Understood, I leave the window as it is.' });
    const chat = await window.chat();
    await window.say('Fix the limiter');
    const dialog = await window.approval();
    await dialog.getByRole('button', { name: 'Reject…' }).click();
    await dialog.getByRole('textbox').fill('Keep the inclusive window, it is in the contract.');
    await window.screenshot('turn-reject-dark');
    // closing the tab decides nothing, and loses nothing that was typed
    await window.approvalTab.click({ button: 'middle' });
    await window.approvalTab.waitFor({ state: 'detached' });
    await chat.locator('.card').getByRole('button', { name: 'Open', exact: true }).click();
    const again = await window.approval();
    assert.equal(await again.getByRole('textbox').inputValue(), 'Keep the inclusive window, it is in the contract.');
    await again.getByRole('button', { name: 'Reject', exact: true }).click();
    await chat.locator('.answer', { hasText: 'I leave the window as it is' }).waitFor();
    assert.equal(window.read(FILE), LIMITER);
    const result = server.requests.at(-1)?.body.messages.findLast(({ role }) => role === 'tool');
    assert.match(JSON.stringify(result?.content), /rejected.*Keep the inclusive window, it is in the contract\./);
    await chat.getByText('You said: “Keep the inclusive window, it is in the contract.”').waitFor();
    await window.screenshot('turn-rejected-dark');
  });

  it('says what to do when the server answers 401, and goes on after a retry', async () => {
    const refused = { error: { status: 401, message: 'Incorrect API key provided' } };
    server.script(refused);
    const chat = await window.chat();
    await window.say('Fix the limiter');
    const problem = chat.locator('.card', { hasText: 'refused the key' });
    await problem.waitFor();
    assert.match(await problem.innerText(), /Status 401\.[\s\S]*Your message is kept\./);
    await problem.getByRole('button', { name: 'Set API key…' }).waitFor();
    await window.screenshot('turn-401-dark');
    server.script(routeToCoder, { text: 'Now I can.' });
    await problem.getByRole('button', { name: 'Retry' }).click();
    await chat.locator('.answer', { hasText: 'Now I can.' }).waitFor();
    assert.equal(await chat.locator('.user').count(), 1);
  });

  it('stops in mid-stream, keeps what came, and shows nothing after it', async () => {
    server.script(routeToCoder, { text: 'one two three four five six seven eight nine ten '.repeat(40), chunkSize: 6, latency: 25 });
    const chat = await window.chat();
    await window.say('Count');
    await chat.locator('.answer', { hasText: 'one two three' }).waitFor();
    await window.screenshot('turn-streaming-dark');
    await window.page.keyboard.press('Escape');
    await chat.locator('.foot[data-outcome=stopped]').waitFor();
    const shown = await chat.locator('.answer').innerText();
    await window.screenshot('turn-stopped-dark');
    await window.reload();
    const again = await window.chat();
    await again.locator('.foot[data-outcome=stopped]').waitFor();
    assert.equal(await again.locator('.answer').innerText(), shown);
    assert.ok(shown.length < 1_900);
  });
});

describe('A turn that a reload interrupts', () => {
  let server: ModelServer;
  let window: TestWindow;
  useModelWindow({ name: 'turn' }, (opened) => {
    ({ server, window } = opened);
  });

  it('is told, and goes on when the person resumes it', async () => {
    server.script(routeToCoder, { text: 'one two three '.repeat(400), chunkSize: 6, latency: 25 });
    let chat = await window.openChat();
    await window.say('Count');
    await chat.locator('.answer', { hasText: 'one two three' }).waitFor();
    await window.reload();
    chat = await window.chat();
    const problem = chat.locator('.card', { hasText: 'This turn was interrupted' });
    await problem.waitFor();
    assert.match(await problem.innerText(), /VS Code closed or reloaded while it ran\. What was finished until then is here/);
    await window.screenshot('turn-interrupted');
    server.script({ text: 'Once more from the start.' });
    await problem.getByRole('button', { name: 'Resume' }).click();
    await chat.locator('.answer', { hasText: 'Once more from the start.' }).waitFor();
    assert.equal(await chat.locator('.user').count(), 1);
    assert.equal(await problem.getByRole('button').count(), 0);
  });
});

describe('A model that cannot be reached', () => {
  let window: TestWindow;
  afterEach(() => window.close());

  it('says where nobody answers', async () => {
    const server = new ModelServer();
    const baseUrl = await server.start();
    await server.stop();
    window = await openTestWindow({ machineSettings: modelSettings(baseUrl) });
    const chat = await window.openChat();
    await window.say('Hello');
    const problem = chat.locator('.card', { hasText: 'No connection to the model' });
    await problem.waitFor();
    assert.match(await problem.innerText(), new RegExp(`${new URL(baseUrl).host} did not answer.*ECONNREFUSED`));
    await window.screenshot('turn-unreachable-light');
  });

  it('asks for a key where none is stored, and binds it to the address', async () => {
    window = await openTestWindow({ machineSettings: modelSettings('https://api.openai.com/v1', { name: 'gpt-4.1', provider: 'openai', model: 'gpt-4.1' }) });
    const chat = await window.openChat();
    await window.say('Hello');
    const problem = chat.locator('.card', { hasText: 'api.openai.com needs an API key' });
    await problem.waitFor();
    await window.screenshot('turn-no-key-light');
    await problem.getByRole('button', { name: 'Set API key…' }).click();
    const input = window.page.locator('.quick-input-widget input');
    await input.waitFor();
    assert.equal(await input.getAttribute('type'), 'password');
    assert.match(await window.page.locator('.quick-input-widget').innerText(), /https:\/\/api\.openai\.com only/);
    await input.fill('sk-test');
    await window.page.keyboard.press('Enter');
    await window.page.locator('.notification-list-item-message', { hasText: 'The API key for https://api.openai.com is stored.' }).waitFor();
  });
});
