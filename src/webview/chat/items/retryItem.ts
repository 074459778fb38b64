import { html, nothing } from 'lit-html';
import type { TemplateResult } from 'lit-html';
import type { RetryItem } from '../../../protocol/webview.ts';
import { duration, spokenDuration } from '../../ui/format.ts';
import { icon } from '../../ui/icon.ts';
import { spokenText, visibleText } from '../../ui/visibleText.ts';
import type { ChatContext } from '../ChatContext.ts';

const icons: Readonly<Record<RetryItem['state'], string>> = { waiting: 'clockface', done: 'refresh', stopped: 'debug-stop' };

/** When it goes, or went, to the model again; `left`: whole seconds until then. */
export function retryWords({ state, afterMs }: Pick<RetryItem, 'state' | 'afterMs'>, left: number): string {
  if (state === 'stopped') return 'not tried again';
  if (state === 'done') return `tried again after ${short(duration(afterMs))}`;
  return left > 0 ? `again in ${short(duration(left * 1000))}` : 'again now';
}

/** "2 s" for "2.0 s". */
function short(words: string): string {
  return words.replace('.0 s', ' s');
}

/** What is said of it, once a try. */
export function spokenRetry({ reason, attempt, attempts, afterMs }: RetryItem): string {
  return `${spokenText(reason)}. Again in ${short(spokenDuration(afterMs))}, try ${attempt} of ${attempts}.`;
}

/** A request that goes to the model again: one quiet line, with Stop while it waits. `left`: whole seconds until then. */
export function retryItem(item: RetryItem, left: number, context: Pick<ChatContext, 'here' | 'stop'>): TemplateResult {
  const { reason, state, attempt, attempts } = item;
  const waits = state === 'waiting' && context.here;
  // what another window waits for is not counted here
  const words = state === 'waiting' && !waits ? 'to be tried again' : retryWords(item, left);
  const tries = state === 'stopped' ? '' : ` · try ${attempt} of ${attempts}`;
  return html`<div class="retry" data-state=${state}>
    ${icon(icons[state])}<span class="reason">${visibleText(reason)}</span><span class="sep num">${words}${tries}</span>
    ${waits ? html`<button type="button" class="btn sm" title="Stop (Esc)" @click=${context.stop}>Stop</button>` : nothing}
  </div>`;
}
