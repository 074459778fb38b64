import * as assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import type { Frame } from 'playwright-core';
import { projectRoot } from '../projectRoot.ts';
import type { TestWindow } from './TestWindow.ts';

export const WIDE = { width: 1440, height: 900 };
/** Chat and dialog side by side, about 300 pixels each. */
export const NARROW = { width: 640, height: 900 };
const axe = readFileSync(path.join(projectRoot, 'node_modules/axe-core/axe.min.js'), 'utf8');

/** Everything fits into the page's width, and axe-core finds nothing against WCAG 2 A and AA. */
export async function assertLooksRight(frame: Frame): Promise<void> {
  await frame.evaluate('new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))');
  const [content, width] = await frame.evaluate<[number, number]>('[document.documentElement.scrollWidth, document.documentElement.clientWidth]');
  assert.ok(content <= width, `the page is ${content} wide in ${width}`);
  await frame.evaluate(axe);
  // words in the very colour of their ground are "incomplete" to axe: it cannot tell whether they are meant to be seen
  const violations = await frame.evaluate<string[]>(
    `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa'] }).then(({ violations, incomplete }) => {
      const unseen = incomplete.map((rule) => ({ ...rule, nodes: rule.nodes.filter(({ any }) => any.some(({ data }) => data?.messageKey === 'equalRatio')) }));
      return [...violations, ...unseen.filter(({ nodes }) => nodes.length > 0)].map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' | '));
    })`,
  );
  assert.deepEqual(violations, []);
}

/** {@link assertLooksRight} in a narrow window, with a picture; then the window is as it was. */
export async function lookNarrow(window: TestWindow, name: string, frames: readonly Frame[]): Promise<void> {
  const before = window.page.viewportSize();
  await window.page.setViewportSize(NARROW);
  for (const frame of frames) await assertLooksRight(frame);
  await window.screenshot(`${name}-narrow`);
  if (before !== null) await window.page.setViewportSize(before);
}
