import { diffWordsWithSpace, structuredPatch } from 'diff';
import type { DiffRow, DiffView } from '../../protocol/diff.ts';

const CONTEXT_LINES = 3;
/** Above this many changed lines a file is shown as replaced: a minimal diff would take seconds. */
const MAX_EDITS = 1_500;
/** Lines longer than this, and pairs after so many, are marked as a whole: comparing words holds the extension host. */
const MAX_MARKED_LINE = 400;
const MAX_MARKED_PAIRS = 200;

type Spans = Extract<DiffRow, { kind: 'same' }>['spans'];

/** The change from one text to another by lines, with the parts of a line that differ marked. */
export function diffView(before: string, after: string): DiffView {
  // line ends of the same kind on both sides are no part of the change
  const bothDos = after.includes('\r\n') && (before === '' || before.includes('\r\n'));
  const rows = bothDos ? rowsOf(toLineFeeds(before), toLineFeeds(after)) : rowsOf(before, after);
  return {
    added: rows.filter(({ kind }) => kind === 'added').length,
    removed: rows.filter(({ kind }) => kind === 'removed').length,
    rows,
  };
}

function rowsOf(before: string, after: string): DiffRow[] {
  const patch = structuredPatch('', '', before, after, '', '', { context: CONTEXT_LINES, maxEditLength: MAX_EDITS });
  const rows: DiffRow[] = [];
  let oldLine = 1;
  for (const hunk of patch?.hunks ?? [replacement(before, after)]) {
    const start = Math.max(hunk.oldStart, 1);
    if (start > oldLine) rows.push(unchanged(oldLine, start - 1));
    oldLine = start;
    let newLine = Math.max(hunk.newStart, 1);
    for (const line of hunk.lines) {
      const spans = [{ text: line.slice(1), mark: false }];
      if (line.startsWith('-')) rows.push({ kind: 'removed', old: oldLine++, spans });
      else if (line.startsWith('+')) rows.push({ kind: 'added', new: newLine++, spans });
      else if (line.startsWith('\\')) rows.push({ kind: 'note', text: 'No newline at the end of the file' });
      else rows.push({ kind: 'same', old: oldLine++, new: newLine++, spans });
    }
  }
  const lines = linesOf(before).length;
  if (rows.length > 0 && oldLine <= lines) rows.push(unchanged(oldLine, lines));
  markChangedWords(rows);
  return rows;
}

function replacement(before: string, after: string): { oldStart: number; newStart: number; lines: string[] } {
  return { oldStart: 1, newStart: 1, lines: [...linesOf(before).map((line) => `-${line}`), ...linesOf(after).map((line) => `+${line}`)] };
}

function toLineFeeds(text: string): string {
  return text.replaceAll('\r\n', '\n');
}

function linesOf(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

function unchanged(from: number, to: number): DiffRow {
  return { kind: 'note', text: from === to ? `Line ${from} unchanged` : `Lines ${from}–${to} unchanged` };
}

/** Where a block of removed lines is followed by as many added ones, the lines are compared in pairs. */
function markChangedWords(rows: DiffRow[]): void {
  let pairs = 0;
  for (let start = 0; start < rows.length; ) {
    const removed = run(rows, start, 'removed');
    const added = run(rows, start + removed, 'added');
    if (removed === added) {
      for (let i = 0; i < removed && pairs < MAX_MARKED_PAIRS; i += 1, pairs += 1) markPair(rows[start + i], rows[start + removed + i]);
    }
    start += Math.max(removed + added, 1);
  }
}

function run(rows: readonly DiffRow[], start: number, kind: DiffRow['kind']): number {
  let end = start;
  while (rows[end]?.kind === kind) end += 1;
  return end - start;
}

function markPair(removed: DiffRow | undefined, added: DiffRow | undefined): void {
  if (removed?.kind !== 'removed' || added?.kind !== 'added') return;
  const [before, after] = [textOf(removed.spans), textOf(added.spans)];
  if (before.length > MAX_MARKED_LINE || after.length > MAX_MARKED_LINE) return;
  const parts = diffWordsWithSpace(before, after);
  // lines that share nothing are two lines, not one that changed
  if (!parts.some((part) => !part.added && !part.removed && part.value.trim() !== '')) return;
  removed.spans = parts.filter((part) => !part.added).map((part) => ({ text: part.value, mark: part.removed }));
  added.spans = parts.filter((part) => !part.removed).map((part) => ({ text: part.value, mark: part.added }));
}

function textOf(spans: Spans): string {
  return spans.map(({ text }) => text).join('');
}
