import * as assert from 'node:assert/strict';
import { plainPath, plainText, textParts } from '../../../src/text/hiddenText.ts';
import { foreignPath, foreignText } from '../../../src/vscode/foreignText.ts';

describe('Text of others, made plain', () => {
  const texts: [what: string, text: string, plain: string][] = [
    ['words as they are', 'Ein Wort, \u043a\u043e\u0442, caf\u00e9', 'Ein Wort, \u043a\u043e\u0442, caf\u00e9'],
    ['no letter that looks like another, outside of a path', 'p\u0430ypal', 'p\u0430ypal'],
    ['what turns text around', 'a\u202eb', 'a U+202E b'],
    ['what has no width', 'co\u200bder', 'co U+200B der'],
    ['blank letters', 'a\u2800b\u3164', 'a U+2800 b U+3164 '],
    ['half of a character', 'a\ud800b', 'a U+D800 b'],
    ['an emoji whole', 'a \u2764\ufe0f b', 'a \u2764\ufe0f b'],
    ['a selector without one', 'a\ufe0f', 'a U+FE0F '],
    ['lines as one', 'a\r\n\tb\u2028c', 'a   b c'],
    ['controls', 'a\u001b[2Kb\u0000', 'a U+001B [2Kb U+0000 '],
  ];
  for (const [what, text, plain] of texts) {
    it(`show ${what}`, () => {
      assert.equal(plainText(text), plain);
    });
  }

  it('keeps tabs and line feeds in a block, and nothing else that is hidden', () => {
    assert.deepEqual(textParts('a\tb\nc\rd', { layout: 'block' }), [{ text: 'a\tb\nc' }, { codePoint: 'U+000D' }, { text: 'd' }]);
    assert.equal(plainText('a\nb\u2066', { layout: 'block' }), 'a\nb U+2066 ');
  });

  it('gives no part for no text', () => {
    assert.deepEqual(textParts(''), []);
    assert.equal(plainPath(''), '');
  });

  it('leaves no icon and no link to VS Code', () => {
    assert.equal(foreignText('$(check) [a](command:b)\u202e'), '$\u2060(check) [a]\u2060(command:b) U+202E ');
    assert.equal(foreignPath('$(trash)/s\u0441.md'), '$\u2060(trash)/s U+0441 .md');
  });
});

describe('A path', () => {
  const same = [
    'src/a b/read-me_1.test.ts', '.github/workflows/ci.yml', 'C:\\Users\\me\\a.txt', '(a)[b]{c}~1', '\u043a\u043e\u0442.md', '\u0434\u043e\u043a\u0443\u043c\u0435\u043d\u0442\u044b/\u043f\u043b\u0430\u043d_2.txt', '\u03b5\u03bb\u03bb\u03b7\u03bd\u03b9\u03ba\u03ac/a.md',
    'caf\u00e9/na\u00efve.md', 'cafe\u0301.md', 'stra\u00dfe', '\u00fej\u00f3\u00f0', '\u7b2c\uff11\u7ae0/\u62a5\u544a\uff08\u6700\u7ec8\uff09.md', '\u30c6\u30b9\u30c8.ts', '\u0394t.csv', 'don\u2019t.md', 'a \u2013 b.md', '\u2764\ufe0f.md', '\ud83d\udc4d\ud83c\udffd.md', '\u0e01\u0e33.md',
  ];
  for (const path of same) {
    it(`${path} is shown as it is`, () => {
      assert.equal(plainPath(path), path);
    });
  }

  const tricks: [what: string, path: string, plain: string][] = [
    ['a letter of another script among ASCII letters', 'p\u0430ckage.json', 'p U+0430 ckage.json'],
    ['every letter of another script among ASCII letters', 'Make\u0444\u0430ile', 'Make U+0444  U+0430 ile'],
    ['a word that looks like an ASCII one', '\u0441\u043e\u0440\u0443.ts', ' U+0441  U+043E  U+0440  U+0443 .ts'],
    ['such a word with a digit', '\u0410\u04121', ' U+0410  U+0412 1'],
    ['Greek letters', 'n\u03bfde/v\u03b1r', 'n U+03BF de/v U+03B1 r'],
    ['Armenian letters', 'c\u0585de', 'c U+0585 de'],
    ['Cherokee', '\u13a0\u13a1', ' U+13A0  U+13A1 '],
    ['full width', '\uff21\uff22/\uff10', ' U+FF21  U+FF22 / U+FF10 '],
    ['mathematical letters', '\u{1d41a}\u{1d41b}.ts', ' U+1D41A  U+1D41B .ts'],
    ['Roman numerals', '\u216f\u216d', ' U+216F  U+216D '],
    ['Latin letters that are others', 'f\u0131le/\u0261it/m\u0251in', 'f U+0131 le/ U+0261 it/m U+0251 in'],
    ['digits of other scripts among ASCII letters', 'v\u0661', 'v U+0661 '],
    ['slashes', 'src\u2044a\u2215b\uff0fc\u29f8d', 'src U+2044 a U+2215 b U+FF0F c U+29F8 d'],
    ['backslashes', 'a\u2216b\uff3cc', 'a U+2216 b U+FF3C c'],
    ['dots', 'a\u2024ts/\u2025/b\ufe52c\uff0ed\u2026', 'a U+2024 ts/ U+2025 /b U+FE52 c U+FF0E d U+2026 '],
    ['colons', 'a\ua789b\uff1ac', 'a U+A789 b U+FF1A c'],
    ['spaces', 'a\u00a0b\u2009c\u3000', 'a U+00A0 b U+2009 c U+3000 '],
    ['spaces at the end of a name, and many', '.env /a.md    .exe/ b ', '.env U+0020 /a.md  U+0020  U+0020  U+0020 .exe/ U+0020 b U+0020 '],
    ['what turns it around', 'a\u202egnp.exe', 'a U+202E gnp.exe'],
    ['a line break', 'a\nb\u2028', 'a U+000A b U+2028 '],
    ['a stroke through a letter', 'a\u0338b', 'a U+0338 b'],
    ['a dot on an i', 'gi\u0307t', 'gi U+0307 t'],
    ['a mark on nothing', 'a/\u0301b', 'a/ U+0301 b'],
  ];
  for (const [what, path, plain] of tricks) {
    it(`shows ${what} by their numbers`, () => {
      assert.equal(plainPath(path), plain);
    });
  }

  it('has its folders in their order, where they are written from the right', () => {
    assert.equal(plainPath('src/\u05d0\u05d1/\u05d2.ts'), 'src\u200e/\u200e\u05d0\u05d1\u200e/\u200e\u05d2.ts');
  });

  it('takes no time that grows with the square of its length', () => {
    const long = `${'\u0430 '.repeat(20_000)}${'a/'.repeat(20_000)}${' '.repeat(20_000)}`;
    const begin = process.hrtime.bigint();
    assert.ok(plainPath(long).includes('U+0430'));
    assert.ok(Number(process.hrtime.bigint() - begin) / 1e6 < 2_000);
  });
});
