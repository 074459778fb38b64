import * as assert from 'node:assert/strict';
import type { Frame } from 'playwright-core';
import type { RuntimeEvent } from '../../src/protocol/events.ts';
import { readEvent } from '../../src/storage/eventRows.ts';
import { orphans } from '../support/causationTree.ts';
import type { ModelServer } from '../support/modelServer.ts';
import { FIXED, linesOf, PLAN, said, STORY, storyAnswers, storyFiles } from '../support/storyScript.ts';
import { assertLooksRight, lookNarrow, WIDE } from '../support/ui/look.ts';
import { useModelWindow } from '../support/ui/modelWindow.ts';
import type { TestWindow } from '../support/ui/TestWindow.ts';

const LIMITER = 'src/rateLimiter.ts';
const REFUSED = /^Could not write src\/rateLimiter\.ts Failed Architect may write only Markdown files \(\.md\)\. Nothing was written\./;

/** The events of the window's only session, in order. */
function journalOf(window: TestWindow): RuntimeEvent[] {
  const rows = window.query("SELECT * FROM events WHERE session_id <> '' ORDER BY session_id, seq");
  const blobs = new Map(window.query('SELECT hash, text FROM blobs').map(({ hash, text }) => [hash, String(text)]));
  return rows.map((row) => readEvent(row, (hash) => blobs.get(hash) ?? assert.fail(`the text ${hash} is not kept`)));
}

/** What is seen of each of these, on one line; without times, which differ from run to run. */
async function seen(chat: Frame, selector: string): Promise<string[]> {
  const texts = await chat.locator(selector).allInnerTexts();
  return texts.map((text) => text.replace(/\s+/g, ' ').replaceAll('/ ', '/').replace(/ <?\d+(\.\d+)? s\b/g, '').trim());
}

async function approve(window: TestWindow, dialog: Frame): Promise<void> {
  await dialog.locator('button.approve:not([aria-disabled])').waitFor();
  await dialog.getByRole('button', { name: 'Approve' }).click();
  await window.approvalTab.waitFor({ state: 'detached' });
}

