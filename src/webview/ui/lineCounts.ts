import { html, nothing } from 'lit-html';
import type { TemplateResult } from 'lit-html';
import type { DiffView } from '../../protocol/diff.ts';

type Counts = Pick<DiffView, 'added' | 'removed'>;

/** "+2 −2"; a side that has none is left out. */
export function lineCounts({ added, removed }: Counts): TemplateResult {
  if (added === 0 && removed === 0) return html`<span class="num">no lines changed</span>`;
  return html`<span class="num"
    >${added > 0 ? html`<span class="add">+${added}</span>` : nothing}${added > 0 && removed > 0 ? ' ' : nothing}${removed > 0
      ? html`<span class="del">−${removed}</span>`
      : nothing}</span
  >`;
}

/** "2 lines added, 2 removed". */
export function spokenLineCounts({ added, removed }: Counts): string {
  if (added === 0 && removed === 0) return 'no lines changed';
  if (added === 0) return `${removed} ${removed === 1 ? 'line' : 'lines'} removed`;
  const lines = `${added} ${added === 1 ? 'line' : 'lines'} added`;
  return removed === 0 ? lines : `${lines}, ${removed} removed`;
}
