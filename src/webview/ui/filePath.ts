import { html } from 'lit-html';
import type { TemplateResult } from 'lit-html';
import { visiblePath } from './visibleText.ts';

/** A path whose folder part may be cut or hidden where there is no room; the file name stays. */
export function filePath(path: string): TemplateResult {
  const split = path.lastIndexOf('/', path.length - 2) + 1;
  const folder = path.slice(0, split);
  return html`<span class="path"
    >${folder === '' ? '' : html`<span class="dir">${visiblePath(folder)}</span>`}<span class="base">${visiblePath(path.slice(split))}</span></span
  >`;
}
