import { html } from 'lit-html';
import type { TemplateResult } from 'lit-html';
import type { ContextCutItem } from '../../../protocol/webview.ts';
import { windowSize } from '../../ui/format.ts';

export function contextCutWords({ results, window }: Pick<ContextCutItem, 'results' | 'window'>): string {
  const left = results === 1 ? '1 result left out or cut: it does' : `${results} results left out or cut: they do`;
  return `${left} not fit the model’s window of ${windowSize(window)} tokens`;
}

/** A line in the transcript: what stands above it is not all that the model gets. */
export function contextCutItem(item: ContextCutItem): TemplateResult {
  return html`<div class="mark" title="The model gets the rest as it is. Your transcript keeps everything."><span class="num">${contextCutWords(item)}</span></div>`;
}
