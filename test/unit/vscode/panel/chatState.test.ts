import * as assert from 'node:assert/strict';
import type { OpenSession } from '../../../../src/core/sessions/OpenSessions.ts';
import { readProfiles } from '../../../../src/core/llm/profiles.ts';
import { emptySession } from '../../../../src/core/sessions/SessionState.ts';
import type { ChatState } from '../../../../src/protocol/webview.ts';
import { chatState } from '../../../../src/vscode/panel/chatState.ts';
import { Story } from '../../../support/Story.ts';

describe('The state of a chat', () => {
  let story: Story;
  let queue: { messageId: string; text: string }[];
  let owned: boolean;
  let settings: { models: unknown; model: unknown; agentModels: unknown };
  beforeEach(() => {
    story = new Story();
    queue = [];
    owned = true;
    settings = { models: [], model: '', agentModels: {} };
    story.says('do it');
    story.begins();
  });

  const state = (): ChatState => {
    const session = { ...emptySession('s'), queue };
    const open: OpenSession = { id: 's', session, transcript: story.transcript, owned, deleted: false, unknown: 0, onChangedHands: () => ({ dispose: () => undefined }) };
    const agents = [{ name: 'coder', title: 'Coder', purpose: 'codes' }];
    return chatState(open, { workspace: { folders: () => [], trusted: () => true }, agents: () => agents, agentOf: (id) => `agent of ${id}`, policy: { state: { preset: 'askWrites', enabled: true, invalid: [] } }, modelSettings: { read: () => readProfiles(settings) } });
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

  it('has the model of the agent that has the session, and those that can be chosen, the offline one last', () => {
    assert.deepEqual(state().model, { name: 'Offline', offline: true, own: false });
    assert.deepEqual(state().models.map(({ name }) => name), ['']);
    settings = { models: [{ name: 'GPT', provider: 'openai', model: 'gpt-4.1' }, { name: 'local', provider: 'ollama', model: 'qwen3:8b' }], model: 'GPT', agentModels: { ask: 'local' } };
    assert.deepEqual(state().model, { name: 'GPT', offline: false, own: false });
    assert.deepEqual(state().models.slice(0, 2), [
      { name: 'GPT', detail: 'gpt-4.1 · OpenAI' },
      { name: 'local', detail: 'qwen3:8b · Ollama' },
    ]);
    settings.agentModels = { 'agent of s': 'local' };
    assert.deepEqual(state().model, { name: 'local', offline: false, own: true });
  });

  it('has the name of a model that is chosen and not set up: the next message says so', () => {
    settings.model = 'lost';
    assert.deepEqual(state().model, { name: 'lost', offline: false, own: false });
  });

  it('has the beginnings of long queued messages, in whole characters', () => {
    queue = ['short', 'x'.repeat(300), '😀'.repeat(300), 'x'.repeat(200)].map((text, index) => ({ messageId: String(index), text }));
    assert.deepEqual(
      state().queue.map(({ text }) => text),
      ['short', `${'x'.repeat(200)}…`, `${'😀'.repeat(200)}…`, 'x'.repeat(200)],
    );
  });
});
