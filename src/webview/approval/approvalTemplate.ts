import { html, nothing } from 'lit-html';
import type { TemplateResult } from 'lit-html';
import type { ApprovalView } from '../../protocol/webview.ts';
import { agentName } from '../ui/agent.ts';
import { connectionLost } from '../ui/connectionLost.ts';
import { diff } from '../ui/diff.ts';
import { filePath } from '../ui/filePath.ts';
import { clock } from '../ui/format.ts';
import { icon } from '../ui/icon.ts';
import { lineCounts } from '../ui/lineCounts.ts';
import { spokenText, visibleText } from '../ui/visibleText.ts';

type Decision = 'approve' | 'reject';

export interface ApprovalPage {
  approval: ApprovalView;
  panel: 'decide' | 'reject';
  argumentsOpen: boolean;
  /** The decision that is on its way. */
  sent: Decision | undefined;
  /** Whether the buttons count already. */
  settled: boolean;
  /** Why nothing can be decided here any more. */
  closed: string | undefined;
  /** Nobody hears this page: a click would reach no one. */
  lost: boolean;
  isMac: boolean;
  now: Date;
  feedback: string;
  onFeedback: (text: string) => void;
  onDecide: (decision: Decision) => void;
  onOpenReject: () => void;
  onBack: () => void;
  onArguments: () => void;
}

/** Text with `code` between backticks. */
function withCode(text: string): unknown {
  return text.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${visibleText(part)}</code>` : visibleText(part)));
}

/** Until when it waits. */
function deadline({ approval: { askedAt, timeoutMs }, closed, now }: ApprovalPage): unknown {
  if (timeoutMs === undefined || closed !== undefined) return nothing;
  const end = new Date(Date.parse(askedAt) + timeoutMs);
  return html` · until <time datetime=${end.toISOString()}>${clock(end, now)}</time>, then it counts as rejected`;
}

function heading(page: ApprovalPage): TemplateResult {
  const { approval, now } = page;
  const asked = new Date(approval.askedAt);
  return html`<header>
    <h1 tabindex="-1">${visibleText(approval.title)}</h1>
    <p class="asked">
      ${agentName(approval.agent)} · ${visibleText(approval.sessionTitle, 'block')} · asked at
      <time datetime=${approval.askedAt}>${clock(asked, now)}</time>${deadline(page)}
    </p>
  </header>`;
}

/** Why the person is asked once more: quiet, over the question. */
function again(reason: string): TemplateResult {
  return html`<section class="again" aria-label="Asked again">${icon('history', { tone: 'asks' })}<p class="grow">${visibleText(reason)}</p></section>`;
}

function change({ path, created, diff: view }: ApprovalView): TemplateResult {
  return html`<div class="code diffbox">
    <header title=${spokenText(path)}>${icon(created ? 'new-file' : 'file-code')}${filePath(path)}${lineCounts(view)}</header>
    ${diff(view)}
  </div>`;
}

function why({ why: { rule, checked, boundTo } }: ApprovalView): TemplateResult {
  return html`<section aria-labelledby="why">
    <h2 id="why">Why you are asked</h2>
    <dl class="kv why">
      <dt>Rule</dt>
      <dd>${withCode(rule)}</dd>
      <dt>Also checked</dt>
      <dd>${withCode(checked)}</dd>
      <dt>Bound to</dt>
      <dd>${withCode(boundTo)}</dd>
    </dl>
  </section>`;
}

function argumentList({ approval, argumentsOpen, onArguments }: ApprovalPage): TemplateResult {
  const values = approval.arguments.map(
    ({ name, value }) => html`<dt>${visibleText(name)}</dt>
      <dd><pre class="value" tabindex="0" role="group" aria-label="Value of ${spokenText(name)}">${visibleText(value, 'block')}</pre></dd>`,
  );
  return html`<section class="arguments" aria-label="Arguments">
    <button type="button" class="fold" aria-expanded=${argumentsOpen ? 'true' : 'false'} @click=${onArguments}>
      ${icon(argumentsOpen ? 'chevron-down' : 'chevron-right', { small: true })}<span class="verb">Arguments</span>
      <span class="ell">${visibleText(approval.arguments.map(({ name }) => name).join(', '))}</span>
    </button>
    ${argumentsOpen ? html`<dl class="kv">${values}</dl>` : nothing}
  </section>`;
}

function rejectPanel({ approval, sent, closed, feedback, onFeedback }: ApprovalPage): TemplateResult {
  const changed = (event: Event): void => {
    if (event.target instanceof HTMLTextAreaElement) onFeedback(event.target.value);
  };
  return html`<section class="panel" aria-label="Reject">
    <label for="feedback">${closed === undefined ? html`What should ${agentName(approval.agent)} do instead?` : 'What you typed'}</label>
    <textarea
      id="feedback"
      class="field"
      rows="3"
      maxlength="20000"
      aria-describedby="feedback-hint"
      .value=${feedback}
      .readOnly=${sent !== undefined || closed !== undefined}
      @input=${changed}
    ></textarea>
    <span class="hint" id="feedback-hint">${closed === undefined ? 'Goes to the model as the tool’s result. May stay empty.' : 'It was not sent. Copy it before you close this.'}</span>
  </section>`;
}

function decideActions({ sent, lost, settled, isMac, onDecide, onOpenReject }: ApprovalPage): TemplateResult {
  return html`<button type="button" class="btn primary approve" ?disabled=${sent !== undefined || lost} aria-disabled=${settled ? nothing : 'true'} @click=${() => onDecide('approve')}>Approve</button>
    <button type="button" class="btn reject" ?disabled=${sent !== undefined || lost} aria-disabled=${settled ? nothing : 'true'} @click=${onOpenReject}>Reject…</button>
    <span class="keys">${sent === undefined ? html`<kbd>${isMac ? '⌘Enter' : 'Ctrl+Enter'}</kbd> approves` : 'Approving…'}</span>`;
}

function rejectActions({ sent, lost, settled, isMac, onDecide, onBack }: ApprovalPage): TemplateResult {
  return html`<button type="button" class="btn primary reject-now" ?disabled=${sent !== undefined || lost} aria-disabled=${settled ? nothing : 'true'} @click=${() => onDecide('reject')}>Reject</button>
    <button type="button" class="btn back" ?disabled=${sent !== undefined} aria-disabled=${settled ? nothing : 'true'} @click=${onBack}>Back</button>
    <span class="keys"
      >${sent === undefined ? html`<kbd>${isMac ? '⌘Enter' : 'Ctrl+Enter'}</kbd> rejects · <kbd>Esc</kbd> goes back` : 'Rejecting…'}</span
    >`;
}

function actions(page: ApprovalPage): TemplateResult {
  if (page.closed !== undefined) {
    return html`<div class="actions closed">${icon('info', { tone: 'asks' })}<span class="grow">${visibleText(page.closed)}</span></div>`;
  }
  return html`<div class="actions" role="group" aria-label="Decision">${page.panel === 'reject' ? rejectActions(page) : decideActions(page)}</div>`;
}

/** The dialog's page: the question, the change, the reasons; the actions stay at the bottom. */
export function approvalTemplate(page: ApprovalPage): TemplateResult {
  return html`<div class="approval">
    ${page.lost ? connectionLost() : nothing}${page.approval.again === undefined ? nothing : again(page.approval.again)}
    <main class="scroll">
      <div class="dlg">${heading(page)}${change(page.approval)}${why(page.approval)}${argumentList(page)}</div>
    </main>
    ${page.panel === 'reject' ? rejectPanel(page) : nothing}${actions(page)}
  </div>`;
}
