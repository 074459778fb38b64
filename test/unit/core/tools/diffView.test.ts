import * as assert from 'node:assert/strict';
import { diffView } from '../../../../src/core/tools/diffView.ts';
import type { DiffRow } from '../../../../src/protocol/diff.ts';

const text = (row: DiffRow): string => (row.kind === 'note' ? row.text : row.spans.map((span) => (span.mark ? `[${span.text}]` : span.text)).join(''));
const draw = (before: string, after: string): string[] => diffView(before, after).rows.map((row) => `${row.kind} ${text(row)}`);
const lines = (count: number): string => Array.from({ length: count }, (_, i) => `line ${i + 1}\n`).join('');

describe('diffView', () => {
  it('shows a new file as added lines, numbered from 1', () => {
    const view = diffView('', 'a\nb\n');
    assert.deepEqual(view, {
      added: 2,
      removed: 0,
      rows: [
        { kind: 'added', new: 1, spans: [{ text: 'a', mark: false }] },
        { kind: 'added', new: 2, spans: [{ text: 'b', mark: false }] },
      ],
    });
  });

  it('marks what differs in a changed line, and folds what does not change', () => {
    assert.deepEqual(draw(lines(20), lines(20).replace('line 10\n', 'line ten\n')), [
      'note Lines 1–6 unchanged',
      'same line 7',
      'same line 8',
      'same line 9',
      'removed line [10]',
      'added line [ten]',
      'same line 11',
      'same line 12',
      'same line 13',
      'note Lines 14–20 unchanged',
    ]);
  });

  it('numbers both sides', () => {
    const { rows } = diffView('a\nb\nc\n', 'a\nx\ny\nc\n');
    assert.deepEqual(
      rows.map((row) => (row.kind === 'note' ? '' : `${'old' in row ? row.old : '-'}:${'new' in row ? row.new : '-'}`)),
      ['1:1', '2:-', '-:2', '-:3', '3:4'],
    );
  });

  it('tells a missing newline at the end', () => {
    assert.deepEqual(draw('a\n', 'a'), ['removed a', 'added a', 'note No newline at the end of the file']);
  });

  it('has no rows where nothing changes', () => {
    assert.deepEqual(diffView('a\n', 'a\n'), { added: 0, removed: 0, rows: [] });
  });

  it('marks at most so many words that the host is not held', () => {
    const text = (word: string): string => Array.from({ length: 1_000 }, (_, i) => `${`${word} ${i} same `.repeat(25)}\n`).join('');
    const start = performance.now();
    assert.equal(diffView(text('one'), text('two')).added, 1_000);
    assert.ok(performance.now() - start < 1_000);
  });

  it('shows a file that differs everywhere as replaced, in a moment', () => {
    const before = Array.from({ length: 20_000 }, (_, i) => `before ${i}\n`).join('');
    const after = Array.from({ length: 20_000 }, (_, i) => `after ${i}\n`).join('');
    const start = performance.now();
    const view = diffView(before, after);
    assert.ok(performance.now() - start < 2_000);
    assert.deepEqual([view.added, view.removed], [20_000, 20_000]);
  });
});
