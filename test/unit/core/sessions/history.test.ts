import * as assert from 'node:assert/strict';
import { toLlmMessages } from '../../../../src/core/sessions/history.ts';
import { emptySession } from '../../../../src/core/sessions/SessionState.ts';

describe('toLlmMessages', () => {
  it('gives every tool call a result, as the protocol demands, also after a crash', () => {
    const session = emptySession('s');
    const call = (id: string): { id: string; name: string; arguments: string } => ({ id, name: 'write_file', arguments: '{}' });
    session.messages.push(
      { role: 'user', id: 'u', content: 'go' },
      { role: 'assistant', id: 'a', agent: 'coder', content: '', toolCalls: [call('done'), call('started'), call('asked')], interrupted: false },
      { role: 'tool', id: 't', callId: 'done', outcome: 'ok', content: 'fine' },
    );
    session.calls.set('done', 'ended').set('started', 'started').set('asked', 'requested');
    const messages = toLlmMessages('prompt', session);
    assert.deepEqual(
      messages.map((message) => (message.role === 'tool' ? `${message.role} ${message.callId}` : message.role)),
      ['system', 'user', 'assistant', 'tool started', 'tool asked', 'tool done'],
    );
    const told = new Map(messages.flatMap((message) => (message.role === 'tool' ? [[message.callId, message.content] as const] : [])));
    assert.match(told.get('started') ?? '', /nobody saw its end/);
    assert.match(told.get('asked') ?? '', /did not run/);
    assert.equal(told.get('done'), 'fine');
  });
});
