import * as assert from 'node:assert/strict';
import { readProfiles } from '../../../../src/core/llm/profiles.ts';
import type { LlmStream, Model } from '../../../../src/core/ports/LlmStream.ts';
import { errorInfoOf } from '../../../../src/protocol/errors.ts';
import { RuntimeError } from '../../../../src/protocol/RuntimeError.ts';
import { ConfiguredModels, type RemoteModelOptions } from '../../../../src/vscode/config/ConfiguredModels.ts';
import { ScriptedModel } from '../../../support/ScriptedModel.ts';
import { TestModelMemory } from '../../../support/TestModelMemory.ts';

const gpt = { name: 'GPT', provider: 'openai', model: 'gpt-4.1', contextWindow: 1000, maxOutputTokens: 100, temperature: 0.2 };
const local = { name: 'local', provider: 'ollama', model: 'qwen3:8b' };

describe('ConfiguredModels', () => {
  let raw: { models: unknown; model: unknown; agentModels: unknown };
  let keys: Map<string, string>;
  let connected: RemoteModelOptions[];
  let failure: Error | undefined;
  let vscodeModel: (model: string) => Promise<Model>;
  let models: ConfiguredModels;
  const offline = new ScriptedModel([]);
  const memory = new TestModelMemory();
  beforeEach(() => {
    raw = { models: [gpt, local], model: 'GPT', agentModels: {} };
    keys = new Map([['https://api.openai.com', 'sk-1']]);
    connected = [];
    failure = undefined;
    vscodeModel = () => Promise.reject(new RuntimeError({ code: 'model_no_permission', message: 'no' }));
    models = new ConfiguredModels({
      settings: { read: () => readProfiles(raw) },
      keys: { get: (origin) => Promise.resolve(keys.get(origin)) },
      memory,
      offline,
      connect: (options): LlmStream => {
        connected.push(options);
        if (failure !== undefined) throw failure;
        return new ScriptedModel([]);
      },
      vscodeModel: (model) => vscodeModel(model),
    });
  });

  it('gives the chosen model, with its key and what the profile says of it', async () => {
    const { llm, ...model } = await models.select('coder');
    assert.ok(llm instanceof ScriptedModel);
    assert.deepEqual(model, { name: 'gpt-4.1', provider: 'https://api.openai.com', contextWindow: 1000, maxOutputTokens: 100, temperature: 0.2 });
    assert.deepEqual(connected, [{ baseUrl: 'https://api.openai.com/v1', model: 'gpt-4.1', apiKey: 'sk-1', provider: 'openai', memory }]);
  });

  it('gives an agent its own, without a key where the server is on plain http', async () => {
    raw.agentModels = { ask: 'local' };
    assert.equal((await models.select('ask')).provider, 'http://127.0.0.1:11434');
    assert.equal((await models.select('coder')).name, 'gpt-4.1');
    assert.deepEqual(connected.map(({ apiKey }) => apiKey), [undefined, 'sk-1']);
  });

  it('gives the offline model where none is chosen', async () => {
    raw.model = '';
    assert.deepEqual(await models.select('coder'), { name: 'offline', provider: 'offline', llm: offline });
  });

  const codeOf = async (agent: string): Promise<string> => {
    try {
      await models.select(agent);
    } catch (error) {
      return errorInfoOf(error).code;
    }
    return 'none';
  };

  it('asks for a key where a server on https has none, and answers for no other profile', async () => {
    keys.clear();
    assert.equal(await codeOf('coder'), 'model_key_missing');
    raw.model = 'lost';
    assert.equal(await codeOf('coder'), 'model_not_configured');
    assert.equal(connected.length, 0);
  });

  it('uses a client again while nothing of it changed', async () => {
    const { llm } = await models.select('coder');
    assert.equal((await models.select('debug')).llm, llm);
    raw.models = [{ ...gpt, temperature: 1 }, local];
    const warmer = await models.select('coder');
    assert.deepEqual([warmer.llm === llm, warmer.temperature], [true, 1]);
    assert.equal(connected.length, 1);
  });

  for (const [what, change] of [
    ['the key', () => keys.set('https://api.openai.com', 'sk-2')],
    ['the model', () => (raw.models = [{ ...gpt, model: 'gpt-5' }, local])],
    ['the provider', () => (raw.models = [{ ...gpt, provider: 'compatible', baseUrl: 'https://api.openai.com/v1' }, local])],
    ['the address', () => (raw.models = [{ ...gpt, baseUrl: 'https://api.openai.com/v2' }, local])],
  ] as const) {
    it(`makes another when ${what} changes`, async () => {
      const { llm } = await models.select('coder');
      change();
      assert.notEqual((await models.select('coder')).llm, llm);
      assert.equal(connected.length, 2);
    });
  }

  it('keeps nothing of a profile that is gone, and nothing that failed', async () => {
    await models.select('coder');
    raw = { models: [local], model: 'local', agentModels: {} };
    await models.select('coder');
    raw = { models: [gpt], model: 'GPT', agentModels: {} };
    await models.select('coder');
    assert.equal(connected.length, 3);
    raw = { models: [gpt, local], model: 'local', agentModels: {} };
    failure = new Error('no such file');
    assert.equal(await codeOf('coder'), 'internal');
    failure = undefined;
    assert.equal(await codeOf('coder'), 'none');
  });

  it('gives VS Code’s own models by their vendor and id, with what the profile says', async () => {
    raw.models = [{ name: 'GPT', provider: 'vscode', model: 'copilot/gpt-4.1', contextWindow: 500 }];
    assert.equal(await codeOf('coder'), 'model_no_permission');
    const asked: string[] = [];
    vscodeModel = (model) => {
      asked.push(model);
      return Promise.resolve({ name: 'GPT-4.1', provider: 'vscode', llm: offline, contextWindow: 900 });
    };
    assert.deepEqual(await models.select('coder'), { name: 'GPT-4.1', provider: 'vscode', llm: offline, contextWindow: 500 });
    assert.deepEqual([asked, connected], [['copilot/gpt-4.1'], []]);
  });
});
