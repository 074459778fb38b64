import { html, nothing } from 'lit-html';
import type { TemplateResult } from 'lit-html';
import type { ChatAction, ProblemItem } from '../../../protocol/webview.ts';
import { icon } from '../../ui/icon.ts';
import { visibleText } from '../../ui/visibleText.ts';
import type { ChatContext } from '../ChatContext.ts';
import { actionLabel } from './actionLabel.ts';
import { refusedFiles, turnChanges } from './turnChanges.ts';

function button(action: ChatAction, first: boolean, context: ChatContext): TemplateResult {
  const kind = first ? 'primary' : action === 'showLog' ? 'link' : '';
  return html`<button type="button" class="btn ${kind}" @click=${() => context.act(action)}>${actionLabel(action)}</button>`;
}

/** Steps of a turn are the window's that has the session. */
const ownersSteps: readonly ChatAction[] = ['retry', 'resume', 'continue', 'newSessionWithSummary'];

/** What happened, why, and the next step as the first button. */
export function problemItem({ tone, title, detail, actions: offered, changes }: ProblemItem, context: ChatContext): TemplateResult {
  const actions = context.here ? offered : offered.filter((action) => !ownersSteps.includes(action));
  const glyph = tone === 'error' ? icon('error', { tone: 'bad' }) : icon('debug-disconnect', { tone: 'attention' });
  return html`<div class="problem card ask" data-tone=${tone} role="group" aria-label="Problem">
    <div class="q">${glyph}<span class="grow strong">${visibleText(title)}</span></div>
    ${detail === '' ? nothing : html`<div class="why">${visibleText(detail, 'block')}</div>`}
    ${changes === undefined ? nothing : html`<div class="changed">${turnChanges(changes, context)}${refusedFiles(changes)}</div>`}
    ${actions.length === 0 ? nothing : html`<div class="btns">${actions.map((action, index) => button(action, index === 0, context))}</div>`}
  </div>`;
}
