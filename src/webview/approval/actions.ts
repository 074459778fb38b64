import { html, nothing } from 'lit-html';
import type { TemplateResult } from 'lit-html';
import { icon } from '../ui/icon.ts';
import { visibleText } from '../ui/visibleText.ts';
import type { Action, ApprovalPage } from './page.ts';

const underWay: Readonly<Record<Action, string>> = { approve: 'Approving…', edit: 'Approving…', reject: 'Rejecting…', allow: 'Adding the rule…', rule: 'Adding the rule…' };

interface Button {
  name: string;
  words: string;
  press: () => void;
  /** Why it does nothing now. */
  not?: string | undefined;
}

function button({ sent, lost, settled }: ApprovalPage, { name, words, press, not }: Button): TemplateResult {
  const id = `not-${name.split(' ').at(-1) ?? ''}`;
  return html`<button
      type="button"
      class="btn ${name}"
      ?disabled=${sent !== undefined || lost}
      aria-disabled=${settled && not === undefined ? nothing : 'true'}
      title=${not ?? nothing}
      aria-describedby=${not === undefined ? nothing : id}
      @click=${press}
    >
      ${words}</button
    >${not === undefined ? nothing : html`<span id=${id} hidden>${not}</span>`}`;
}

/** What keys do; `first`: what to say in place of the key that decides. */
function keys({ sent, isMac }: ApprovalPage, does: string, more: unknown = html` · <kbd>Esc</kbd> goes back`, first?: string): TemplateResult {
  if (sent !== undefined) return html`<span class="keys">${underWay[sent]}</span>`;
  const key = first === undefined ? html`<kbd>${isMac ? '⌘Enter' : 'Ctrl+Enter'}</kbd> ${does}` : first;
  return html`<span class="keys">${key}${more}</span>`;
}

function back(page: ApprovalPage): TemplateResult {
  return button(page, { name: 'back', words: 'Back', press: page.on.back });
}

function decideActions(page: ApprovalPage): TemplateResult {
  const { approval, on } = page;
  const notAllowed = 'not' in approval.allow ? approval.allow.not : undefined;
  const notEdited = approval.fields.length === 0 ? 'It has no arguments that can be changed here.' : undefined;
  return html`${button(page, { name: 'primary approve', words: 'Approve', press: () => on.act('approve') })}
  ${button(page, { name: 'edit', words: 'Edit…', press: () => on.openPanel('edit'), not: notEdited })}
  ${button(page, { name: 'reject', words: 'Reject…', press: () => on.openPanel('reject') })}<span class="grow"></span>${button(page, {
    name: 'link allow',
    words: 'Allow from now on…',
    press: () => on.openPanel('allow'),
    not: notAllowed,
  })}
  ${keys(page, 'approves', nothing)}`;
}

function panelActions(page: ApprovalPage): TemplateResult {
  const { panel, form, on } = page;
  switch (panel) {
    case 'decide':
      return decideActions(page);
    case 'reject':
      return html`${button(page, { name: 'primary reject-now', words: 'Reject', press: () => on.act('reject') })} ${back(page)} ${keys(page, 'rejects')}`;
    case 'edit':
      return html`${button(page, { name: 'primary approve-edited', words: 'Approve edited', press: () => on.act('edit'), not: form.obstacle })}
      ${button(page, { name: 'reset', words: 'Reset', press: on.reset })} ${back(page)} ${keys(page, 'approves it as edited', undefined, form.obstacle)}`;
    case 'allow':
      return html`${button(page, { name: 'primary add-and-approve', words: 'Add rule and approve', press: () => on.act('allow') })}
      ${button(page, { name: 'add-rule', words: 'Add rule only', press: () => on.act('rule') })} ${back(page)} ${keys(page, 'adds it and approves')}`;
  }
}

/** What the person can do, fixed at the bottom; a panel has its own. */
export function actions(page: ApprovalPage): TemplateResult {
  if (page.closed !== undefined) {
    return html`<div class="actions closed">${icon('info', { tone: 'asks' })}<span class="grow">${visibleText(page.closed)}</span></div>`;
  }
  const note = page.note === undefined ? nothing : html`<p class="note">${icon('error', { tone: 'bad' })}<span class="grow">${visibleText(page.note)}</span></p>`;
  return html`<div class="actions" role="group" aria-label="Decision">${note}${panelActions(page)}</div>`;
}
