import * as assert from 'node:assert/strict';
import type { Frame } from 'playwright-core';
import type { ModelServer, ScriptedAnswer } from '../support/modelServer.ts';
import { assertLooksRight, lookNarrow, WIDE } from '../support/ui/look.ts';
import { useModelWindow } from '../support/ui/modelWindow.ts';
import type { TestWindow } from '../support/ui/TestWindow.ts';

const limited = (retryAfter: number): ScriptedAnswer => ({ error: { status: 429, message: 'Rate limit reached', retryAfter } });

for (const [theme, name] of [
  ['Default Dark Modern', 'dark'],
  ['Default Light Modern', 'light'],
] as const) {
  describe(`A model that is busy, breaks off or thinks, in ${name}`, () => {
    let server: ModelServer;
    let window: TestWindow;
    let chat: Frame;
    useModelWindow({ name: `tries-${name}`, theme, viewport: WIDE, fresh: true }, async (opened) => {
      ({ server, window } = opened);
      chat = await window.openChatWith('Ask');
    });

    const row = (state: string): ReturnType<Frame['locator']> => chat.locator(`.retry[data-state=${state}]`);
    const look = async (picture: string): Promise<void> => {
      await assertLooksRight(chat);
      await window.screenshot(`tries-${picture}-${name}-wide`);
      await lookNarrow(window, `tries-${picture}-${name}`, [chat]);
    };

    it('is asked again after the time that it wants, which counts down, and then answers', async () => {
      server.script(limited(12), { text: 'Here I am.', usage: { prompt_tokens: 1_200, completion_tokens: 30 } });
      await window.say('Hello');
      await row('waiting').getByText('again in 11 s · try 2 of 4').waitFor();
      assert.match(await row('waiting').innerText(), /is limiting requests/);
      // said once, and not each second
      assert.equal(await chat.locator('[aria-live=polite] > div', { hasText: 'is limiting requests. Again in 12 seconds, try 2 of 4.' }).count(), 1);
      const { height } = (await row('waiting').boundingBox()) ?? {};
      await look('waiting');
      await chat.locator('.answer', { hasText: 'Here I am.' }).waitFor();
      await row('done').getByText(/tried again after 12 s · try 2 of 4/).waitFor();
      assert.equal((await row('done').boundingBox())?.height, height);
      await chat.locator('.foot', { hasText: '1.2k in, 30 out' }).waitFor();
      await chat.locator('.under .used', { hasText: 'Session: 1.2k in, 30 out' }).waitFor();
      assert.equal(server.requests.length, 2);
      await look('done');
      await window.reload();
      chat = await window.chat();
      await row('done').waitFor();
    });

    it('is asked four times at most, and then it is said what to do', async () => {
      server.script(limited(1), limited(1), limited(1), limited(1));
      await window.say('Hello');
      const problem = chat.locator('.problem', { hasText: 'is limiting requests' });
      await problem.waitFor();
      assert.match(await problem.innerText(), /Tried 4 times\. Status 429\./);
      assert.equal(server.requests.length, 4);
      assert.equal(await chat.locator('.retry').count(), 1);
      await look('failed');
      server.script({ text: 'Now I can.' });
      await problem.getByRole('button', { name: 'Retry' }).click();
      await chat.locator('.answer', { hasText: 'Now I can.' }).waitFor();
      assert.equal(await chat.locator('.user').count(), 1);
    });

    it('is not asked again when the person stops the wait', async () => {
      server.script(limited(90));
      await window.say('Hello');
      await row('waiting').getByText(/again in 1 min/).waitFor();
      await row('waiting').getByRole('button', { name: 'Stop' }).click();
      await row('stopped').getByText('not tried again').waitFor();
      await chat.locator('.foot[data-outcome=stopped]').waitFor();
      await chat.locator('textarea:focus').waitFor();
      assert.equal(server.requests.length, 1);
      await look('stopped');
    });

    it('goes on where its answer broke off', async () => {
      server.script({ text: 'The first half of an answer that breaks off', chunkSize: 6, latency: 30, truncateAfterChunks: 5 });
      await window.say('Tell me');
      const problem = chat.locator('.problem', { hasText: 'The answer was interrupted' });
      await problem.getByRole('button', { name: 'Continue' }).waitFor();
      assert.match(await problem.innerText(), /What came until then is kept, and no tool ran from it\./);
      assert.equal(await problem.getByRole('button', { name: 'Retry' }).count(), 0);
      const first = chat.locator('.answer[data-state=interrupted]', { hasText: 'The first half' });
      await first.waitFor();
      await look('interrupted');
      server.script({ text: 'And the second half.' });
      await problem.getByRole('button', { name: 'Continue' }).click();
      await chat.locator('.answer', { hasText: 'And the second half.' }).waitFor();
      await first.waitFor();
      assert.match(JSON.stringify(server.requests.at(-1)?.body.messages), /The first half/);
      assert.equal(await chat.locator('.user').count(), 1);
    });

    it('shows what it thinks, folded, to be opened by keyboard, also after a reload', async () => {
      const reasoning = 'They greet me.\n\nI greet back:\n  1. kindly\n  2. briefly';
      server.script({ reasoning, text: 'Good day.' });
      await window.say('Hello');
      await chat.locator('.answer', { hasText: 'Good day.' }).waitFor();
      const toggle = (): ReturnType<Frame['locator']> => chat.getByRole('button', { name: 'Thought' });
      const isOpen = async (): Promise<boolean> => (await toggle().getAttribute('aria-expanded')) === 'true';
      assert.equal(await isOpen(), false);
      // before its answer
      assert.deepEqual(await chat.evaluate<string[]>('[...document.querySelectorAll(".items > *")].map((one) => one.classList[0])'), ['route', 'user', 'tool', 'answer', 'foot']);
      await toggle().focus();
      await window.page.keyboard.press('ArrowRight');
      await chat.locator('.thoughts', { hasText: 'I greet back:' }).waitFor();
      await look('thought');
      await window.page.keyboard.press('Enter');
      await chat.locator('.thoughts').waitFor({ state: 'detached' });
      await window.reload();
      chat = await window.chat();
      await toggle().waitFor();
      assert.equal(await isOpen(), false);
      await toggle().click();
      await chat.locator('.thoughts', { hasText: 'I greet back:' }).waitFor();
    });
  });
}
