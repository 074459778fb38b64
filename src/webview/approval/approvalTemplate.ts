import { html, nothing } from 'lit-html';
import type { TemplateResult } from 'lit-html';
import type { Words } from '../../protocol/approvalWebview.ts';
import { agentName } from '../ui/agent.ts';
import { connectionLost } from '../ui/connectionLost.ts';
import { clock } from '../ui/format.ts';
import { icon } from '../ui/icon.ts';
import { spokenText, visiblePath, visibleText } from '../ui/visibleText.ts';
import { actions } from './actions.ts';
import { allowPanel } from './allowPanel.ts';
import { contentBox } from './contentBox.ts';
import { deadlineWords } from './Deadline.ts';
import { editPanel } from './editPanel.ts';
import type { ApprovalPage } from './page.ts';
import { rejectPanel } from './rejectPanel.ts';

function wordsOf(words: Words): unknown {
  return words.map((part) => (typeof part === 'string' ? visibleText(part) : html`<code>${visiblePath(part.code)}</code>`));
}

/** How long it waits, counted down for the eye alone: who listens is told when little is left. */
function deadline({ leftMs, closed }: ApprovalPage): unknown {
  if (leftMs === undefined || closed !== undefined) return nothing;
  const { text, soon } = deadlineWords(leftMs);
  return html`<span class="due ${soon ? 'soon' : ''}" aria-hidden="true">${icon('clockface', { small: true, tone: soon ? 'attention' : 'plain' })}${text}</span>`;
}

/** The same as a point in time, which does not move. */
function spokenDeadline({ approval: { askedAt, leftMs }, closed, now }: ApprovalPage): unknown {
  if (leftMs === undefined || closed !== undefined) return nothing;
  return html`<span class="sr">, waits until ${clock(new Date(Date.parse(askedAt) + leftMs), now)}, then it counts as rejected</span>`;
}

function heading(page: ApprovalPage): TemplateResult {
  const { approval, now, panel } = page;
  const title = panel === 'edit' ? 'Edit what it does' : approval.title;
  return html`<header>
    <div class="title">
      <h1 tabindex="-1">${visiblePath(title)}</h1>
      ${deadline(page)}
    </div>
    <p class="asked">
      ${agentName(approval.agent)} · ${visibleText(approval.sessionTitle, 'block')} · asked at
      <time datetime=${approval.askedAt}>${clock(new Date(approval.askedAt), now)}</time>${spokenDeadline(page)}
    </p>
  </header>`;
}

/** Why the person is asked once more: quiet, over the question. */
function again(reason: string): TemplateResult {
  return html`<section class="again" aria-label="Asked again">${icon('history', { tone: 'asks' })}<p class="grow">${visibleText(reason)}</p></section>`;
}

function why({ approval: { why: reasons }, panel: shown, form }: ApprovalPage): TemplateResult {
  // of what stands in the form, where the person has changed it
  const checked = shown === 'edit' && form.changed ? form.shown?.checked : reasons.checked;
  return html`<section aria-labelledby="why">
    <h2 id="why">Why you are asked</h2>
    <dl class="kv why">
      <dt>Rule</dt>
      <dd>${wordsOf(reasons.rule)}</dd>
      ${checked === undefined
        ? nothing
        : html`<dt>Also checked</dt>
            <dd>${wordsOf(checked)}</dd>`}
      <dt>Bound to</dt>
      <dd>${wordsOf(reasons.boundTo)}</dd>
    </dl>
  </section>`;
}

function argumentList({ approval, argumentsOpen, on }: ApprovalPage): TemplateResult {
  const values = approval.arguments.map(
    ({ name, value }) => html`<dt>${visibleText(name)}</dt>
      <dd><pre class="value" tabindex="0" role="group" aria-label="Value of ${spokenText(name)}">${visibleText(value, 'block')}</pre></dd>`,
  );
  return html`<section class="arguments" aria-label="Arguments">
    <button type="button" class="fold" aria-expanded=${argumentsOpen ? 'true' : 'false'} @click=${on.arguments}>
      ${icon(argumentsOpen ? 'chevron-down' : 'chevron-right', { small: true })}<span class="verb">Arguments</span>
      <span class="ell">${visibleText(approval.arguments.map(({ name }) => name).join(', '))}</span>
    </button>
    ${argumentsOpen ? html`<dl class="kv">${values}</dl>` : nothing}
  </section>`;
}

function body(page: ApprovalPage): unknown {
  if (page.panel === 'edit') return html`${editPanel(page)}${why(page)}`;
  // what makes no change is shown by its arguments already
  return html`${contentBox(page, page.approval)}${why(page)}${page.approval.diff === undefined ? nothing : argumentList(page)}`;
}

function panel(page: ApprovalPage): unknown {
  if (page.panel === 'reject') return rejectPanel(page);
  return page.panel === 'allow' && page.allow !== undefined ? allowPanel(page, page.allow) : nothing;
}

/** The dialog's page: the question, what would be done, the reasons; the actions stay at the bottom. */
export function approvalTemplate(page: ApprovalPage): TemplateResult {
  return html`<div class="approval">
    ${page.lost ? connectionLost() : nothing}${page.approval.again === undefined ? nothing : again(page.approval.again)}
    <main class="scroll">
      <div class="dlg">${heading(page)}${body(page)}</div>
    </main>
    ${panel(page)}${actions(page)}
  </div>`;
}
