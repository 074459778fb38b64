import { html, nothing } from 'lit-html';
import type { TemplateResult } from 'lit-html';
import type { AnswerItem, TurnEndItem } from '../../../protocol/webview.ts';
import { copyButton } from '../../ui/copyButton.ts';
import { duration, usageWords } from '../../ui/format.ts';
import type { ChatContext } from '../ChatContext.ts';
import { refusedFiles, turnChanges } from './turnChanges.ts';

/** The turn's footer; `answer` is its last one. */
export function turnEndItem({ outcome, durationMs, usage, changes }: TurnEndItem, answer: AnswerItem | undefined, context: ChatContext): TemplateResult {
  const parts = [duration(durationMs)];
  if (outcome === 'stopped') parts.unshift('Stopped by you');
  if (usage !== undefined) parts.push(usageWords(usage));
  return html`<div class="foot" data-outcome=${outcome}>
    <span class="num">${parts.join(' · ')}</span>
    ${changes === undefined ? nothing : turnChanges(changes, context)}
    ${answer === undefined ? nothing : html`<span class="acts">${copyButton('Copy Answer', () => answer.markdown)}</span>`}
    ${changes === undefined ? nothing : refusedFiles(changes)}
  </div>`;
}
