import * as assert from 'node:assert/strict';
import type { Frame } from 'playwright-core';
import type { ModelServer, ScriptedAnswer } from '../support/modelServer.ts';
import { assertLooksRight, lookNarrow, WIDE } from '../support/ui/look.ts';
import { useModelWindow } from '../support/ui/modelWindow.ts';
import type { TestWindow } from '../support/ui/TestWindow.ts';

type Call = NonNullable<ScriptedAnswer['toolCalls']>[number];

const call = (name: string, args: object): Call => ({ name, arguments: JSON.stringify(args) });
const choices = ['Memory, lost at a restart', 'Redis, shared by all servers', 'A file'];
const ask = call('ask_followup_question', { question: 'Which storage should the limiter use?\nIt has none yet.', choices });
const LIMITER = 'export const limit = 1;\n';

describe('A question to the person', () => {
  let server: ModelServer;
  let window: TestWindow;
  let chat: Frame;
  useModelWindow({ name: 'questions', files: { 'src/limiter.ts': LIMITER }, theme: 'Default Dark Modern', viewport: WIDE }, async (opened) => {
    ({ server, window } = opened);
    chat = await window.openChat();
    await chat.getByRole('combobox', { name: 'Agent' }).click();
    // to Coder by its letter
    await window.page.keyboard.press('c');
    await window.page.keyboard.press('Enter');
    await chat.getByRole('combobox', { name: 'Agent' }).getByText('Coder').waitFor();
  });

  const answerable = (): Promise<void> => chat.locator('.question.card button[aria-disabled=false]').first().waitFor();
  const focused = (): Promise<string> => chat.evaluate<string>('(document.activeElement.getAttribute("aria-label") ?? document.activeElement.innerText).trim()');
  const tabTo = async (name: string, key: 'Tab' | 'Shift+Tab'): Promise<void> => {
    for (let presses = 0; (await focused()) !== name; presses++) {
      assert.ok(presses < 20, `${key} does not lead to ${name}`);
      await window.page.keyboard.press(key);
    }
  };
  const write = async (text: string): Promise<void> => {
    await chat.locator('.input textarea').click();
    await window.page.keyboard.type(text);
  };
  const value = (): Promise<string> => chat.locator('.input textarea').inputValue();
  /** What the model got last as the result of a call. */
  const result = (): string => JSON.stringify(server.requests.at(-1)?.body.messages.findLast(({ role }) => role === 'tool')?.content);
  const answered = async (text: string): Promise<void> => {
    await chat.locator('.answer', { hasText: text }).waitFor();
    await chat.getByRole('button', { name: 'Send (Enter)' }).waitFor();
  };

  it('is answered with one of its choices by keyboard alone', async () => {
    server.script({ text: 'I need to know one thing first.', toolCalls: [ask] }, { text: 'Redis it is.' });
    await window.say('Give the limiter a storage');
    await answerable();
    await chat.locator('.under').getByText('Enter answers Coder’s question').waitFor();
    await assertLooksRight(chat);
    await window.screenshot('questions-card-dark');
    await lookNarrow(window, 'questions-card-dark', [chat]);
    assert.equal(await focused(), 'Message');
    await tabTo('Show the question', 'Shift+Tab');
    await window.page.keyboard.press('Enter');
    assert.equal(await focused(), choices[0]);
    await tabTo(choices[1] ?? '', 'Tab');
    await window.screenshot('questions-focus-dark');
    await window.page.keyboard.press('Enter');
    await answered('Redis it is.');
    assert.match(result(), /Redis, shared by all servers/);
    assert.equal(await focused(), 'Message');
    assert.match(await chat.locator('.question.past').innerText(), /You answered: Redis, shared by all servers/);
    await assertLooksRight(chat);
    await window.screenshot('questions-answered-dark');
  });

  it('is answered in words, but by none that were begun before it', async () => {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    server.script({ toolCalls: [ask], hold: promise }, { text: 'SQLite then.' });
    await window.say('Which one now?');
    await chat.getByRole('button', { name: 'Stop (Esc)' }).waitFor();
    await write('Mind the tests');
    resolve(undefined);
    await answerable();
    await chat.locator('.under').getByText('Enter adds to the queue').waitFor();
    await window.page.keyboard.press('Enter');
    await chat.locator('.queue').getByText('Mind the tests').waitFor();
    assert.equal(await chat.locator('.question.card').count(), 1);
    await chat.locator('.under').getByText('Enter answers Coder’s question').waitFor();
    await write('SQLite, in one file');
    await window.screenshot('questions-words-dark');
    await window.page.keyboard.press('Enter');
    await answered('SQLite then.');
    assert.match(result(), /SQLite, in one file/);
    assert.match(await chat.locator('.question.past').last().innerText(), /You answered: SQLite, in one file/);
    assert.match(JSON.stringify(server.requests.at(-1)?.body.messages.findLast(({ role }) => role === 'user')?.content), /Mind the tests/);
  });

  it('is left by Esc with the focus in the input', async () => {
    server.script({ toolCalls: [ask] });
    await window.say('And now?');
    await answerable();
    await chat.getByRole('button', { name: 'A file' }).focus();
    await window.page.keyboard.press('Escape');
    await chat.locator('.foot[data-outcome=stopped]').waitFor();
    assert.equal(await focused(), 'Message');
  });

  it('is whether the turn goes on, after the same call four times: it ends where the person wants that', async () => {
    const read = call('read_file', { path: 'src/limiter.ts' });
    server.script(...[1, 2, 3, 4].map(() => ({ toolCalls: [read] })));
    await window.say('Read it');
    await chat.locator('.question.card', { hasText: 'The same call comes again and again' }).waitFor();
    await answerable();
    assert.equal(await chat.locator('.under').getByText('Enter answers').count(), 0);
    await assertLooksRight(chat);
    await window.screenshot('questions-go-on-dark');
    await lookNarrow(window, 'questions-go-on-dark', [chat]);
    await chat.getByRole('button', { name: 'Stop here' }).click();
    await chat.locator('.foot[data-outcome=stopped]').nth(1).waitFor();
    assert.match(await chat.locator('.question.past').last().innerText(), /You answered: Stop here/);
    await chat.getByRole('button', { name: 'Send (Enter)' }).waitFor();
  });

  it('is told where its chat is hidden, and shown from there', async () => {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    server.script({ toolCalls: [ask], hold: promise }, { text: 'Seen.' });
    await window.say('Ask me later');
    await chat.getByRole('button', { name: 'Stop (Esc)' }).waitFor();
    await window.run('Agent Runtime: New Session');
    await window.page.locator('.tabs-container .tab').nth(1).waitFor();
    resolve(undefined);
    const notice = window.notification('Coder asks in “Give the limiter a storage”.');
    await notice.waitFor();
    await window.screenshot('questions-hidden-dark');
    await notice.getByRole('button', { name: 'Show' }).click();
    await window.chatTab('Give the limiter a storage').locator('xpath=self::*[contains(@class, "active")]').waitFor();
    chat = await window.chat();
    await answerable();
    // the page says at once what nobody heard come
    assert.equal((await chat.locator('body > .sr[aria-live=assertive] > div').allInnerTexts()).filter((text) => text.startsWith('Coder asks: Which storage')).length, 1);
    await chat.getByRole('button', { name: 'A file' }).click();
    await answered('Seen.');
    await window.chatTab('New session').click({ button: 'middle' });
  });

  it('waits across a reload, and its answer reaches the model', async () => {
    server.script({ toolCalls: [ask] }, { text: 'Memory will do.' });
    await window.say('Ask me once more');
    await answerable();
    await write('Memo');
    await window.reload();
    chat = await window.chat();
    await answerable();
    assert.equal(await chat.locator('.question.card').count(), 1);
    // what was begun as an answer is one still
    assert.equal(await value(), 'Memo');
    await chat.locator('.under').getByText('Enter answers Coder’s question').waitFor();
    await window.screenshot('questions-reloaded-dark');
    await write('ry');
    await window.page.keyboard.press('Enter');
    await answered('Memory will do.');
    assert.match(result(), /Memory/);
  });

  it('is no approval: a queued “yes” decides nothing, is edited and removed', async () => {
    server.script({ toolCalls: [call('write_file', { path: 'src/limiter.ts', content: 'export const limit = 2;\n' })] });
    await window.say('Set the limit to two');
    await window.approval();
    await chat.getByText('1 waiting for you').waitFor();
    await write('yes');
    await window.page.keyboard.press('Enter');
    const rows = chat.locator('.queue li');
    await rows.getByText('yes').waitFor();
    await chat.getByRole('button', { name: 'Edit queued message: yes' }).click();
    await rows.waitFor({ state: 'detached' });
    assert.equal(await value(), 'yes');
    await window.page.keyboard.type(', please');
    await window.page.keyboard.press('Enter');
    await rows.getByText('yes, please').waitFor();
    await assertLooksRight(chat);
    await window.screenshot('questions-yes-dark');
    await chat.getByRole('button', { name: 'Remove queued message: yes, please' }).click();
    await rows.waitFor({ state: 'detached' });
    await chat.locator('body > .sr[aria-live=polite]').getByText('Removed from the queue.').waitFor({ state: 'attached' });
    assert.equal(await focused(), 'Message');
    await window.page.keyboard.press('ArrowUp');
    assert.equal(await value(), 'yes, please');
    await chat.locator('.input textarea').fill('');
    // it waits as it did
    await chat.getByText('1 waiting for you').waitFor();
    assert.equal(window.read('src/limiter.ts'), LIMITER);
    await chat.locator('.input textarea').press('Escape');
    await chat.getByRole('button', { name: 'Send (Enter)' }).waitFor();
    assert.equal(window.read('src/limiter.ts'), LIMITER);
  });
});
