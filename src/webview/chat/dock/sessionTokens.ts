import { html, nothing } from 'lit-html';
import type { TemplateResult } from 'lit-html';
import type { TokenUsage } from '../../../protocol/webview.ts';
import { tokens, usageWords } from '../../ui/format.ts';

export function sessionTokensTitle(usage: TokenUsage): string {
  const from = usage.estimated ? 'A part is estimated from characters, since a model reported none.' : 'As the models reported them.';
  return `Tokens of this session: ${usageWords(usage)}. ${from}`;
}

/** "44k": there is room for no more. */
function wholeThousands(count: number): string {
  return count < 1000 ? tokens(count) : `${Math.round(count / 1000)}k`;
}

/** What the session used so far. Where there is little room, in and out are one figure. */
export function sessionTokens(usage: TokenUsage | undefined): TemplateResult | typeof nothing {
  if (usage === undefined) return nothing;
  const about = usage.estimated ? 'about ' : '';
  return html`<span class="used num" title=${sessionTokensTitle(usage)}
    ><span class="sr">${sessionTokensTitle(usage)}</span><span class="opt" aria-hidden="true">Session: ${usageWords(usage)}</span
    ><span class="brief" aria-hidden="true">${about}${wholeThousands(usage.inputTokens + usage.outputTokens)}</span></span
  >`;
}