for (const [theme, name] of [
  ['Default Dark Modern', 'dark'],
  ['Default Light Modern', 'light'],
] as const) {
  describe(`A story, from a question to a fix, in ${name}`, () => {
    const { promise: reads, resolve: answerReads } = Promise.withResolvers<undefined>();
    let server: ModelServer;
    let window: TestWindow;
    let chat: Frame;
    // registered first: nothing is held any more when window and server close
    after(() => answerReads(undefined));
    useModelWindow({ name: `story-${name}`, files: storyFiles, theme, viewport: WIDE }, async (opened) => {
      ({ server, window } = opened);
      server.script(...storyAnswers(reads));
      chat = await window.openChat();
      // room for the chat and the dialog side by side in a narrow window
      await window.run('View: Toggle Primary Side Bar Visibility');
    });

    /** In this window and in a narrow one, each with a picture. */
    const look = async (moment: string, frames: readonly Frame[]): Promise<void> => {
      for (const frame of frames) await assertLooksRight(frame);
      await window.screenshot(`story-${moment}-${name}`);
      await lookNarrow(window, `story-${moment}-${name}`, frames);
    };

    it('routes a question to Ask, which reads and answers', async () => {
      await window.say(said.question);
      await chat.locator('.foot').waitFor();
      assert.deepEqual(await seen(chat, '.route'), ['Orchestrator hands over to Ask asks how it works · high']);
      assert.deepEqual(await seen(chat, '.tool'), ['Read README.md']);
      assert.equal((await seen(chat, '.answer')).at(-1), 'Ask: It counts hits by key, in a window of time. See README.md.');
    });

    it('refuses Architect the code without a question, and asks about its plan', async () => {
      await window.say(said.task);
      const dialog = await window.approval();
      assert.equal(await dialog.locator('h1').innerText(), 'Create docs/plan.md?');
      assert.equal((await seen(chat, '.route')).at(-1), 'Ask hands over to Architect a plan is wanted');
      const [, refused = '', asked = ''] = await seen(chat, '.tool');
      assert.match(refused, REFUSED);
      assert.match(asked, /^Create docs\/plan\.md\? \+3 .*Approve Edit… Reject… Allow from now on… Open$/);
      assert.equal(await window.approvalTab.count(), 1);
      assert.equal(window.read(LIMITER), storyFiles[LIMITER]);
      assert.equal(window.exists('docs/plan.md'), false);
      await look('refused', [chat, dialog]);
      await approve(window, dialog);
    });

    it('shows Coder’s plan on the input, and what the person writes meanwhile as queued', async () => {
      const plan = chat.getByRole('region', { name: 'Plan' });
      await plan.getByText('Read the code').waitFor();
      assert.match(await plan.innerText(), /1 of 3/);
      assert.equal(window.read('docs/plan.md'), PLAN);
      assert.equal((await seen(chat, '.route')).at(-1), 'Architect hands over to Coder the plan is written');
      const input = chat.locator('.input textarea');
      await input.click();
      await window.page.keyboard.insertText(said.meanwhile);
      await window.page.keyboard.press('Enter');
      const queued = chat.getByRole('list', { name: 'Queued messages' });
      await queued.getByText(said.meanwhile).waitFor();
      assert.equal(await input.inputValue(), '');
      assert.equal(await chat.locator('.user').count(), 2);
      await plan.getByRole('button', { name: 'Plan', exact: true }).click();
      await chat.locator('.plan li').first().waitFor();
      assert.deepEqual(await seen(chat, '.plan li'), ['In progress: Read the code', 'Change the comparison', 'Say what changed']);
      await look('queued', [chat]);
      answerReads(undefined);
      await queued.waitFor({ state: 'detached' });
    });

    it('reads, is mended by its model where a file is missing, and asks before it writes', async () => {
      const dialog = await window.approval();
      await dialog.locator('h1', { hasText: `Edit ${LIMITER}?` }).waitFor();
      assert.deepEqual((await seen(chat, '.user')).slice(1), [`You: ${said.task}`, `You: ${said.meanwhile}`]);
      const rows = await seen(chat, '.tool');
      assert.deepEqual(rows.slice(2, -1), [
        'Created docs/plan.md +3',
        'Read docs/plan.md',
        `Read ${LIMITER}`,
        'Could not read src/limits.ts Failed src/limits.ts does not exist.',
        'Read src/window.ts',
      ]);
      assert.deepEqual(await seen(chat, '.plan li'), ['Done: Read the code', 'In progress: Change the comparison', 'Say what changed']);
      assert.equal(window.read(LIMITER), storyFiles[LIMITER]);
      await look('write', [chat, dialog]);
      await approve(window, dialog);
    });

    it('answers, with everything done', async () => {
      await chat.locator('.foot').nth(1).waitFor();
      assert.equal((await seen(chat, '.answer')).at(-1), 'Coder: The limiter let one call too many through. hits < limit excludes it now; the signature is as it was.');
      assert.equal((await seen(chat, '.tool')).at(-1), `Edited ${LIMITER} +1 −1`);
      // nothing more to follow: it is folded
      assert.match(await chat.getByRole('region', { name: 'Plan' }).innerText(), /Say what changed\s+Step\s+3 of 3/);
      assert.equal(window.read(LIMITER), FIXED);
      await look('done', [chat]);
    });

    it('is given back to the orchestrator by the person, and routed again', async () => {
      const agent = chat.getByRole('combobox', { name: 'Agent' });
      await agent.click();
      await chat.getByRole('option', { name: /^Universal/ }).waitFor();
      assert.deepEqual(
        (await seen(chat, '[role="option"]')).map((option) => option.split(' ')[0]),
        ['Auto', 'Coder', 'Architect', 'Debug', 'Ask', 'Universal'],
      );
      await look('agents', [chat]);
      await chat.getByRole('option', { name: /^Auto/ }).click();
      await agent.getByText('Auto').waitFor();
      await window.say(said.after);
      await chat.locator('.foot').nth(2).waitFor();
      assert.deepEqual((await seen(chat, '.route')).slice(3), ['Coder hands over to Auto you chose', 'Orchestrator hands over to Ask asks about the limit · high']);
      await look('over', [chat]);
    });

    it('is in the database as it was told, without an orphan', () => {
      const journal = journalOf(window);
      assert.deepEqual(linesOf(journal), STORY);
      assert.deepEqual(orphans(journal), []);
      assert.equal(server.served, storyAnswers(reads).length);
    });
  });
}
