import { html, nothing } from 'lit-html';
import type { TemplateResult } from 'lit-html';
import { guard } from 'lit-html/directives/guard.js';
import type { ToolItem, WaitingApproval } from '../../../protocol/webview.ts';
import { diff } from '../../ui/diff.ts';
import { icon } from '../../ui/icon.ts';
import { lineCounts } from '../../ui/lineCounts.ts';
import { spokenText, visiblePath, visibleText } from '../../ui/visibleText.ts';
import type { CardState } from '../Cards.ts';
import type { ChatContext } from '../ChatContext.ts';
import { deadlineWords, isSoon } from '../deadline.ts';
import { objectKind, requestVerb, requestWords, spokenObject } from './toolWords.ts';

/** A change of more lines scrolls in the card; one of long lines does so as well. */
const TALL_ROWS = 12;
const TALL_TEXT = 300;

function due(left: number | undefined): TemplateResult | typeof nothing {
  if (left === undefined) return nothing;
  const soon = isSoon(left);
  return html`<span class="due num ${soon ? 'soon' : ''}" title="Then it counts as rejected"
    >${icon('clockface', { small: true, tone: soon ? 'attention' : 'muted' })}<span>${deadlineWords(left)}<span class="opt"> left</span></span></span
  >`;
}

function change({ diff: view }: ToolItem): unknown {
  if (view === undefined || view.rows.length === 0) return nothing;
  const length = view.rows.reduce((sum, row) => sum + ('spans' in row ? row.spans.reduce((all, { text }) => all + text.length, 0) : 0), 0);
  return diff(view, { tallFrom: length > TALL_TEXT ? 0 : TALL_ROWS });
}

/** The rule that asks; quiet. */
function rule({ rule: text }: WaitingApproval): TemplateResult {
  return html`<div class="rule">${visibleText(text)}</div>`;
}

/** The second half of a double click. */
const isSecond = (event: MouseEvent): boolean => event.detail > 1;

function approveButton({ approvalId }: WaitingApproval, { ready, pressed }: CardState, context: ChatContext): TemplateResult {
  return html`<button
    type="button"
    class="btn primary approve"
    aria-disabled=${ready && !context.lost ? 'false' : 'true'}
    @pointerdown=${() => context.beginApprove(approvalId)}
    @keydown=${(event: KeyboardEvent) => {
      // a key that is held down from elsewhere decides nothing
      if (event.repeat) event.preventDefault();
    }}
    @click=${(event: MouseEvent) => {
      if (!isSecond(event)) context.approve(approvalId, { pointer: event.detail > 0 });
    }}
  >
    ${pressed ? 'Approving…' : 'Approve'}
  </button>`;
}

function buttons(approval: WaitingApproval, state: CardState, context: ChatContext): TemplateResult {
  const { approvalId, source } = approval;
  const open = (label: string, kind: string, panel?: 'edit' | 'reject' | 'allow'): TemplateResult => {
    const press = (event: MouseEvent): void => {
      if (!isSecond(event) && !state.pressed) context.openApproval(approvalId, panel);
    };
    return html`<button type="button" class="btn ${kind}" aria-disabled=${state.pressed ? 'true' : nothing} @click=${press}>${label}</button>`;
  };
  return html`<div class="btns">
    ${approveButton(approval, state, context)}${open('Edit…', '', 'edit')}${open('Reject…', '', 'reject')}
    <span class="more"
      >${source === 'protected' ? nothing : open('Allow from now on…', 'link', 'allow')}${open('Open', 'link')}</span
    >
  </div>`;
}

/** The call that waits is decided in another window, or nowhere. */
function readOnly({ elsewhere }: ChatContext): string {
  return elsewhere ? 'Waiting in another window' : 'Nothing came of this';
}

/** A call that waits for the person: the question, why it is asked, the whole of what would be done, and the decision. */
export function approvalCard(item: ToolItem, context: ChatContext): TemplateResult {
  const approval = context.here ? item.approval : undefined;
  const state = context.card(item);
  const path = spokenObject(item);
  return html`<div
    class="tool card ask"
    data-state="waiting"
    data-tool=${item.tool}
    data-approval=${approval?.approvalId ?? nothing}
    role="group"
    aria-label="Approval needed: ${requestWords(item)} ${path}"
  >
    <div class="q" tabindex="-1">
      ${icon('shield', { tone: 'asks' })}
      <span class="grow"
        ><span class="strong">${requestVerb(item)} ${objectKind(item) === 'words' ? path : visiblePath(item.object)}?</span> ${item.diff === undefined ? nothing : lineCounts(item.diff)}</span
      >
      ${approval === undefined ? nothing : due(state.left)}
    </div>
    <div class="why">${approval === undefined ? readOnly(context) : html`<div>${visibleText(item.note ?? 'Waiting for you')}</div>${rule(approval)}`}</div>
    ${guard([item.diff], () => change(item))}
    ${state.problem === undefined || approval === undefined ? nothing : html`<div class="refusal">${icon('error', { tone: 'bad' })}<span class="grow">${spokenText(state.problem)}</span></div>`}
    ${approval === undefined ? nothing : buttons(approval, state, context)}
  </div>`;
}
