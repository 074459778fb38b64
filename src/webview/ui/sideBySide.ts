import type { DiffRow } from '../../protocol/diff.ts';

type ChangedRow = Exclude<DiffRow, { kind: 'note' }>;

/** One line of a diff with two sides: what was there, and what would be; or a remark that goes over both. */
export type SideRow = { note: string } | { left: ChangedRow | undefined; right: ChangedRow | undefined };

/** A unified diff's rows as two sides: the lines that were removed stand beside those that were added for them, in their order. */
export function sideBySide(rows: readonly DiffRow[]): SideRow[] {
  const sides: SideRow[] = [];
  for (let at = 0; at < rows.length; ) {
    const row = rows[at];
    if (row === undefined) break;
    if (row.kind === 'note') sides.push({ note: row.text });
    if (row.kind === 'same') sides.push({ left: row, right: row });
    if (row.kind === 'note' || row.kind === 'same') {
      at += 1;
      continue;
    }
    const removed = run(rows, at, 'removed');
    const added = run(rows, at + removed.length, 'added');
    for (let pair = 0; pair < Math.max(removed.length, added.length); pair += 1) sides.push({ left: removed[pair], right: added[pair] });
    at += removed.length + added.length;
  }
  return sides;
}

function run(rows: readonly DiffRow[], start: number, kind: 'removed' | 'added'): ChangedRow[] {
  const found: ChangedRow[] = [];
  for (let row = rows[start]; row?.kind === kind; row = rows[start + found.length]) found.push(row);
  return found;
}
