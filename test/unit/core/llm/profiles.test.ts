import * as assert from 'node:assert/strict';
import { errorInfoOf } from '../../../../src/protocol/errors.ts';
import { addressOf, originOf, profileDetail, profileOf, readProfiles } from '../../../../src/core/llm/profiles.ts';
import { providers } from '../../../../src/core/llm/providers.ts';

const gpt = { name: 'GPT', provider: 'openai', model: 'gpt-4.1' };
const local = { name: 'local', provider: 'ollama', model: 'qwen3:8b', contextWindow: 32_768, maxOutputTokens: 4096, temperature: 0 };

describe('Profiles of models', () => {
  it('are read as they are written, without the spaces around them', () => {
    const { profiles, chosen, agents, problems } = readProfiles({ models: [{ ...gpt, name: ' GPT ', model: ' gpt-4.1\n' }, local], model: ' GPT ', agentModels: { ask: 'local', coder: '' } });
    assert.deepEqual(profiles, [gpt, local]);
    assert.deepEqual([chosen, [...agents], problems], ['GPT', [['ask', 'local']], []]);
  });

  it('are none where nothing is set', () => {
    const settings = readProfiles({ models: undefined, model: undefined, agentModels: undefined });
    assert.deepEqual([settings.profiles, settings.chosen, settings.problems], [[], '', []]);
    assert.equal(profileOf(settings, 'coder'), undefined);
  });

  for (const [what, entry, reason] of [
    ['no object', 'gpt-4.1', /entry 1 is left out: it must be an object/],
    ['null', null, /it must be an object/],
    ['no name', { provider: 'openai', model: 'm' }, /entry 1 is left out: name must be a text/],
    ['an empty name', { ...gpt, name: ' ' }, /name must not be empty/],
    ['a name without end', { ...gpt, name: 'x'.repeat(201) }, /at most 200/],
    ['an unknown provider', { ...gpt, provider: 'acme' }, /entry 1 \(“GPT”\) is left out: provider must be one of openai, azure/],
    ['no model', { ...gpt, model: '' }, /model must not be empty/],
    ['no address where one is needed', { ...gpt, provider: 'compatible' }, /baseUrl is missing: Another OpenAI-compatible server has no address/],
    ['no address of Azure', { ...gpt, provider: 'azure' }, /baseUrl is missing: Azure OpenAI/],
    ['an address that is none', { ...gpt, baseUrl: 'api.openai.com' }, /baseUrl is “api\.openai\.com”; it must be an http or https address/],
    ['a file as an address', { ...gpt, baseUrl: 'file:///etc/passwd' }, /must be an http or https address/],
    ['a broken window', { ...gpt, contextWindow: 1.5 }, /contextWindow must be a whole number/],
    ['a window of nothing', { ...gpt, contextWindow: 0 }, /contextWindow must be more than 0/],
    ['a broken limit', { ...gpt, maxOutputTokens: '8k' }, /maxOutputTokens must be a whole number/],
    ['a temperature beyond the scale', { ...gpt, temperature: 3 }, /temperature must be from 0 to 2/],
  ] as const) {
    it(`with ${what} are left out and told, and the others count`, () => {
      const { profiles, problems } = readProfiles({ models: [entry, local], model: '', agentModels: {} });
      assert.deepEqual(profiles, [local]);
      assert.equal(problems.length, 1);
      assert.match(problems[0] ?? '', reason);
    });
  }

  it('never repeat the user name and password of an address', () => {
    const { problems } = readProfiles({ models: [{ ...gpt, baseUrl: 'https://me:secret@a.example/v1' }], model: '', agentModels: {} });
    assert.match(problems.join(), /“https:\/\/…@a\.example\/v1”/);
    assert.ok(!problems.join().includes('secret'));
    for (const baseUrl of ['me:secret@a.example/v1', 'https://me:sec/secret@a.example/v1', 'ftp://me:secret@a.example']) {
      const told = readProfiles({ models: [{ ...gpt, baseUrl }], model: '', agentModels: {} }).problems.join();
      assert.match(told, /…@a\.example/);
      assert.ok(!told.includes('sec'), told);
    }
  });

  it('of the same name: the first counts', () => {
    const { profiles, problems } = readProfiles({ models: [gpt, { ...local, name: 'GPT' }], model: 'GPT', agentModels: {} });
    assert.deepEqual(profiles, [gpt]);
    assert.match(problems.join(), /entry 2 \(“GPT”\) is left out: an entry before it has the same name/);
  });

  it('in settings of another kind are none, and that is told', () => {
    const { profiles, chosen, agents, problems } = readProfiles({ models: { GPT: gpt }, model: 4, agentModels: ['local'] });
    assert.deepEqual([profiles, chosen, agents.size], [[], '', 0]);
    assert.equal(problems.length, 3);
    assert.match(readProfiles({ models: [], model: '', agentModels: { ask: 1 } }).problems.join(), /agentModels\.ask is left out/);
  });
});

