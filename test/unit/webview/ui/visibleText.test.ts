import * as assert from 'node:assert/strict';
import { spokenPath, spokenText, visiblePath, visibleText, type VisibleText } from '../../../../src/webview/ui/visibleText.ts';

/** What is drawn, boxed code points in brackets. */
function drawn(text: VisibleText): string {
  if (typeof text === 'string') return text;
  return text.map((part) => (typeof part === 'string' ? part : `[${part.values.join('')}]`)).join('');
}

describe('Text on a page', () => {
  it('is the text itself where nothing in it deceives', () => {
    for (const text of ['', 'src/a.ts', '\u043a\u043e\u0442']) {
      assert.equal(visibleText(text), text);
      assert.equal(visiblePath(text), text);
    }
  });

  it('has hidden characters boxed; in a path those that look like others too', () => {
    assert.equal(drawn(visibleText('a\u202eb\u200b')), 'a[U+202E]b[U+200B]');
    assert.equal(drawn(visibleText('\u202e')), '[U+202E]');
    assert.equal(drawn(visibleText('p\u0430y')), 'p\u0430y');
    assert.equal(drawn(visiblePath('p\u0430y\u2215')), 'p[U+0430]y[U+2215]');
  });

  it('keeps lines in a block alone', () => {
    assert.equal(drawn(visibleText('a\n\tb', 'block')), 'a\n\tb');
    assert.equal(drawn(visibleText('a\n\tb')), 'a[U+000A][U+0009]b');
    assert.equal(drawn(visiblePath('rm a\nls', 'block')), 'rm a\nls');
  });

  it('is spoken with the same numbers', () => {
    assert.equal(spokenText('a\nb\u200bc'), 'a b U+200B c');
    assert.equal(spokenPath('p\u0430y\n'), 'p U+0430 y U+000A ');
  });
});
