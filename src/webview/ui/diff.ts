import { html } from 'lit-html';
import type { TemplateResult } from 'lit-html';
import type { DiffRow, DiffView } from '../../protocol/diff.ts';
import { spokenLineCounts } from './lineCounts.ts';
import { visibleText } from './visibleText.ts';

/** Rows that the browser lays out together, or skips together while they are out of view. */
const chunkSize = 100;

/** A diff longer than this scrolls in its own box where `fold` asks for it. */
const tallRows = 24;

type ChangedRow = Exclude<DiffRow, { kind: 'note' }>;

const classOf = { same: 'r', removed: 'r d', added: 'r i' } as const;
const signOf = { same: ' ', removed: '−', added: '+' } as const;

function line(row: ChangedRow): TemplateResult {
  const text = row.spans.map((span) => (span.mark ? html`<em>${visibleText(span.text, 'block')}</em>` : visibleText(span.text, 'block')));
  return html`<div class=${classOf[row.kind]}><span>${row.kind === 'added' ? '' : row.old}</span><span>${row.kind === 'removed' ? '' : row.new}</span><span>${signOf[row.kind]}</span><span>${text}</span></div>`;
}

function rowOf(row: DiffRow): TemplateResult {
  return row.kind === 'note' ? html`<div class="hunk">${visibleText(row.text)}</div>` : line(row);
}

function chunks(rows: readonly DiffRow[]): TemplateResult[] {
  const parts: TemplateResult[] = [];
  for (let start = 0; start < rows.length; start += chunkSize) {
    parts.push(html`<div class="chunk">${rows.slice(start, start + chunkSize).map(rowOf)}</div>`);
  }
  return parts;
}

/** The width of the number columns goes by the greatest number, the same in all rows. */
function digits(rows: readonly DiffRow[]): number {
  const numbers = rows.map((row) => Math.max('old' in row ? row.old : 0, 'new' in row ? row.new : 0));
  return String(numbers.reduce((most, number) => Math.max(most, number), 0)).length;
}

/** A unified diff. With `fold`, a long one scrolls in its own box. */
export function diff(view: DiffView, options: { fold?: boolean } = {}): TemplateResult {
  const rows = view.rows.length > chunkSize ? chunks(view.rows) : view.rows.map(rowOf);
  const label = `Change: ${spokenLineCounts(view)}`;
  const onlyNew = view.rows.every((row) => row.kind === 'added' || row.kind === 'note');
  const width = `digits-${digits(view.rows)}${onlyNew ? ' new' : ''}`;
  return options.fold === true && view.rows.length > tallRows
    ? html`<div class="diff tall ${width}" role="figure" aria-label=${label} tabindex="0">${rows}</div>`
    : html`<div class="diff ${width}" role="figure" aria-label=${label}>${rows}</div>`;
}
