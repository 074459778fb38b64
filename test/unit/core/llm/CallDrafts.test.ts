import * as assert from 'node:assert/strict';
import type { LlmChunk } from '../../../../src/core/ports/LlmStream.ts';
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

  const written = (...fragments: Omit<Extract<LlmChunk, { type: 'toolCall' }>, 'type'>[]): string[] => {
    const drafts = new CallDrafts();
    for (const fragment of fragments) drafts.take({ type: 'toolCall', ...fragment });
    return drafts.all.map(({ name, arguments: text }) => `${name}(${text})`);
  };
  const a = '{"path":"a"}';
  const b = '{"path":"b"}';

  it('goes on with the last call where nothing says which one is meant', () => {
    assert.deepEqual(written({ name: 'x', arguments: '{"path":' }, { arguments: '"a"}' }, { name: 'x', arguments: b }), [`x(${a})`, `x(${b})`]);
    assert.deepEqual(written({ name: 'x' }, { name: 'x', arguments: '{"path":' }, { name: 'x', arguments: '"a"}' }, { name: 'x', arguments: '' }), [`x(${a})`]);
    assert.deepEqual(written({ name: 'x', arguments: a }, { name: 'x', arguments: '' }, { arguments: a }), [`x(${a})`, `x(${a})`]);
    assert.deepEqual(written({ name: 'x' }, { name: 'y', arguments: a }), ['x({})', `y(${a})`]);
  });

  it('tells calls apart by their names where they have one index and no ids', () => {
    assert.deepEqual(written({ index: 0, name: 'x', arguments: a }, { index: 0, name: 'x', arguments: b }, { index: 0, name: 'y', arguments: a }), [`x(${a})`, `x(${b})`, `y(${a})`]);
  });

  it('puts fragments together by their ids, interleaved, with one index or with none', () => {
    for (const index of [{ index: 0 }, {}]) {
      const fragments = [
        { ...index, id: '1', name: 'x', arguments: '{"path":' },
        { ...index, id: '2', name: 'x', arguments: '{"path":' },
        { ...index, id: '1', arguments: '"a"}' },
        { ...index, id: '2', arguments: '"b"}' },
      ];
      assert.deepEqual(written(...fragments), [`x(${a})`, `x(${b})`]);
    }
  });

  it('takes the same id at another index for another call', () => {
    assert.deepEqual(written({ index: 0, id: '1', name: 'x', arguments: a }, { index: 1, id: '1', name: 'x', arguments: a }), [`x(${a})`, `x(${a})`]);
  });

  it('goes on with a call whose fragments have an id each', () => {
    assert.deepEqual(written({ index: 0, id: '1', name: 'x' }, { index: 0, id: '2', arguments: '{"path":' }, { index: 0, id: '3', arguments: '"a"}' }, { index: 0, id: '4', name: 'x', arguments: b }), [`x(${a})`, `x(${b})`]);
  });

  it('takes a call once that is sent again as a whole', () => {
    assert.deepEqual(written({ index: 0, id: '1', name: 'x', arguments: a }, { index: 0, id: '1', name: 'x', arguments: a }, { index: 0, arguments: a }), [`x(${a})`]);
  });

  it('gives no arguments as an empty object, and broken ones as they are', () => {
    assert.deepEqual(written({ index: 0, name: 'x' }, { index: 1, name: 'y', arguments: ' ' }, { index: 2, name: 'z', arguments: '{"pa' }), ['x({})', 'y({})', 'z({"pa)']);
  });

  it('makes no call of nothing', () => {
    assert.deepEqual(written({ index: 0 }, {}, { index: 3, arguments: '' }), []);
  });
});
