import * as assert from 'node:assert/strict';
import type { Frame } from 'playwright-core';
import { assertLooksRight, lookNarrow } from '../support/ui/look.ts';
import { useModelWindow } from '../support/ui/modelWindow.ts';
import type { TestWindow } from '../support/ui/TestWindow.ts';

const plan = (first: string, second: string): { name: string; arguments: string } => ({
  name: 'update_plan',
  arguments: JSON.stringify({
    steps: [
      { title: 'Read the limiter', status: first },
      { title: 'Change it', status: second },
    ],
  }),
});
const read = { name: 'read_file', arguments: '{"path":"a.txt"}' };

describe('What is stacked on the input', () => {
  const { promise: second, resolve: giveSecond } = Promise.withResolvers<undefined>();
  const { promise: third, resolve: giveThird } = Promise.withResolvers<undefined>();
  let window: TestWindow;
  let chat: Frame;
  // registered first: nothing is held any more when window and server close
  after(() => {
    giveSecond(undefined);
    giveThird(undefined);
  });
  useModelWindow({ name: 'dock', files: { 'a.txt': 'a' }, theme: 'Default Dark Modern' }, async (opened) => {
    ({ window } = opened);
    opened.server.script(
      { toolCalls: [plan('in_progress', 'pending')] },
      { toolCalls: [plan('completed', 'in_progress'), read], hold: second },
      { text: 'Half of it is done.', hold: third },
      { text: 'All right.' },
    );
    chat = await window.openChatWith('Coder');
  });

  const focused = (): Promise<string> => chat.evaluate<string>('document.activeElement.getAttribute("aria-label") ?? document.activeElement.tagName');

  it('puts a plan away by keyboard, from its folded row, and it stays away when it gets on', async () => {
    await window.say('Change the limiter');
    const row = chat.getByRole('region', { name: 'Plan' });
    await row.waitFor();
    await window.screenshot('dock-plan-dark');
    await lookNarrow(window, 'dock-plan-dark', [chat]);
    await row.getByRole('button', { name: 'Hide Plan' }).focus();
    await window.page.keyboard.press('Enter');
    await row.waitFor({ state: 'detached' });
    assert.equal(await focused(), 'Message');
    giveSecond(undefined);
    await chat.locator('body > .sr[aria-live=polite]').getByText('Plan, step 2 of 2: Change it').waitFor({ state: 'attached' });
    await chat.locator('.tool', { hasText: 'a.txt' }).waitFor();
    assert.equal(await row.count(), 0);
  });

  it('shows what was queued last', async () => {
    const rows = chat.locator('.queue li');
    await chat.locator('.input textarea').click();
    for (let number = 0; number < 7; number++) {
      await window.page.keyboard.insertText(`queued ${number}`);
      await window.page.keyboard.press('Enter');
      await rows.nth(number).waitFor();
    }
    const below = 'Math.round(document.querySelector(".queue").scrollHeight - document.querySelector(".queue").scrollTop - document.querySelector(".queue").clientHeight)';
    assert.equal(await chat.evaluate<number>(below), 0);
    await assertLooksRight(chat);
    await window.screenshot('dock-queue-dark');
  });

  it('keeps the focus where a queued message goes while its button has it', async () => {
    await chat.getByRole('button', { name: 'Remove queued message: queued 3' }).focus();
    giveThird(undefined);
    await chat.locator('.queue').waitFor({ state: 'detached' });
    assert.equal(await focused(), 'Message');
    await chat.locator('.answer', { hasText: 'All right.' }).waitFor();
  });
});
