import * as assert from 'node:assert/strict';
import { modelChoices } from '../../../../../src/webview/chat/dock/modelChoices.ts';

const state = {
  agent: 'ask',
  owner: 'here' as const,
  model: { name: 'GPT-4.1', offline: false, own: false },
  models: [
    { name: 'GPT-4.1', detail: 'gpt-4.1, OpenAI' },
    { name: 'local', detail: 'qwen3, Ollama' },
    { name: '', detail: 'A script, without a model' },
  ],
};

describe('The choice of a model', () => {
  let setUps: number;
  const view = (more: Partial<Parameters<typeof modelChoices>[0]> = {}): ReturnType<typeof modelChoices> => modelChoices({ ...state, ...more }, () => setUps++);
  beforeEach(() => {
    setUps = 0;
  });

  it('has those that are set up, the offline one, and last the way to another', () => {
    const { choices, chosen, face, tip } = view();
    assert.deepEqual(choices.map(({ title }) => title), ['GPT-4.1', 'local', 'Offline', 'Set up a model…']);
    assert.deepEqual([chosen, face.words, tip], ['GPT-4.1', 'GPT-4.1', 'Model: GPT-4.1']);
    assert.deepEqual(choices.map(({ take }) => take !== undefined), [false, false, false, true]);
    choices.at(-1)?.take?.();
    assert.equal(setUps, 1);
  });

  it('says where the agent has a model of its own, and marks none as chosen', () => {
    const { chosen, tip, face } = view({ model: { name: 'local', offline: false, own: true } });
    assert.equal(chosen, undefined);
    assert.equal(face.words, 'local');
    assert.match(tip, /^Ask uses local by your settings\./);
  });

  it('tells what the session used, for where there is no room for that', () => {
    assert.match(view({ usage: { inputTokens: 2000, outputTokens: 10, estimated: false } }).tip, /^Model: GPT-4\.1\nTokens of this session: 2\.0k in, 10 out\./);
  });

  it('knows the offline model by its empty name', () => {
    const { chosen, face } = view({ model: { name: 'Offline', offline: true, own: false } });
    assert.deepEqual([chosen, face.words], ['', 'Offline']);
  });

  it('is none in another window’s session', () => {
    assert.equal(view({ owner: 'elsewhere' }).enabled, false);
  });
});
