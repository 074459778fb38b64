import * as assert from 'node:assert/strict';
import { readProfiles } from '../../../../src/core/llm/profiles.ts';
import { setApiKey } from '../../../../src/vscode/models/setApiKey.ts';
import { ScriptedPrompts } from '../../../support/ScriptedPrompts.ts';
import { ShownMessages } from '../../../support/ShownMessages.ts';

const openai = { name: 'GPT', provider: 'openai', model: 'gpt-4.1' };
const mini = { name: 'mini', provider: 'openai', model: 'gpt-4.1-mini' };
const xai = { name: 'Grok', provider: 'xai', model: 'grok-4' };
const own = { name: 'own', provider: 'vscode', model: 'copilot/x' };

describe('Set API Key', () => {
  let keys: Map<string, string>;
  let messages: ShownMessages;
  let setUps: number;
  beforeEach(() => {
    keys = new Map();
    messages = new ShownMessages();
    setUps = 0;
  });

  const start = (models: readonly unknown[], prompts: ScriptedPrompts): Promise<void> =>
    setApiKey({
      settings: { read: () => readProfiles({ models, model: 'Grok', agentModels: {} }) },
      keys: {
        get: (origin) => Promise.resolve(keys.get(origin)),
        set: (origin, key) => Promise.resolve(void keys.set(origin, key)),
        delete: (origin) => Promise.resolve(void keys.delete(origin)),
      },
      prompts,
      messages,
      setUpModel: () => Promise.resolve(void (setUps += 1)),
    });

  it('asks at once for the key of the only origin, and says where it is kept', async () => {
    const prompts = new ScriptedPrompts({ type: 'two words' }, { type: ' sk-1 ' });
    await start([openai, mini, own], prompts);
    assert.deepEqual([...keys], [['https://api.openai.com', 'sk-1']]);
    assert.match(prompts.seen[0] ?? '', /^API Key for https:\/\/api\.openai\.com: Kept in VS Code’s secret storage and sent to https:\/\/api\.openai\.com only/);
    assert.match(prompts.last, /\{A key has no spaces/);
    assert.deepEqual(messages.texts, ['The API key for https://api.openai.com is stored.']);
    assert.equal(prompts.open, false);
  });

  it('asks whose where there are several, the chosen model’s first, and names the models', async () => {
    const prompts = new ScriptedPrompts({ pick: 'https://api.openai.com' }, { type: 'sk-1' });
    await start([openai, xai, mini], prompts);
    assert.match(prompts.seen[0] ?? '', /-> https:\/\/api\.x\.ai \(Grok\), https:\/\/api\.openai\.com \(GPT, mini\)/);
    assert.deepEqual([...keys.keys()], ['https://api.openai.com']);
  });

  it('removes the key where nothing is entered, and changes nothing where the person leaves', async () => {
    keys.set('https://api.x.ai', 'sk-x');
    await start([openai, xai], new ScriptedPrompts('esc'));
    await start([xai], new ScriptedPrompts('esc'));
    assert.deepEqual([keys.size, messages.texts], [1, []]);
    await start([xai], new ScriptedPrompts({ type: '' }));
    assert.equal(keys.size, 0);
    assert.deepEqual(messages.texts, ['The API key for https://api.x.ai is removed.']);
  });

  it('leads to setting a model up where none takes a key', async () => {
    const started = start([own], new ScriptedPrompts());
    await new Promise((resolve) => setImmediate(resolve));
    messages.press();
    await started;
    assert.equal(setUps, 1);
  });
});
