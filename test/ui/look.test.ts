import * as assert from 'node:assert/strict';
import type { Frame } from 'playwright-core';
import { routeToCoder } from '../support/modelServer.ts';
import { assertLooksRight, NARROW, WIDE } from '../support/ui/look.ts';
import { useModelWindow } from '../support/ui/modelWindow.ts';
import type { TestWindow } from '../support/ui/TestWindow.ts';

const source = `import { clamp } from './math';

export function page(items: string[], index: number, size: number): string[] {
  const last = Math.ceil(items.length / size) - 1;
  const at = clamp(index, 0, last);
  return items.slice(at * size, at * size + size - 1);
}
`;
const changed = source.replace('at * size + size - 1', '(at + 1) * size').replace("import { clamp } from './math';", "import { clamp } from './math/aRatherLongNameOfAModuleThatMustBreakSomewhere';");
const file = 'src/components/pagination/page.ts';
const answer = `The last item of every page was left out. I changed the end of the slice:

1. **before**: \`at * size + size - 1\`
2. **now**: \`(at + 1) * size\`

| page | items before | items now |
| --- | --- | --- |
| 1 | 0–8 | 0–9 |
| 2 | 10–18 | 10–19 |

\`\`\`ts
return items.slice(at * size, (at + 1) * size);
\`\`\`

> See [page.ts](${file}), and [the manual](https://example.com/a/long/address/that/goes/on/and/on/and/on.html).`;

for (const [theme, name] of [
  ['Default Dark Modern', 'dark'],
  ['Default Light Modern', 'light'],
  ['Default High Contrast Light', 'hc-light'],
] as const) {
  describe(`What a person sees, in ${name}`, () => {
    let window: TestWindow;
    useModelWindow({ name: `look-${name}`, files: { [file]: source, 'README.md': '# Shop\n' }, theme, viewport: WIDE }, ({ server, window: opened }) => {
      window = opened;
      server.script(
        routeToCoder,
        { text: 'I look at the function first.', toolCalls: [{ name: 'read_file', arguments: JSON.stringify({ path: file }) }] },
        {
          text: 'The slice ends one item early.',
          toolCalls: [
            { name: 'read_file', arguments: '{"path":"src/missing.ts"}' },
            { name: 'write_file', arguments: JSON.stringify({ path: file, content: changed }) },
          ],
        },
        { text: answer, usage: { prompt_tokens: 18_400, completion_tokens: 1_100 } },
      );
    });

    /** Pictures of both widths; in each everything fits, and axe is content. */
    const look = async (state: string, frames: () => Promise<Frame[]>): Promise<void> => {
      for (const [width, viewport] of [
        ['wide', WIDE],
        ['narrow', NARROW],
      ] as const) {
        await window.page.setViewportSize(viewport);
        for (const frame of await frames()) await assertLooksRight(frame);
        await window.screenshot(`look-${state}-${name}-${width}`);
      }
      await window.page.setViewportSize(WIDE);
    };

    it('shows an empty chat', async () => {
      await window.openChat();
      await window.run('View: Toggle Primary Side Bar Visibility');
      await look('empty', async () => [await window.chat()]);
    });

    it('shows a question in the chat and in its dialog, decided by keyboard alone', async () => {
      await window.say('Every page of the list misses its last item. Fix it, and say what you changed.');
      const dialog = await window.approval();
      await look('question', async () => [await window.chat(), await window.approval()]);
      await window.page.keyboard.press('Control+2');
      await dialog.locator('h1:focus').waitFor();
      // nothing decides by a plain Enter on opening
      await window.page.keyboard.press('Enter');
      while ((await dialog.evaluate('document.activeElement.textContent.trim()')) !== 'Approve') await window.page.keyboard.press('Tab');
      assert.equal(window.read(file), source);
      await window.screenshot(`look-focus-${name}`);
      await window.page.keyboard.press('Enter');
      const chat = await window.chat();
      await chat.locator('.foot').waitFor();
      assert.equal(window.read(file), changed);
      // the dialog is gone: the person goes on in the chat
      await chat.locator('textarea:focus').waitFor();
    });

    it('shows the whole turn, with a change unfolded by keyboard', async () => {
      const chat = await window.chat();
      const row = chat.getByRole('button', { name: /^Edited/ });
      await row.focus();
      await window.page.keyboard.press('Enter');
      await chat.locator('.diff').waitFor();
      await look('turn', async () => [await window.chat()]);
    });
  });
}
