import * as assert from 'node:assert/strict';
import { foldRepetition, noRepetition } from '../../../../src/core/sessions/Repetition.ts';
import type { EventOf } from '../../../../src/protocol/events.ts';

describe('The same call in a row', () => {
  const counts = (...calls: readonly (readonly [tool: string, text: string])[]): number[] => {
    const repetition = noRepetition();
    for (const [index, [tool, text]] of calls.entries()) {
      const event: EventOf<'tool.execution.requested'> = {
        eventId: String(index),
        type: 'tool.execution.requested',
        category: 'tool',
        timestamp: '2026-11-22T10:00:00.000Z',
        sessionId: 's',
        correlationId: 'turn',
        source: 'LLMStreamService',
        version: 1,
        data: { callId: String(index), tool, arguments: text, object: '' },
      };
      foldRepetition(repetition, event);
    }
    return [...repetition.byCall.values()];
  };

  it('is of the same tool', () => {
    assert.deepEqual(counts(['read_file', '{"path":"a"}'], ['list_files', '{"path":"a"}']), [1, 1]);
  });

  it('has the same arguments, however deep they are and however they are written', () => {
    assert.deepEqual(counts(['t', '{"all":[{"a":1,"b":2}]}'], ['t', '{ "all": [{ "b": 2, "a": 1 }] }'], ['t', '{"all":[{"a":1,"b":3}]}']), [1, 2, 1]);
  });

  it('has the same text where its arguments are no JSON', () => {
    assert.deepEqual(counts(['t', '{"a'], ['t', ' {"a'], ['t', '{"b']), [1, 2, 1]);
  });
});
