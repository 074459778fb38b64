import { html } from 'lit-html';
import type { TemplateResult } from 'lit-html';
import type { UserItem } from '../../../protocol/webview.ts';

export function userItem({ text }: UserItem): TemplateResult {
  return html`<div class="user"><span class="sr">You: </span>${text}</div>`;
}