describe('The profile of an agent', () => {
  it('is its own, else the chosen one', () => {
    const settings = readProfiles({ models: [gpt, local], model: 'GPT', agentModels: { ask: 'local' } });
    assert.equal(profileOf(settings, 'ask')?.name, 'local');
    assert.equal(profileOf(settings, 'coder')?.name, 'GPT');
    assert.equal(profileOf(settings, '')?.name, 'GPT');
  });

  const message = (models: readonly unknown[], model: string, agentModels: unknown, agent: string): string => {
    try {
      profileOf(readProfiles({ models, model, agentModels }), agent);
    } catch (error) {
      const { code, message } = errorInfoOf(error);
      assert.equal(code, 'model_not_configured');
      return message;
    }
    assert.fail('it was taken');
  };

  it('that nothing is set up for is told with the setting, and what to write', () => {
    assert.match(message([gpt], 'GTP', {}, 'coder'), /^agentRuntime\.model is “GTP”, and no entry of agentRuntime\.models has that name\. Write the name of one there, or run “Agent Runtime: Set Up a Model”$/);
    assert.match(message([gpt], 'GPT', { ask: 'lost' }, 'ask'), /^agentRuntime\.agentModels\.ask is “lost”/);
  });

  it('that is not valid is told with what is wrong, and nobody else answers in its place', () => {
    assert.match(message([gpt, { ...local, contextWindow: 'big' }], 'local', {}, 'coder'), /its entry in agentRuntime\.models is not valid: contextWindow must be a whole number\. Correct it, or run/);
  });
});

describe('The address of a profile', () => {
  it('is its own, else its provider’s; VS Code’s own models have none', () => {
    assert.equal(addressOf({ provider: 'openai' }), 'https://api.openai.com/v1');
    assert.equal(addressOf({ provider: 'openai', baseUrl: 'https://proxy.example/v1' }), 'https://proxy.example/v1');
    assert.equal(addressOf({ provider: 'vscode', baseUrl: 'https://proxy.example/v1' }), undefined);
    assert.deepEqual(readProfiles({ models: [{ name: 'a', provider: 'vscode', model: 'copilot/gpt-4.1' }], model: '', agentModels: {} }).problems, []);
  });

  it('tells people the host where the provider is nobody in particular', () => {
    const detail = (profile: Record<string, unknown>): string => {
      const [read] = readProfiles({ models: [{ name: 'a', model: 'm', ...profile }], model: '', agentModels: {} }).profiles;
      return read === undefined ? '' : profileDetail(read);
    };
    assert.equal(detail({ provider: 'openai' }), 'm · OpenAI');
    assert.equal(detail({ provider: 'compatible', baseUrl: 'https://models.example:8443/v1' }), 'm · models.example:8443');
  });

  it('has an origin, which keys are bound to', () => {
    assert.equal(originOf('https://api.openai.com/v1'), 'https://api.openai.com');
    assert.equal(originOf('http://127.0.0.1:11434/v1'), 'http://127.0.0.1:11434');
    for (const address of ['', 'api.openai.com', 'ftp://a.example', 'file:///etc', 'https://user:pass@a.example']) assert.equal(originOf(address), undefined);
  });

  it('of every preset is one, over https but for the person’s own computer', () => {
    for (const { baseUrl, local = false, id } of providers) {
      if (baseUrl !== undefined) assert.match(originOf(baseUrl) ?? '', local ? /^http:\/\/127\.0\.0\.1:\d+$/ : /^https:\/\//, id);
    }
  });
});
