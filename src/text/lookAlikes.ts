/**
 * Characters that look like others in a path or a command, from the Unicode consortium's list of confusables (UTS #39, version 17), as far as
 * they look like ASCII. Written as escapes: the host's bundles are ASCII.
 */

/** Letters and digits that are drawn as ASCII ones are. Letters that a language of our time writes among ASCII letters (\u00fe) are not here. */
const TWINS = [
  // Latin: letters of phonetics and of old spellings, small capitals
  '\\u0131\\u017f\\u0184\\u018d\\u0192\\u0196\\u01a6\\u01a7\\u01b7\\u01bc\\u01bd\\u01bf\\u01c0\\u021c\\u0222\\u0223\\u0237\\u0251\\u0261\\u0262\\u0263\\u0269\\u026a\\u026f\\u0274\\u0280\\u028b\\u028f\\u0299\\u029c\\u029f',
  '\\u1d00-\\u1d2b\\u1d83\\u1d8c\\u1e9d\\u1eff\\ua730\\ua731\\ua75a\\ua76a\\ua76e\\ua798\\ua799\\ua79f\\ua7ab\\ua7b2-\\ua7b4\\uab30-\\uab64',
  // Greek
  '\\u037a\\u037f\\u0391\\u0392\\u0395-\\u0397\\u0399\\u039a\\u039c\\u039d\\u039f\\u03a1\\u03a4\\u03a5\\u03a7\\u03b1\\u03b3\\u03b9\\u03ba\\u03bd\\u03bf\\u03c1\\u03c3\\u03c5\\u03d2\\u03dc\\u03f1-\\u03f3\\u03f8-\\u03fa\\u1fbe',
  // Cyrillic
  '\\u0405\\u0406\\u0408\\u0410\\u0412\\u0415\\u0417\\u041a\\u041c-\\u041e\\u0420-\\u0423\\u0425\\u042c\\u0430\\u0431\\u0433\\u0435\\u043e\\u0440\\u0441\\u0443\\u0445\\u0448\\u0455\\u0456\\u0458\\u0461\\u0474\\u0475\\u04ae\\u04af\\u04bb\\u04bd\\u04c0\\u04cf\\u04e0\\u0501\\u050c\\u051b-\\u051d\\ua644\\ua647',
  // Armenian, Georgian, Cherokee
  '\\u054d\\u054f\\u0555\\u0561\\u0563\\u0566\\u0570\\u0578\\u057c\\u057d\\u0581\\u0582\\u0584\\u0585\\u10e7\\u10ff',
  '\\u13a0-\\u13a2\\u13a5\\u13a9-\\u13ac\\u13b3\\u13b7\\u13bb\\u13bd\\u13c0\\u13c2\\u13c3\\u13ce\\u13cf\\u13d2\\u13d4\\u13d5\\u13d9\\u13da\\u13de\\u13df\\u13e2\\u13e6\\u13e7\\u13ee\\u13f3\\u13f4\\uab75\\uab81\\uab83\\uab93\\uaba9\\uabaa\\uabaf',
  // Canadian syllabics, Tifinagh, Lisu, Osage, Miao
  '\\u142f\\u144c\\u146d\\u146f\\u1472\\u148d\\u14aa\\u14bf\\u1541\\u157c\\u157d\\u1587\\u15af\\u15b4\\u15c5\\u15de\\u15ea\\u15f0\\u15f7\\u2d38\\u2d39\\u2d4f\\u2d54\\u2d55\\u2d5d',
  '\\ua4d0-\\ua4f7\\u{104b4}\\u{104c2}\\u{104ce}\\u{104d2}\\u{104ea}\\u{104f6}\\u{16f08}\\u{16f0a}\\u{16f16}\\u{16f28}\\u{16f35}\\u{16f3a}\\u{16f3b}\\u{16f40}\\u{16f42}\\u{16f43}',
  // letters as signs, Roman numerals, full width, mathematical letters and digits, digits of a display
  '\\u2102\\u210a-\\u2113\\u2115\\u2119-\\u211d\\u2124\\u2128\\u212a\\u212c-\\u2131\\u2133\\u2134\\u2139\\u213d\\u2145-\\u2149\\u2160-\\u217f\\uff10-\\uff19\\uff21-\\uff3a\\uff41-\\uff5a\\u{1d400}-\\u{1d7ff}\\u{1fbf0}-\\u{1fbf9}',
  // scripts that nobody writes any more
  ...['Carian', 'Coptic', 'Deseret', 'Elbasan', 'Gothic', 'Lycian', 'Old_Italic', 'Runic', 'Warang_Citi'].map((script) => `\\p{Script=${script}}`),
].join('');

