import { html, nothing } from 'lit-html';
import type { TemplateResult } from 'lit-html';
import { ref } from 'lit-html/directives/ref.js';
import { repeat } from 'lit-html/directives/repeat.js';
import type { ChatState, QueuedMessage } from '../../../protocol/webview.ts';
import { icon } from '../../ui/icon.ts';
import { spokenText, visibleText } from '../../ui/visibleText.ts';

export interface QueueActions {
  edit: (messageId: string) => void;
  remove: (messageId: string) => void;
}

/** When a queued message goes; where another window has the session, that is its. */
export function queuedWords({ owner, turn }: Pick<ChatState, 'owner' | 'turn'>): string {
  if (owner !== 'here') return 'Queued';
  return turn === 'idle' ? 'Queued, goes with your next message' : 'Queued, goes with the next step';
}

/** On one line. */
export const oneLine = (text: string): string => text.trim().replace(/\s+/g, ' ');

function queuedRow({ messageId, text }: QueuedMessage, words: string, actions: QueueActions | undefined): TemplateResult {
  const line = oneLine(text);
  return html`<li class="h">
    ${icon('clockface', { tone: 'muted' })}<span class="ell grow" title="${words}: ${spokenText(line)}"><span class="sr">${words}: </span>${visibleText(line)}</span>
    <span class="quiet small opt" aria-hidden="true">${words}</span>
    ${actions === undefined
      ? nothing
      : html`<button type="button" class="ib" aria-label="Edit queued message: ${spokenText(line)}" title="Edit Queued Message" @click=${() => actions.edit(messageId)}>${icon('edit')}</button
          ><button type="button" class="ib" aria-label="Remove queued message: ${spokenText(line)}" title="Remove Queued Message" @click=${() => actions.remove(messageId)}>${icon('close')}</button>`}
  </li>`;
}

/** The messages that wait to be sent; without `actions` they are only shown, and the list itself is what the keyboard scrolls. */
export function queueRows(state: ChatState, actions: QueueActions | undefined, list: (element: Element | undefined) => void): TemplateResult | typeof nothing {
  const { queue } = state;
  if (queue.length === 0) return nothing;
  const words = queuedWords(state);
  return html`<ul ${ref(list)} class="stack queue" aria-label="Queued messages" tabindex=${actions === undefined ? '0' : nothing}>
    ${repeat(
      queue,
      ({ messageId }) => messageId,
      (message) => queuedRow(message, words, actions),
    )}
  </ul>`;
}
