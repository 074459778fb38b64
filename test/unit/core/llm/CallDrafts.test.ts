import * as assert from 'node:assert/strict';
import { CallDrafts } from '../../../../src/core/llm/CallDrafts.ts';

describe('CallDrafts', () => {
  it('puts fragments together by their index, however they are interleaved', () => {
    const drafts = new CallDrafts();
    drafts.take({ type: 'toolCall', index: 0, id: 'a', name: 'read_file' });
    drafts.take({ type: 'toolCall', index: 1, id: 'b', name: 'read_file', arguments: '{"path":' });
    drafts.take({ type: 'toolCall', index: 0, arguments: '{"path":"a"}' });
    drafts.take({ type: 'toolCall', index: 1, id: 'b', arguments: '"b"}' });
    assert.deepEqual(drafts.all, [
      { id: 'a', name: 'read_file', arguments: '{"path":"a"}' },
      { id: 'b', name: 'read_file', arguments: '{"path":"b"}' },
    ]);
  });

  it('tells calls apart that have the same index and other ids', () => {
    const drafts = new CallDrafts();
    drafts.take({ type: 'toolCall', index: 0, id: 'a', name: 'read_file', arguments: '{"path":"a"}' });
    drafts.take({ type: 'toolCall', index: 0, id: 'b', name: 'read_file', arguments: '{"path":' });
    drafts.take({ type: 'toolCall', index: 0, arguments: '"b"}' });
    assert.deepEqual(drafts.all.map(({ arguments: text }) => text), ['{"path":"a"}', '{"path":"b"}']);
  });

  it('takes a name once that comes with every fragment, and an id that comes late', () => {
    const drafts = new CallDrafts();
    drafts.take({ type: 'toolCall', index: 0, name: 'read_file', arguments: '{"path":' });
    drafts.take({ type: 'toolCall', index: 0, id: 'a', name: 'read_file', arguments: '"a"}' });
    assert.deepEqual(drafts.all, [{ id: 'a', name: 'read_file', arguments: '{"path":"a"}' }]);
  });
});
