import * as assert from 'node:assert/strict';
import type { ToolItem } from '../../../../../src/protocol/webview.ts';
import { objectKind, spokenObject, toolLine } from '../../../../../src/webview/chat/items/toolWords.ts';

const item = (tool: string, object: string, state: ToolItem['state'] = 'done'): ToolItem => ({ kind: 'tool', id: 'c', tool, object, state });

describe('The words of a tool’s row', () => {
  const rows: [tool: string, object: string, row: string, kind: ReturnType<typeof objectKind>][] = [
    ['read_file', 'src/a.ts', 'Read src/a.ts', 'path'],
    ['list_files', '.', 'Listed the workspace', 'words'],
    ['list_files', 'src', 'Listed src', 'path'],
    ['switch_mode', 'coder', 'Handed over to Coder', 'words'],
    ['ask_followup_question', 'This or/and that?', 'Asked This or/and that?', 'words'],
    ['attempt_completion', '', 'Finished', 'words'],
    ['update_plan', '2 of 4', 'Updated the plan 2 of 4', 'words'],
    ['calculator', '10/2', 'Calculated 10/2', 'code'],
    ['echo', 'a/b', 'Echoed a/b', 'code'],
    ['frobnicate', 'a/b', 'Used frobnicate a/b', 'path'],
    ['switch_mode', '{"agent":1}', 'Handed over to {"agent":1}', 'code'],
  ];
  for (const [tool, object, row, kind] of rows) {
    it(`"${row}", of ${tool}`, () => {
      const it = item(tool, object);
      assert.equal(`${toolLine(it).verb} ${spokenObject(it)}`.trimEnd(), row);
      assert.equal(objectKind(it), kind);
    });
  }

  it('begin as a sentence goes on, where the tool did not end well', () => {
    assert.equal(toolLine(item('switch_mode', 'coder', 'failed')).verb, 'Could not hand over to');
    assert.equal(toolLine(item('ask_followup_question', 'Why?', 'cancelled')).verb, 'Stopped asking');
    assert.equal(toolLine(item('update_plan', '', 'running')).verb, 'Updating the plan');
  });

  it('do not say of what has not begun that it runs', () => {
    assert.deepEqual(toolLine(item('read_file', '.env', 'requested'), true), { icon: 'circle-large', tone: 'muted', verb: 'Waits to read' });
  });

  it('tell what a rule refused from what the person did', () => {
    assert.deepEqual([toolLine(item('write_file', 'a', 'denied')).word, toolLine(item('write_file', 'a', 'rejected')).word], ['Not allowed', 'Rejected']);
  });

  it('show what cannot be seen', () => {
    assert.equal(spokenObject(item('switch_mode', 'co\u200bder')), 'Co U+200B der');
  });
});
