import { html, nothing } from 'lit-html';
import type { TemplateResult } from 'lit-html';
import type { QuestionItem } from '../../../protocol/webview.ts';
import { agentName } from '../../ui/agent.ts';
import { icon } from '../../ui/icon.ts';
import { visibleText } from '../../ui/visibleText.ts';
import type { ChatContext } from '../ChatContext.ts';

/** One of the choices. Whether a turn goes on is the one thing to do next; an answer to an agent is the person's own. */
function choiceButton(item: QuestionItem, choice: string, primary: boolean, context: ChatContext): TemplateResult {
  const press = (event: MouseEvent): void => {
    // the second half of a double click
    if (event.detail <= 1) context.choose(item.id, choice);
  };
  return html`<button type="button" class="btn ${primary ? 'primary' : ''}" aria-disabled=${context.answerable ? 'false' : 'true'} @click=${press}>
    <span>${visibleText(choice, 'block')}</span>
  </button>`;
}

function waiting(item: QuestionItem, context: ChatContext): TemplateResult {
  const why = context.here ? undefined : context.elsewhere ? 'Waiting in another window' : 'Nothing came of this';
  const buttons = context.here && item.choices.length > 0;
  return html`<div class="question card ask" data-state="waiting" role="group" aria-label="Question of ${agentName(item.agent)}">
    <div class="q" tabindex="-1">
      ${icon('comment-unresolved', { tone: 'asks' })}
      <div class="grow"><span class="strong">${agentName(item.agent)} ${item.free ? 'asks' : 'waits for you'}</span><div class="text">${visibleText(item.question, 'block')}</div></div>
    </div>
    ${why === undefined ? nothing : html`<div class="why">${why}</div>`}
    ${buttons ? html`<div class="btns">${item.choices.map((choice, index) => choiceButton(item, choice, !item.free && index === 0, context))}</div>` : nothing}
  </div>`;
}

/** What was asked and what came of it: quiet, and whole. */
function past(item: QuestionItem): TemplateResult {
  const said = html`<span class="said"><span class="strong">You answered:</span> ${visibleText(item.answer ?? '', 'block')}</span>`;
  return html`<div class="question past" data-state=${item.state}>
    ${icon('comment-unresolved', { tone: 'muted' })}
    <div class="grow">
      <div class="text"><span class="strong">${agentName(item.agent)} asked:</span> ${visibleText(item.question, 'block')}</div>
      <div class="text">${item.state === 'answered' ? said : 'Not answered before the turn ended.'}</div>
    </div>
  </div>`;
}

/** A question to the person: a card while it waits, a quiet row when it is over. */
export function questionItem(item: QuestionItem, context: ChatContext): TemplateResult {
  return item.state === 'waiting' ? waiting(item, context) : past(item);
}
