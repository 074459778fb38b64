import { html, nothing } from 'lit-html';
import type { TemplateResult } from 'lit-html';
import { guard } from 'lit-html/directives/guard.js';
import type { ReasoningItem } from '../../../protocol/webview.ts';
import { icon } from '../../ui/icon.ts';
import { visibleText } from '../../ui/visibleText.ts';
import type { ChatContext } from '../ChatContext.ts';

/** It is text, and no Markdown: long ones are cheap so, and a model thinks in no form. Each paragraph is drawn again only when it changes. */
function paragraphs(text: string): unknown {
  return text
    .trim()
    .split(/\n\s*\n/)
    .map((paragraph) => guard([paragraph], () => html`<p>${visibleText(paragraph, 'block')}</p>`));
}

/** What the model thought: a quiet row, folded until a person wants to read it. */
export function reasoningItem({ id, text, state }: ReasoningItem, open: boolean, context: Pick<ChatContext, 'fold'>): TemplateResult {
  const verb = state === 'streaming' ? 'Thinking' : 'Thought';
  const onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
    event.preventDefault();
    context.fold(id, event.key === 'ArrowRight');
  };
  return html`<div class="tool reasoning ${open ? 'card' : ''}" data-state=${state}>
    <div class="line">
      <button type="button" class="toggle" aria-expanded=${open ? 'true' : 'false'} @click=${() => context.fold(id, !open)} @keydown=${onKey}>
        ${icon('thinking')}<span class="verb">${verb}</span></button
      ><span class="grow"></span>${icon(open ? 'chevron-down' : 'chevron-right', { small: true })}
    </div>
    ${open ? html`<div class="thoughts">${paragraphs(text)}</div>` : nothing}
  </div>`;
}
