import { html } from 'lit-html';
import type { TemplateResult } from 'lit-html';
import type { DiffRow, DiffView } from '../../protocol/diff.ts';
import { spokenLineCounts } from './lineCounts.ts';
import { sideBySide, type SideRow } from './sideBySide.ts';
import { visibleText } from './visibleText.ts';

/** Rows that the browser lays out together, or skips together while they are out of view. */
const chunkSize = 100;

type ChangedRow = Exclude<DiffRow, { kind: 'note' }>;

const classOf = { same: 'r', removed: 'r d', added: 'r i' } as const;
const signOf = { same: ' ', removed: '−', added: '+' } as const;

function textOf(row: ChangedRow): unknown[] {
  return row.spans.map((span) => (span.mark ? html`<em>${visibleText(span.text, 'block')}</em>` : visibleText(span.text, 'block')));
}

function line(row: ChangedRow): TemplateResult {
  const text = textOf(row);
  return html`<div class=${classOf[row.kind]}><span>${row.kind === 'added' ? '' : row.old}</span><span>${row.kind === 'removed' ? '' : row.new}</span><span>${signOf[row.kind]}</span><span>${text}</span></div>`;
}

function rowOf(row: DiffRow): TemplateResult {
  return row.kind === 'note' ? html`<div class="hunk">${visibleText(row.text)}</div>` : line(row);
}

function half(row: ChangedRow | undefined, side: 'old' | 'new'): TemplateResult {
  if (row === undefined) return html`<div class="half none"></div>`;
  const number = side === 'old' ? (row.kind === 'added' ? '' : row.old) : row.kind === 'removed' ? '' : row.new;
  return html`<div class="half ${classOf[row.kind]}"><span>${number}</span><span>${signOf[row.kind]}</span><span>${textOf(row)}</span></div>`;
}

function sidesOf(row: SideRow): TemplateResult {
  return 'note' in row ? html`<div class="hunk">${visibleText(row.note)}</div>` : html`<div class="pair">${half(row.left, 'old')}${half(row.right, 'new')}</div>`;
}

function drawn<T>(rows: readonly T[], draw: (row: T) => TemplateResult): TemplateResult[] {
  if (rows.length <= chunkSize) return rows.map(draw);
  const parts: TemplateResult[] = [];
  for (let start = 0; start < rows.length; start += chunkSize) {
    parts.push(html`<div class="chunk">${rows.slice(start, start + chunkSize).map(draw)}</div>`);
  }
  return parts;
}

/** The width of the number columns goes by the greatest number, the same in all rows. */
function digits(rows: readonly DiffRow[]): number {
  const numbers = rows.map((row) => Math.max('old' in row ? row.old : 0, 'new' in row ? row.new : 0));
  return String(numbers.reduce((most, number) => Math.max(most, number), 0)).length;
}

/** A diff: unified, or with its two sides beside each other. One with more rows than `tallFrom` scrolls in its own box. */
export function diff(view: DiffView, { tallFrom, sides = false }: { tallFrom?: number; sides?: boolean } = {}): TemplateResult {
  const rows = sides ? drawn(sideBySide(view.rows), sidesOf) : drawn(view.rows, rowOf);
  const label = `Change: ${spokenLineCounts(view)}`;
  const onlyNew = view.rows.every((row) => row.kind === 'added' || row.kind === 'note');
  const width = `digits-${digits(view.rows)}${sides ? ' sides' : onlyNew ? ' new' : ''}`;
  return tallFrom !== undefined && view.rows.length > tallFrom
    ? html`<div class="diff tall ${width}" role="figure" aria-label=${label} tabindex="0">${rows}</div>`
    : html`<div class="diff ${width}" role="figure" aria-label=${label}>${rows}</div>`;
}
