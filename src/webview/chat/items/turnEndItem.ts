import { html, nothing } from 'lit-html';
import type { TemplateResult } from 'lit-html';
import type { AnswerItem, TurnEndItem } from '../../../protocol/webview.ts';
import { copyButton } from '../../ui/copyButton.ts';
import { duration, tokens } from '../../ui/format.ts';

/** The turn's footer; `answer` is its last one. */
export function turnEndItem({ outcome, durationMs, usage }: TurnEndItem, answer: AnswerItem | undefined): TemplateResult {
  const parts = [duration(durationMs)];
  if (outcome === 'stopped') parts.unshift('Stopped by you');
  if (usage !== undefined) parts.push(`${tokens(usage.inputTokens)} in, ${tokens(usage.outputTokens)} out`);
  return html`<div class="foot" data-outcome=${outcome}>
    <span class="num">${parts.join(' · ')}</span>
    ${answer === undefined ? nothing : html`<span class="acts">${copyButton('Copy Answer', () => answer.markdown)}</span>`}
  </div>`;
}
