import * as assert from 'node:assert/strict';
import type { TurnChanges } from '../../../../src/protocol/webview.ts';
import { Story } from '../../../support/Story.ts';

describe('What a turn changed', () => {
  let story: Story;
  beforeEach(() => {
    story = new Story();
    story.says('do it');
    story.begins();
  });

  const records = (callId: string, ...paths: string[]): void => {
    story.calls(callId, {});
    story.tell('tool.change.recorded', { callId, tool: callId, files: paths.map((path) => ({ path, before: 'x', after: 'hash' })) });
  };
  const writes = (callId: string, ...paths: string[]): void => {
    records(callId, ...paths);
    story.done(callId);
  };
  const undoes = (of: string, undoId: string, { restored = ['a'], refused = [] }: { restored?: string[]; refused?: TurnChanges['refused'] } = {}): void => {
    story.tell('session.undo.started', { undoId, of, files: [] });
    story.tell('session.undo.completed', { undoId, of, restored, refused });
  };
  /** Of each item that tells changes: its kind, and them. */
  const told = (): [string, TurnChanges][] =>
    story.items.flatMap((item): [string, TurnChanges][] => ((item.kind === 'turnEnd' || item.kind === 'problem') && item.changes !== undefined ? [[item.kind, item.changes]] : []));

  it('is told at its end: each file once', () => {
    writes('w1', 'a', 'b');
    writes('w2', 'b');
    assert.deepEqual(told(), []);
    story.ends();
    assert.deepEqual(told(), [['turnEnd', { id: 'turn 1', files: 2, state: 'done', refused: [] }]]);
  });

  it('is nothing where a call did not get that far, or failed', () => {
    records('w1', 'a');
    story.fails('w1', 'cancelled');
    records('w2', 'b');
    story.starts('w2');
    story.tell('tool.execution.failed', { callId: 'w2', tool: 'w2', outcome: 'error', message: 'No space.', durationMs: 1 });
    story.ends();
    assert.deepEqual(told(), []);
  });

  it('is what nobody saw the end of, too', () => {
    records('w1', 'a');
    story.starts('w1');
    story.fails('w1', 'unknown');
    records('w2', 'b');
    story.starts('w2');
    story.ends('stopped');
    assert.equal(told()[0]?.[1].files, 2);
  });

  it('is told by what says that the turn was interrupted, and at the end where it goes on', () => {
    writes('w1', 'a');
    records('w2', 'b');
    story.starts('w2');
    story.interrupt();
    const [[kind, changes] = []] = story.transcript.items.flatMap((item): [string, TurnChanges | undefined][] => (item.kind === 'problem' ? [[item.kind, item.changes]] : []));
    assert.deepEqual([kind, changes?.files], ['problem', 2]);
    story.begins(true);
    assert.deepEqual(told(), []);
    story.ends();
    assert.deepEqual(told().map(([item, { files }]) => [item, files]), [['turnEnd', 2]]);
  });

  it('is told where the journal took no more', () => {
    writes('w1', 'a');
    story.tell('system.journal.failed', { error: { code: 'journal_write', message: 'The disk is full' } });
    const problem = story.transcript.items.at(-1);
    assert.ok(problem?.kind === 'problem');
    assert.equal(problem.changes?.files, 1);
  });

  it('is undone, done again and undone, each of the latest', () => {
    writes('w1', 'a');
    story.ends();
    undoes('turn 1', 'undo 1');
    assert.deepEqual(told(), [['turnEnd', { id: 'undo 1', files: 1, state: 'undone', refused: [] }]]);
    undoes('undo 1', 'undo 2');
    assert.deepEqual(told()[0]?.[1], { id: 'undo 2', files: 1, state: 'done', refused: [] });
    undoes('undo 2', 'undo 3');
    assert.equal(told()[0]?.[1].state, 'undone');
  });

  it('stays undone where the turn is undone once more, for what was left alone', () => {
    writes('w1', 'a', 'b');
    story.ends();
    undoes('turn 1', 'undo 1', { refused: [{ path: 'b', reason: 'It changed since.' }] });
    undoes('turn 1', 'undo 2');
    assert.deepEqual(told()[0]?.[1], { id: 'undo 2', files: 2, state: 'undone', refused: [] });
  });

  it('names what was left alone, and stays as it is where all of it was', () => {
    writes('w1', 'a', 'b');
    story.ends();
    const refused = [{ path: 'b', reason: 'it changed since' }];
    undoes('turn 1', 'undo 1', { restored: [], refused });
    assert.deepEqual(told()[0]?.[1], { id: 'turn 1', files: 2, state: 'done', refused });
    undoes('turn 1', 'undo 2', { refused });
    assert.deepEqual(told()[0]?.[1], { id: 'undo 2', files: 2, state: 'undone', refused });
  });

  it('is each turn’s own, and a later turn changes nothing of it', () => {
    writes('w1', 'a');
    story.ends();
    story.correlationId = 'turn 2';
    story.says('more');
    story.begins();
    writes('w2', 'b', 'c');
    story.ends();
    undoes('turn 2', 'undo 1', { restored: ['b', 'c'] });
    assert.deepEqual(told().map(([, { id, state }]) => [id, state]), [['turn 1', 'done'], ['undo 1', 'undone']]);
  });
});