/** Beside ASCII letters also these deceive: a word of two scripts is none. */
const STRANGERS = `${TWINS}\\p{Script=Cyrillic}\\p{Script=Armenian}\\p{Script=Cherokee}\\p{Script=Lisu}\\u05d5\\u05d8\\u05df\\u05e1\\u0627\\u0647\\u06be\\u06c1\\u06d5\\ufba6-\\ufbad\\ufe8d\\ufe8e\\ufee9-\\ufeec\\u07c0\\u07ca\\u3007\\u0b20\\u0d1f\\u0d20\\u1004\\u101d\\u105a\\u1200\\u12d0`;

/** Look like `/`, `\`, `:`, or `.`; and spaces that are not the one on the keyboard. */
const SIGNS = [
  '\\u1735\\u2041\\u2044\\u2215\\u2571\\u27cb\\u29f8\\u31d3\\u3033\\u2f03\\uff0f\\u{1d23a}',
  '\\u2216\\u2572\\u27cd\\u29f5\\u29f9\\ufe68\\uff3c',
  '\\u02d0\\u02f8\\u0589\\u05c3\\u0703\\u0704\\u16ec\\u1803\\u1809\\u205a\\u2236\\ua4fd\\ua789\\ufe13\\ufe30\\ufe55\\uff1a',
  '\\u0701\\u0702\\u2024-\\u2026\\ua4f8\\ua4fa\\ua60e\\ufe52\\uff0e\\u{10a50}',
  '\\u212e\\u2373\\u2374\\u237a\\u23fd',
  '\\u00a0\\u1680\\u2000-\\u200a\\u202f\\u205f\\u3000',
].join('');

/** Marks that draw a line through a letter, a dot that an i or j has already, and marks on nothing. */
const MARKS = '[\\u0334-\\u0338\\u20d0-\\u20df\\u20e1-\\u20e2\\u20e4-\\u20f0]|\\u{1d16d}|(?<=[ij])\\u0307|(?<![\\p{L}\\p{N}\\p{M}\\p{Extended_Pictographic}\\p{Emoji_Modifier}])\\p{M}';
/** A space at an end of a name, or one after the other. */
const SPACES = '(?<=^|[ /\\\\]) | (?=$|[/\\\\])';

interface Patterns {
  word: RegExp;
  twins: RegExp;
  strangers: RegExp;
  signs: RegExp;
}
let made: Patterns | undefined;

/** Made when the first text beyond ASCII comes: most paths need none of it. */
function patterns(): Patterns {
  return (made ??= {
    word: /[\p{L}\p{N}\p{M}]+/gu,
    twins: new RegExp(`^[${TWINS}\\p{M}0-9]+$`, 'u'),
    strangers: new RegExp(`[${STRANGERS}]|(?![0-9])\\p{Nd}`, 'gu'),
    signs: new RegExp(`[${SIGNS}]|${MARKS}|${SPACES}`, 'gu'),
  });
}

const PLAIN = /^(?! )(?:[!-.0-[\]-~]|[/\\](?! )| (?![ /\\]|$))*$/;

/** Where characters of a path or a command look like others, in their order. */
export function lookAlikes(text: string): { index: number; character: string }[] {
  if (PLAIN.test(text)) return [];
  const { word, strangers, twins, signs } = patterns();
  const found = [...text.matchAll(signs)].map(({ index, 0: character }) => ({ index, character }));
  for (const { index: start, 0: letters } of text.matchAll(word)) {
    if (!/[a-z]/i.test(letters) && !(twins.test(letters) && /[^\p{M}0-9]/u.test(letters))) continue;
    for (const { index, 0: character } of letters.matchAll(strangers)) found.push({ index: start + index, character });
  }
  return found.sort((a, b) => a.index - b.index);
}
