import { html } from 'lit-html';
import type { TemplateResult } from 'lit-html';

/**
 * What cannot be seen, or changes how its neighbours are drawn: controls, zero-width and bidi
 * characters, invisible fillers, lone surrogates, private-use characters. A variation selector
 * after a pictograph is part of an emoji and stays.
 */
const hidden = /(?<!\p{Extended_Pictographic})\ufe0f|[^\P{Default_Ignorable_Code_Point}\ufe0f]|[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/gu;

export type VisibleText = string | (string | TemplateResult)[];

/** "U+200B" for a zero-width space. */
function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/**
 * Text in which nothing can trick the eye: every hidden character is drawn as its boxed code point.
 * `block` text keeps tabs and line feeds; in a `line` they are shown as code points too.
 */
export function visibleText(text: string, layout: 'line' | 'block' = 'line'): VisibleText {
  const parts: (string | TemplateResult)[] = [];
  let end = 0;
  for (const match of text.matchAll(hidden)) {
    const [character] = match;
    if (layout === 'block' && (character === '\t' || character === '\n')) continue;
    if (match.index > end) parts.push(text.slice(end, match.index));
    parts.push(html`<span class="cp">${codePoint(character)}</span>`);
    end = match.index + character.length;
  }
  if (end === 0) return text;
  if (end < text.length) parts.push(text.slice(end));
  return parts;
}

/** The same as plain text, for names and announcements. */
export function spokenText(text: string): string {
  return text.replace(hidden, (character) => (/\s/.test(character) ? ' ' : ` ${codePoint(character)} `));
}
