import * as assert from 'node:assert/strict';
import type { DiffRow } from '../../../../src/protocol/diff.ts';
import { diffView } from '../../../../src/core/tools/diffView.ts';
import { sideBySide } from '../../../../src/webview/ui/sideBySide.ts';

const text = (row: DiffRow | undefined): string => (row === undefined || row.kind === 'note' ? '' : row.spans.map((span) => span.text).join(''));
const sides = (before: string, after: string): string[] =>
  sideBySide(diffView(before, after).rows).map((row) => ('note' in row ? `(${row.note})` : `${text(row.left)}|${text(row.right)}`));

describe('A diff side by side', () => {
  it('sets a changed line beside what it was', () => {
    assert.deepEqual(sides('a\nb\nc\n', 'a\nB\nc\n'), ['a|a', 'b|B', 'c|c']);
  });

  it('leaves the other side empty where there are more lines of one', () => {
    assert.deepEqual(sides('a\nb\nc\nd\n', 'a\nX\nd\n'), ['a|a', 'b|X', 'c|', 'd|d']);
    assert.deepEqual(sides('a\nd\n', 'a\nb\nc\nd\n'), ['a|a', '|b', '|c', 'd|d']);
  });

  it('keeps remarks over both sides, and every line once', () => {
    const before = Array.from({ length: 20 }, (_, index) => `line ${index}`).join('\n');
    const rows = diffView(before, before.replace('line 10', 'line ten').concat('\nmore'));
    const drawn = sideBySide(rows.rows);
    assert.equal(drawn.filter((row) => 'note' in row).length, rows.rows.filter(({ kind }) => kind === 'note').length);
    const of = (side: 'left' | 'right') => drawn.flatMap((row) => ('note' in row || row[side] === undefined ? [] : [row[side]]));
    assert.deepEqual(of('left').filter(({ kind }) => kind === 'removed').length, rows.removed);
    assert.deepEqual(of('right').filter(({ kind }) => kind === 'added').length, rows.added);
  });
});
