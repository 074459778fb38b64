import { html } from 'lit-html';
import type { TemplateResult } from 'lit-html';
import { plainPath, plainText, textParts, type TextOptions } from '../../text/hiddenText.ts';

export type VisibleText = string | (string | TemplateResult)[];

/**
 * Text in which nothing can trick the eye: every hidden character is drawn as its boxed code point.
 * `block` text keeps tabs and line feeds; in a `line` they are shown as code points too.
 */
export function visibleText(text: string, layout: 'line' | 'block' = 'line'): VisibleText {
  return drawn(text, { layout });
}

/** A path or a command: characters that look like others are drawn as their code points too. */
export function visiblePath(path: string, layout: 'line' | 'block' = 'line'): VisibleText {
  return drawn(path, { layout, paths: true });
}

/** The same as plain text, for names and announcements. */
export function spokenText(text: string): string {
  return plainText(text);
}

export function spokenPath(path: string): string {
  return plainPath(path);
}

function drawn(text: string, options: TextOptions): VisibleText {
  const parts = textParts(text, options).map((part) => ('text' in part ? part.text : html`<span class="cp">${part.codePoint}</span>`));
  const [only = ''] = parts;
  return parts.length < 2 && typeof only === 'string' ? only : parts;
}
