import { html, nothing } from 'lit-html';
import type { TemplateResult } from 'lit-html';
import { guard } from 'lit-html/directives/guard.js';
import type { AnswerItem } from '../../../protocol/webview.ts';
import { agentName } from '../../ui/agent.ts';
import type { ChatContext } from '../ChatContext.ts';
import { markdownBlock } from '../markdown/markdownBlock.ts';
import type { MarkdownDocument } from '../markdown/MarkdownDocument.ts';

/** An answer; `document` is kept from one version of it to the next. */
export function answerItem(item: AnswerItem, document: MarkdownDocument, context: ChatContext): TemplateResult {
  const streaming = item.state === 'streaming';
  const blocks = document.update(item.markdown, !streaming);
  const last = blocks.length - 1;
  return html`<div class="answer" data-state=${item.state}>
    <span class="sr">${agentName(item.agent)}: </span>
    ${blocks.map((block, index) => guard([block, streaming && index === last], () => markdownBlock(block.node, streaming && index === last, context)))}
    ${streaming && last === -1 ? html`<p><span class="caret"></span></p>` : nothing}
    ${item.state === 'interrupted' ? html`<p class="quiet">Stopped here.</p>` : nothing}
  </div>`;
}
