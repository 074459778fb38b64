import * as assert from 'node:assert/strict';
import type { OpenSession } from '../../../../src/core/sessions/OpenSessions.ts';
import { emptySession } from '../../../../src/core/sessions/SessionState.ts';
import type { ChatState } from '../../../../src/protocol/webview.ts';
import { chatState } from '../../../../src/vscode/panel/chatState.ts';
import { Story } from '../../../support/Story.ts';

describe('The state of a chat', () => {
  let story: Story;
  let queue: { messageId: string; text: string }[];
  let owned: boolean;
  beforeEach(() => {
    story = new Story();
    queue = [];
    owned = true;
    story.says('do it');
    story.begins();
  });

  const state = (): ChatState => {
    const session = { ...emptySession('s'), queue };
    const open: OpenSession = { id: 's', session, transcript: story.transcript, owned, deleted: false, unknown: 0, onChangedHands: () => ({ dispose: () => undefined }) };
    const agents = [{ name: 'coder', title: 'Coder', purpose: 'codes' }];
    return chatState(open, { workspace: { folders: () => [], trusted: () => true }, agents: () => agents, agentOf: (id) => `agent of ${id}`, policy: { state: { preset: 'askWrites', enabled: true, invalid: [] } }, modelName: '' });
  };

  it('waits while a question does, and says whether words answer it', () => {
    assert.deepEqual([state().turn, state().question], ['running', undefined]);
    story.asks('q', { free: false });
    assert.deepEqual([state().turn, state().question], ['waiting', { id: 'q', free: false }]);
  });

  it('asks nothing in a window that has not the session', () => {
    story.asks('q');
    owned = false;
    const { turn, owner, question } = state();
    assert.deepEqual([turn, owner, question], ['idle', 'elsewhere', undefined]);
  });

  it('has the plan and the agent', () => {
    story.tell('agent.plan.updated', { agent: 'coder', steps: [{ title: 'a', status: 'pending' }] });
    assert.deepEqual(state().plan, [{ title: 'a', status: 'pending' }]);
    assert.equal(state().agent, 'agent of s');
    assert.equal(state().agents.length, 1);
  });

  it('has the beginnings of long queued messages, in whole characters', () => {
    queue = ['short', 'x'.repeat(300), '😀'.repeat(300), 'x'.repeat(200)].map((text, index) => ({ messageId: String(index), text }));
    assert.deepEqual(
      state().queue.map(({ text }) => text),
      ['short', `${'x'.repeat(200)}…`, `${'😀'.repeat(200)}…`, 'x'.repeat(200)],
    );
  });
});
