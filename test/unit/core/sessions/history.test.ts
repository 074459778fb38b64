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

  it('has no answer of empty lines alone: providers refuse the whole conversation for one', () => {
    const session = emptySession('s');
    const answer = (id: string, toolCalls: { id: string; name: string; arguments: string }[]): void => void session.messages.push({ role: 'assistant', id, agent: 'coder', content: '\n\n', toolCalls, interrupted: false });
    session.messages.push({ role: 'user', id: 'u', content: 'go' });
    answer('a', [{ id: 'c', name: 'read_file', arguments: '{}' }]);
    session.messages.push({ role: 'tool', id: 't', callId: 'c', outcome: 'ok', content: 'fine' });
    answer('b', []);
    assert.deepEqual(toLlmMessages('prompt', session).map(({ role, content }) => [role, content]), [['system', 'prompt'], ['user', 'go'], ['assistant', ''], ['tool', 'fine']]);
  });

  it('tells a model what the person put back, in front of what they say next', () => {
    const session = emptySession('s');
    const said = (id: string): void => void session.messages.push({ role: 'user', id, content: id });
    said('first');
    session.messages.push({ role: 'assistant', id: 'a', agent: 'coder', content: 'Done.', toolCalls: [], interrupted: false });
    session.putBack.push({ messages: 2, files: ['a.md', 'b.md'] }, { messages: 2, files: ['b.md'] });
    said('second');
    said('third');
    const contents = toLlmMessages('prompt', session).map(({ content }) => content);
    assert.deepEqual([contents[1], contents[2], contents[4], contents[5]], ['first', 'Done.', 'second', 'third']);
    assert.match(contents[3] ?? '', /undid changes.*: a\.md, b\.md\. Read them/);
    assert.equal(contents.length, 6);
    assert.match(toLlmMessages('prompt', session, { since: 'last message' })[1]?.content ?? '', /undid changes/);
  });

  it('tells it where a turn goes on without a word of theirs, in one place, after the results of calls', () => {
    const session = emptySession('s');
    const calls = (id: string): void => {
      session.messages.push({ role: 'assistant', id: `m${id}`, agent: 'coder', content: '', toolCalls: [{ id, name: 'write_file', arguments: '{}' }], interrupted: false });
    };
    const roles = (): string[] => toLlmMessages('prompt', session).map((message) => (message.content.includes('undid changes') ? 'put back' : message.role));
    session.messages.push({ role: 'user', id: 'u', content: 'go' });
    calls('c');
    session.putBack.push({ messages: 2, files: ['a.md'] });
    assert.deepEqual(roles(), ['system', 'user', 'assistant', 'tool', 'put back']);
    session.messages.push({ role: 'tool', id: 't', callId: 'c', outcome: 'cancelled', content: 'no' });
    assert.deepEqual(roles(), ['system', 'user', 'assistant', 'tool', 'put back']);
    calls('d');
    assert.deepEqual(roles(), ['system', 'user', 'assistant', 'tool', 'put back', 'assistant', 'tool']);
  });
});
