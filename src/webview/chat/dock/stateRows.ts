import { html, nothing } from 'lit-html';
import type { TemplateResult } from 'lit-html';
import type { ChatState, QuestionItem } from '../../../protocol/webview.ts';
import { agentName } from '../../ui/agent.ts';
import { icon } from '../../ui/icon.ts';
import { spokenText } from '../../ui/visibleText.ts';

/** Whose session it is, as it is said where it is not, or no more, this window's. */
export const ownerWords = {
  here: 'This session is yours now.',
  elsewhere: 'This session is open in another window. You see it as it was when you opened it; it becomes yours when that window closes it.',
  nobody: 'This session was deleted in another window. What you typed stays here.',
} as const satisfies Record<ChatState['owner'], string>;

/** How many approvals wait, wherever the transcript is scrolled to; without `show` none of them is in it. */
export function pendingRow(pending: number, show: (() => void) | undefined): TemplateResult {
  return html`<div class="stack pending">
    <div class="h">
      ${icon('shield', { tone: 'asks' })}<span class="grow">${pending} waiting for you</span>
      ${show === undefined ? nothing : html`<button type="button" class="btn sm link" aria-label="Show what waits" @click=${show}>Show</button>`}
    </div>
  </div>`;
}

/** That a question waits, wherever the transcript is scrolled to. */
export function questionRow({ agent, free }: Pick<QuestionItem, 'agent' | 'free'>, show: () => void): TemplateResult {
  return html`<div class="stack asking">
    <div class="h">
      ${icon('comment-unresolved', { tone: 'asks' })}<span class="grow">${agentName(agent)} ${free ? 'asks' : 'waits for you'}</span>
      <button type="button" class="btn sm link" aria-label="Show the question" @click=${show}>Show</button>
    </div>
  </div>`;
}

/** What is wrong with the rules in the person's settings: nothing of it loosens. */
export function rulesRow(invalid: readonly string[], open: () => void): TemplateResult {
  const details = invalid.map(spokenText).join('\n');
  return html`<div class="stack rules">
    <div class="h wrap" title=${details}>
      ${icon('warning', { tone: 'attention' })}<span class="grow">${invalidWords(invalid)}</span>
      <button type="button" class="btn sm" aria-describedby="rules-problem" @click=${open}>Open settings</button><span class="sr" id="rules-problem">${details}</span>
    </div>
  </div>`;
}

export function invalidWords(invalid: readonly string[]): string {
  const thing = invalid.every((problem) => /^Rule \d/.test(problem)) ? 'rule in your settings' : 'setting of approvals';
  const things = thing.replace(/^\w+/, '$&s');
  return invalid.length === 1 ? `1 ${thing} is not valid and counts as “ask”` : `${invalid.length} ${things} are not valid and count as “ask”`;
}

export function ownerRow(owner: 'elsewhere' | 'nobody', onNewSession: () => void): TemplateResult {
  return html`<div class="stack elsewhere">
    <div class="h wrap">
      ${icon(owner === 'elsewhere' ? 'multiple-windows' : 'trash', { tone: 'asks' })}<span class="grow">${ownerWords[owner]}</span>
      <button type="button" class="btn sm" @click=${onNewSession}>New session</button>
    </div>
  </div>`;
}

/** What became of a message that was not sent. Always there: so a screen reader hears it come. */
export function problemRow(problem: string | undefined): TemplateResult {
  return html`<div role="alert">
    ${problem === undefined
      ? nothing
      : html`<div class="stack refused"><div class="h wrap">${icon('error', { tone: 'bad' })}<span class="grow">${problem}</span></div></div>`}
  </div>`;
}
