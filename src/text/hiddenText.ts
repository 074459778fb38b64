import { lookAlikes } from './lookAlikes.ts';

/**
 * What cannot be seen, or changes how its neighbours are drawn: controls, zero-width and bidi
 * characters, invisible fillers, lone surrogates, private-use characters. A variation selector
 * after a pictograph is part of an emoji and stays.
 */
const hidden = /(?<!\p{Extended_Pictographic})\ufe0f|[^\P{Default_Ignorable_Code_Point}\ufe0f]|[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\u2800\u{1d159}]/gu;
const ASCII = /^[ -~]*$/;
/** Letters that are written from the right: they turn what is between them around. */
const FROM_THE_RIGHT = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}\u0590-\u08ff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** A piece of a text: as it is, or a character that is shown by its number. */
export type TextPart = { text: string } | { codePoint: string };

export interface TextOptions {
  /** `block` text keeps tabs and line feeds; in a `line` they are shown as code points too. */
  layout?: 'line' | 'block';
  /** It is a path or a command: what looks like another character is shown as well, and the parts of a path stay in their order. */
  paths?: boolean;
}

/** "U+200B" for a zero-width space. */
function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** A text in pieces, in which nothing can trick the eye. The characters that are drawn are those of the text, but for marks that keep a path's parts in order. */
export function textParts(text: string, { layout = 'line', paths = false }: TextOptions = {}): TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  const turned = paths && FROM_THE_RIGHT.test(text);
  const keep = (from: number, to: number): void => {
    if (to > from) parts.push({ text: turned ? ordered(text.slice(from, to)) : text.slice(from, to) });
  };
  for (const { index, character } of found(text, paths)) {
    if (index < end || (layout === 'block' && (character === '\t' || character === '\n'))) continue;
    keep(end, index);
    parts.push({ codePoint: codePoint(character) });
    end = index + character.length;
  }
  keep(end, text.length);
  return parts;
}

/** The same for where only text can be: names, announcements, VS Code's own surfaces. What breaks a line is a space in a line that is no path. */
export function plainText(text: string, options: TextOptions = {}): string {
  const folds = options.layout !== 'block' && options.paths !== true;
  return joined(folds ? text.replace(/[\t-\r\u2028\u2029]/g, ' ') : text, options);
}

/** A path or a command where only text can be. */
export function plainPath(path: string): string {
  return joined(path, { paths: true });
}

function joined(text: string, options: TextOptions): string {
  return textParts(text, options).map((part) => ('text' in part ? part.text : ` ${part.codePoint} `)).join('');
}

function found(text: string, paths: boolean): { index: number; character: string }[] {
  const unseen = ASCII.test(text) ? [] : [...text.matchAll(hidden)].map(({ index, 0: character }) => ({ index, character }));
  return paths ? [...unseen, ...lookAlikes(text)].sort((a, b) => a.index - b.index) : unseen;
}

/** Puts marks of the direction around separators, so that a folder stays before what is in it. */
function ordered(text: string): string {
  return text.replace(/[/\\]/g, '\u200e$&\u200e');
}
