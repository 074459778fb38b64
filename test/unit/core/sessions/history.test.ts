import * as assert from 'node:assert/strict';
import { toLlmMessages } from '../../../../src/core/sessions/history.ts';
import { emptySession } from '../../../../src/core/sessions/SessionState.ts';

describe('toLlmMessages', () => {
  it('gives every tool call a result, as the protocol demands, also after a crash', () => {
    const session = emptySession('s');
    const call = (id: string): { id: string; name: string; arguments: string } => ({ id, name: 'write_file', arguments: '{}' });
    session.messages.push(
      { role: 'user', id: 'u', content: 'go' },
      { role: 'assistant', id: 'a', agent: 'coder', content: '', toolCalls: [call('done'), call('started'), call('asked'), call('lost'), call('failed')], interrupted: false },
      { role: 'tool', id: 't', callId: 'done', outcome: 'ok', content: 'fine' },
      { role: 'tool', id: 'f', callId: 'failed', outcome: 'error', content: 'no such file' },
    );
    session.calls.set('done', 'ended').set('started', 'started').set('asked', 'requested').set('lost', 'ended').set('failed', 'ended');
    const messages = toLlmMessages('prompt', session);
    assert.deepEqual(
      messages.map((message) => (message.role === 'tool' ? `${message.role} ${message.callId}` : message.role)),
      ['system', 'user', 'assistant', 'tool started', 'tool asked', 'tool lost', 'tool done', 'tool failed'],
    );
    const told = new Map(messages.flatMap((message) => (message.role === 'tool' ? [[message.callId, message.content] as const] : [])));
    assert.match(told.get('started') ?? '', /nobody saw its end/);
    assert.match(told.get('asked') ?? '', /did not run/);
    assert.match(told.get('lost') ?? '', /ran to its end/);
    assert.equal(told.get('done'), 'fine');
    assert.equal(told.get('failed'), 'Error: no such file');
  });

  it('leaves out an answer without words and calls', () => {
    const session = emptySession('s');
    session.messages.push({ role: 'user', id: 'u', content: 'go' }, { role: 'assistant', id: 'a', agent: 'coder', content: '', toolCalls: [], interrupted: false });
    assert.deepEqual(toLlmMessages('prompt', session).map(({ role }) => role), ['system', 'user']);
  });
});
