import * as assert from 'node:assert/strict';
import { keepFocus } from '../../../../src/webview/ui/keepFocus.ts';
import { FakePage } from '../FakePage.ts';

describe('The focus when the page is drawn', () => {
  const button = {};
  const outside = {};
  const root = { contains: (node: unknown) => node === button };
  let page: FakePage;
  beforeEach(() => {
    page = new FakePage();
    page.install();
  });
  afterEach(() => page.remove());

  for (const [name, before, after, moved] of [
    ['goes to the input where what had it is gone', button, undefined, true],
    ['stays where it is', button, button, false],
    ['is not taken where nothing had it', undefined, undefined, false],
    ['is not taken from what is no part of it', outside, undefined, false],
  ] as const) {
    it(name, () => {
      let isMoved = false;
      page.activeElement = before ?? page.body;
      keepFocus(
        root,
        () => (page.activeElement = after ?? page.body),
        () => (isMoved = true),
      );
      assert.equal(isMoved, moved);
    });
  }
});
