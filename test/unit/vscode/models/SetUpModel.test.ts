import * as assert from 'node:assert/strict';
import type { ListedModel } from '../../../../src/core/llm/modelServers.ts';
import { PassingMemory } from '../../../../src/core/llm/PassingMemory.ts';
import { readProfiles } from '../../../../src/core/llm/profiles.ts';
import { findLocalServers } from '../../../../src/llm/findLocalServers.ts';
import { listModels } from '../../../../src/llm/listModels.ts';
import { OpenAiStream } from '../../../../src/llm/OpenAiStream.ts';
import { SetUpModel } from '../../../../src/vscode/models/SetUpModel.ts';
import { answerWith, json, KeyedServer } from '../../../support/KeyedServer.ts';
import { MemoryLog } from '../../../support/ports.ts';
import { ScriptedModel } from '../../../support/ScriptedModel.ts';
import { ScriptedPrompts } from '../../../support/ScriptedPrompts.ts';
import { TestModelMemory } from '../../../support/TestModelMemory.ts';
import { ShownMessages } from '../../../support/ShownMessages.ts';

const agents = [
  { name: 'orchestrator', title: 'Orchestrator', purpose: 'chooses' },
  { name: 'coder', title: 'Coder', purpose: 'codes' },
  { name: 'ask', title: 'Ask', purpose: 'answers' },
];
const COMPATIBLE = 'Another OpenAI-compatible server';

/** Settings and keys as they are kept, and in which order they were written. */
class Kept {
  models: unknown[] = [];
  model = '';
  agentModels: Record<string, string> = {};
  readonly keys = new Map<string, string>();
  readonly writes: string[] = [];
  failure: Error | undefined;

  readonly read = (): ReturnType<typeof readProfiles> => readProfiles(this);
  readonly rawModels = (): readonly unknown[] => this.models;
  readonly writeModels = (models: readonly unknown[]): Promise<void> => this.#write('models', () => (this.models = [...models]));
  readonly writeChosen = (name: string): Promise<void> => this.#write('model', () => (this.model = name));
  readonly writeAgents = (own: ReadonlyMap<string, string>): Promise<void> => this.#write('agentModels', () => (this.agentModels = Object.fromEntries(own)));
  readonly get = (origin: string): Promise<string | undefined> => Promise.resolve(this.keys.get(origin));
  readonly set = (origin: string, key: string): Promise<void> => {
    this.writes.push(`key ${key}`);
    this.keys.set(origin, key);
    return Promise.resolve();
  };
  readonly delete = (origin: string): Promise<void> => {
    this.writes.push('no key');
    this.keys.delete(origin);
    return Promise.resolve();
  };

  #write(what: string, write: () => void): Promise<void> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    this.writes.push(what);
    write();
    return Promise.resolve();
  }
}

describe('Set Up a Model', () => {
  let server: KeyedServer;
  let kept: Kept;
  let candidates: string[];
  let vscodeModels: ListedModel[];
  let messages: ShownMessages;
  let log: MemoryLog;
  let asking: AbortSignal[];
  let memory: TestModelMemory;
  beforeEach(async () => {
    server = new KeyedServer();
    server.key = 'sk-right';
    await server.start();
    server.routes.set('/v1/models', { data: [{ id: 'm1', context_length: 8192 }, { id: 'm2' }] });
    server.routes.set('/v1/chat/completions', answerWith('ready'));
    kept = new Kept();
    candidates = [];
    vscodeModels = [];
    messages = new ShownMessages();
    log = new MemoryLog();
    asking = [];
    memory = new TestModelMemory();
  });
  afterEach(() => server.stop());

  const run = async (prompts: ScriptedPrompts): Promise<ScriptedPrompts> => {
    const set = new SetUpModel({
      prompts,
      settings: kept,
      keys: kept,
      listModels,
      findLocalServers: (signal, asked) => {
        asking.push(signal);
        return findLocalServers(signal, asked ?? candidates);
      },
      vscodeModels: () => Promise.resolve(vscodeModels),
      connect: ({ provider, ...options }) => Promise.resolve(provider === 'vscode' ? new ScriptedModel([{ text: 'ready' }]) : new OpenAiStream(Object.assign(options, { provider, memory: new PassingMemory() }))),
      memory,
      agents: () => agents,
      messages,
      log,
    });
    await set.run();
    assert.equal(prompts.left, 0, `not asked for: ${prompts.left}, last ${prompts.last}`);
    assert.equal(prompts.open, false, 'something is still shown');
    return prompts;
  };
  const address = (): { type: string } => ({ type: server.baseUrl });
  const untouched = (): void => assert.deepEqual([kept.writes, kept.models, kept.model], [[], [], '']);
  /** Nobody has seen or kept a key that they must not. */
  const nothingOf = (key: string, prompts: ScriptedPrompts): void => {
    assert.ok(!JSON.stringify([prompts.seen, log.lines, messages.texts, kept.models]).includes(key));
  };

  it('makes what was learned of the model count no more, once it is kept: its server may take more by now', async () => {
    memory.learn(server.origin, 'm1', { refused: ['tools'], contextWindow: 4096 });
    memory.learn(server.origin, 'm2', { contextWindow: 4096 });
    const answers = [{ pick: COMPATIBLE }, address(), { type: 'sk-right' }, { pick: 'm1' }, { type: 'Mine' }, { pick: 'All agents' }] as const;
    kept.failure = new Error('read-only');
    await assert.rejects(run(new ScriptedPrompts(...answers)));
    assert.deepEqual(memory.read(server.origin, 'm1'), { refused: ['tools'], contextWindow: 4096 });
    kept.failure = undefined;
    await run(new ScriptedPrompts(...answers));
    assert.deepEqual([memory.read(server.origin, 'm1'), memory.read(server.origin, 'm2')], [{}, { contextWindow: 4096 }]);
  });

  it('asks for address, key and model, tries it, and keeps it for all agents', async () => {
    const prompts = await run(new ScriptedPrompts({ pick: COMPATIBLE }, address(), { type: ' sk-right\n' }, { pick: 'm1' }, { type: 'Mine' }, { pick: 'All agents' }));
    assert.deepEqual(kept.models, [{ name: 'Mine', provider: 'compatible', model: 'm1', baseUrl: server.baseUrl, contextWindow: 8192 }]);
    assert.deepEqual([kept.model, [...kept.keys]], ['Mine', [[server.origin, 'sk-right']]]);
    // the key is there before anything can need it
    assert.deepEqual(kept.writes, ['key sk-right', 'models', 'model']);
    assert.match(messages.texts.join(), /“Mine” is set up\. All agents use it\./);
    assert.match(prompts.seen.join('\n'), /5\/6.*A name of your own for it[^\n]*= “m1”/);
    assert.ok(!prompts.seen.some((line) => line.includes('@Enter another')), 'Enter takes the first model');
    nothingOf('sk-right', prompts);
    const sent = JSON.parse(server.bodies.at(-1) ?? '') as { stream: boolean; tools: unknown[]; model: string };
    assert.deepEqual([sent.stream, sent.tools.length, sent.model], [true, 1, 'm1']);
  });

  it('says that a key is wrong at the key, keeps what was typed, and stores only the one that worked', async () => {
    kept.keys.set(server.origin, 'sk-older');
    const prompts = await run(new ScriptedPrompts({ pick: COMPATIBLE }, address(), { pick: 'Enter another key…' }, { type: 'sk-wrong' }, { type: 'sk-right' }, { pick: 'm2' }, { enter: true }, { pick: 'All agents' }));
    const { host } = new URL(server.origin);
    const asked = prompts.seen.find((line) => line.includes('refused the key'));
    assert.ok(asked?.includes(`[${host} refused the key (401). It may be incomplete, expired or of another account.]`));
    assert.ok(asked?.endsWith(`= “${'•'.repeat('sk-wrong'.length)}”`), asked);
    assert.deepEqual(kept.writes, ['key sk-right', 'models', 'model']);
    for (const key of ['sk-wrong', 'sk-right', 'sk-older']) nothingOf(key, prompts);
  });

  it('leaves an earlier key as it is when a new one fails and the person gives up', async () => {
    kept.keys.set(server.origin, 'sk-older');
    await run(new ScriptedPrompts({ pick: COMPATIBLE }, address(), { pick: 'Enter another key…' }, { type: 'sk-wrong' }, 'esc'));
    untouched();
    assert.equal(kept.keys.get(server.origin), 'sk-older');
  });

  it('offers to keep the key that is stored, and asks for another where that is refused', async () => {
    kept.keys.set(server.origin, 'sk-right');
    await run(new ScriptedPrompts({ pick: COMPATIBLE }, address(), { pick: `Keep the key that is stored for ${new URL(server.origin).host}` }, { pick: 'm1' }, { enter: true }, { pick: 'All agents' }));
    assert.deepEqual(kept.writes, ['models', 'model']);
    kept.keys.set(server.origin, 'sk-stale');
    const prompts = await run(new ScriptedPrompts({ pick: COMPATIBLE }, address(), { pick: `Keep the key that is stored for ${new URL(server.origin).host}` }, { type: 'sk-right' }, { pick: 'm1' }, { enter: true }, { pick: 'Update “m1”' }, { pick: 'All agents' }));
    assert.ok(prompts.seen.some((line) => line.includes('refused the key')));
    assert.equal(kept.keys.get(server.origin), 'sk-right');
  });

  for (const [where, replies] of [
    ['at the provider', []],
    ['at the address', [{ pick: COMPATIBLE }]],
    ['at the key', [{ pick: COMPATIBLE }, 'address']],
    ['at the model', [{ pick: COMPATIBLE }, 'address', { type: 'sk-right' }]],
    ['at the name', [{ pick: COMPATIBLE }, 'address', { type: 'sk-right' }, { pick: 'm1' }]],
    ['at the agents', [{ pick: COMPATIBLE }, 'address', { type: 'sk-right' }, { pick: 'm1' }, { enter: true as const }]],
    ['among the agents', [{ pick: COMPATIBLE }, 'address', { type: 'sk-right' }, { pick: 'm1' }, { enter: true as const }, { pick: 'Some agents…' }]],
  ] as const) {
    it(`leaves no trace when the person leaves ${where}`, async () => {
      await run(new ScriptedPrompts(...replies.map((reply) => (reply === 'address' ? address() : reply)), 'esc'));
      untouched();
      assert.deepEqual([kept.keys.size, messages.texts], [0, []]);
    });
  }

  it('goes back step by step, with everything as it was typed', async () => {
    const prompts = await run(
      new ScriptedPrompts({ pick: COMPATIBLE }, address(), { type: 'sk-right' }, { pick: 'm1' }, { type: 'Mine' }, 'back', 'back', 'back', 'back', 'back', { pick: COMPATIBLE }, { enter: true }, { enter: true }, { pick: 'm1' }, { enter: true }, { pick: 'All agents' }),
    );
    const back = prompts.seen.filter((line) => !line.startsWith('waits')).slice(6, 11);
    assert.match(back[0] ?? '', /= “Mine”$/);
    assert.match(back[1] ?? '', /@m1$/);
    assert.match(back[2] ?? '', /= “••••••••”$/);
    assert.ok(back[3]?.endsWith(`= “${server.baseUrl}”`));
    assert.ok(back[4]?.endsWith(`@${COMPATIBLE}`));
    assert.deepEqual(kept.read().profiles[0]?.name, 'Mine');
    // the list is fetched once for an address and a key
    assert.equal(server.asked.filter((line) => line.startsWith('GET /v1/models Bearer')).length, 1);
  });

  it('forgets the key that was typed for another address: it is that one’s alone', async () => {
    const other = new KeyedServer();
    await other.start();
    try {
      const prompts = await run(new ScriptedPrompts({ pick: COMPATIBLE }, address(), { type: 'sk-right' }, 'back', 'back', { type: `${other.origin}/v1` }, 'esc'));
      assert.match(prompts.last, /= “”$/);
      assert.ok(other.asked.every((line) => !line.includes('sk-right')));
    } finally {
      await other.stop();
    }
  });

  it('keeps the key while the path of its address is corrected, which a server without a list asks for', async () => {
    const prompts = await run(new ScriptedPrompts({ pick: COMPATIBLE }, { type: server.origin }, { type: 'sk-right' }, { type: 'm1' }, { pick: 'Change the address' }, address(), { enter: true }, { pick: 'm1' }, { enter: true }, { pick: 'All agents' }));
    assert.ok(prompts.seen.some((line) => line.includes('has no list of models at this address: go back to correct it, or enter the model’s name.')));
    assert.match(prompts.seen.find((line) => line.includes('What now?')) ?? '', /What now\? -> Use another model, Change the key, Change the address, Try again,/);
    assert.deepEqual([kept.keys.get(server.origin), kept.model], ['sk-right', 'm1']);
    nothingOf('sk-right', prompts);
  });

  it('says what is wrong with an address while it is typed, and takes what is pasted from a documentation', async () => {
    const prompts = await run(new ScriptedPrompts({ pick: COMPATIBLE }, { type: '' }, { type: 'localhost:8080' }, { type: 'http://me:secret@x.example/v1' }, { type: `${server.baseUrl}?x=1` }, { type: `${server.baseUrl}/chat/completions/` }, 'esc'));
    assert.match(prompts.seen.join('\n'), /\{Enter an address[\s\S]*\{Enter an http or https[\s\S]*\{Enter an http or https[\s\S]*\{Leave out what follows/);
    assert.ok(prompts.last.includes(`sent to ${server.origin} only`));
  });

  it('says at the address that nobody answers there', async () => {
    const gone = new KeyedServer();
    const baseUrl = await gone.start();
    await gone.stop();
    const prompts = await run(new ScriptedPrompts({ pick: COMPATIBLE }, { type: baseUrl }, { type: '' }, 'esc'));
    assert.match(prompts.last, /\[127\.0\.0\.1:\d+ did not answer \(connect ECONNREFUSED[^)]*\)\. Check that it runs, and the address\.\].*= “http:\/\/127/);
    untouched();
  });

  it('finds what runs on this computer while the list is shown, and asks it for no key', async () => {
    server.key = undefined;
    server.routes.set('/api/version', { version: '0.12.6' });
    server.routes.set('/api/tags', { models: [{ name: 'qwen3:8b' }, { name: 'llama3' }] });
    server.routes.set('/api/show', { capabilities: ['completion', 'tools'] });
    // once it has answered, Ollama tells the window that it runs it with
    server.routes.set('/v1/chat/completions', (request, response, body) => {
      server.routes.set('/api/ps', { models: [{ name: 'qwen3:8b', context_length: 4096 }] });
      answerWith('ready')(request, response, body);
    });
    candidates = [server.baseUrl];
    const prompts = await run(new ScriptedPrompts({ pick: 'Ollama' }, { pick: 'qwen3:8b' }, { enter: true }, { pick: 'All agents' }));
    assert.ok(prompts.seen[0]?.includes(`Running on this computer: Ollama (${new URL(server.origin).host} · 2 models)`));
    assert.deepEqual(kept.models, [{ name: 'qwen3:8b', provider: 'ollama', model: 'qwen3:8b', baseUrl: server.baseUrl, contextWindow: 4096 }]);
    assert.equal(kept.keys.size, 0);
    assert.deepEqual(asking.map(({ aborted }) => aborted), [true], 'nobody is asked once the list is left');
  });

  it('asks a local server’s key where it refuses to go without', async () => {
    server.key = undefined;
    server.routes.set('/v1/models', { data: [{ id: 'a', owned_by: 'vllm', max_model_len: 8192 }] });
    candidates = [server.baseUrl];
    server.routes.set('/v1/chat/completions', (request, response, body) => {
      if (request.headers.authorization !== 'Bearer sk-local') json(response, 401, { error: 'Unauthorized' });
      else answerWith('ready')(request, response, body);
    });
    const prompts = await run(new ScriptedPrompts({ pick: 'vLLM' }, { pick: 'a' }, { type: 'sk-local' }, { pick: 'a' }, { enter: true }, { pick: 'All agents' }));
    assert.ok(prompts.seen.some((line) => line.includes('refused the key (401)')));
    assert.equal(kept.keys.get(server.origin), 'sk-local');
  });

  it('takes no empty key any more once a server has refused to go without', async () => {
    const prompts = await run(new ScriptedPrompts({ pick: COMPATIBLE }, address(), { type: '' }, { type: '' }, { type: 'sk-right' }, { pick: 'm1' }, { enter: true }, { pick: 'All agents' }));
    assert.ok(prompts.seen.some((line) => line.includes(`{Enter the key for ${new URL(server.origin).host}.}`)));
    assert.equal(kept.keys.get(server.origin), 'sk-right');
  });

  it('proposes the name of the model that is chosen now, where the person went back', async () => {
    const prompts = await run(new ScriptedPrompts({ pick: COMPATIBLE }, address(), { type: 'sk-right' }, { pick: 'm1' }, { type: 'Mine' }, 'back', 'back', { pick: 'm2' }, 'esc'));
    assert.match(prompts.last, /= “m2”$/);
  });

  it('knows a server by what it answers, at any address', async () => {
    server.key = undefined;
    server.routes.set('/v1/models', { data: [{ id: 'a', owned_by: 'vllm', max_model_len: 8192 }] });
    await run(new ScriptedPrompts({ pick: COMPATIBLE }, address(), { pick: 'a' }, { enter: true }, { pick: 'All agents' }));
    assert.deepEqual(kept.models, [{ name: 'a', provider: 'vllm', model: 'a', baseUrl: server.baseUrl, contextWindow: 8192 }]);
  });

  it('takes a name where the server has no list, and the name is always there where it has one', async () => {
    server.routes.delete('/v1/models');
    await run(new ScriptedPrompts({ pick: COMPATIBLE }, address(), { type: 'sk-right' }, { type: ' ' }, { type: ' m3 ' }, { enter: true }, { pick: 'All agents' }));
    assert.equal(kept.read().profiles[0]?.model, 'm3');
    server.routes.set('/v1/models', { data: [{ id: 'm1' }] });
    await run(new ScriptedPrompts({ pick: COMPATIBLE }, address(), { pick: `Keep the key that is stored for ${new URL(server.origin).host}` }, { pick: 'Enter another name…' }, 'back', { pick: 'Enter another name…' }, { type: 'm4' }, { enter: true }, { pick: 'All agents' }));
    assert.equal(kept.model, 'm4');
  });

  it('says that a model takes no tools, and keeps it only where the person wants that', async () => {
    server.routes.set('/v1/chat/completions', (request, response, body) => {
      if ((JSON.parse(body) as { tools?: unknown[] }).tools !== undefined) json(response, 400, { error: { message: 'm1 does not support tools', param: 'tools' } });
      else answerWith('ready')(request, response, body);
    });
    const start = [{ pick: COMPATIBLE }, address(), { type: 'sk-right' }, { pick: 'm1' }];
    const prompts = await run(new ScriptedPrompts(...start, { pick: 'Use another model' }, 'esc'));
    assert.ok(prompts.seen.some((line) => line.includes('[m1 takes no tools: agents could answer with it, but not read or change files.]')));
    untouched();
    await run(new ScriptedPrompts(...start, { pick: 'Save anyway' }, { enter: true }, { pick: 'All agents' }));
    assert.equal(kept.model, 'm1');
  });

  it('says what the test call met, and goes on where the person wants', async () => {
    let status = 429;
    server.routes.set('/v1/chat/completions', (_request, response) => json(response, status, { error: { message: 'slow down' } }));
    const start = [{ pick: COMPATIBLE }, address(), { type: 'sk-right' }, { pick: 'm1' }];
    const prompts = await run(new ScriptedPrompts(...start, { pick: 'Try again' }, { pick: 'Use another model' }, { pick: 'm2' }, { pick: 'Change the key' }, { enter: true }, { pick: 'm2' }, { pick: 'Change the address' }, 'esc'));
    assert.match(prompts.seen.join('\n'), /\[127\.0\.0\.1:\d+ is limiting requests \(429\): slow down\. Wait a little, and try again\.\] What now\?/);
    untouched();
    status = 404;
    const lost = await run(new ScriptedPrompts(...start, { pick: 'Save anyway' }, { enter: true }, { pick: 'All agents' }));
    assert.ok(lost.seen.some((line) => line.includes('does not know this model or address (404): slow down.')));
    assert.equal(kept.model, 'm1');
  });

  it('can be left while it waits, and nothing of it goes on', async () => {
    for (const reply of ['esc', 'back'] as const) {
      let closed: () => void = () => undefined;
      const ended = new Promise<void>((resolve) => (closed = resolve));
      server.routes.set('/v1/chat/completions', (_request, response) => response.on('close', closed));
      const prompts = new ScriptedPrompts({ pick: COMPATIBLE }, address(), { type: 'sk-right' }, { pick: 'm1' }, ...(reply === 'back' ? (['esc'] as const) : []));
      prompts.waiting = () => {
        if (prompts.last.includes('Trying m1')) prompts.whileWaiting = reply;
      };
      await run(prompts);
      untouched();
      if (reply === 'back') assert.match(prompts.last, /@m1$/);
      // an aborted request never reaches the server, or ends there
      if (server.asked.some((line) => line.startsWith('POST'))) await ended;
    }
  });

  it('asks before it changes a name that is there, and keeps what the person wrote for that model', async () => {
    kept.models = [
      { name: 'other', provider: 'openai', model: 'gpt-4.1' },
      { name: 'Mine', provider: 'compatible', model: 'm2', baseUrl: server.baseUrl, temperature: 0.2, maxOutputTokens: 500 },
      'broken',
    ];
    const prompts = await run(new ScriptedPrompts({ pick: COMPATIBLE }, address(), { type: 'sk-right' }, { pick: 'm2' }, { type: 'Mine' }, { pick: 'Choose another name' }, { enter: true }, { pick: 'Update “Mine”' }, { pick: 'All agents' }));
    assert.ok(prompts.seen.some((line) => line.includes('“Mine” is set up already')));
    assert.deepEqual(kept.models, [
      { name: 'other', provider: 'openai', model: 'gpt-4.1' },
      { name: 'Mine', provider: 'compatible', model: 'm2', baseUrl: server.baseUrl, temperature: 0.2, maxOutputTokens: 500 },
      'broken',
    ]);
    await run(new ScriptedPrompts({ pick: COMPATIBLE }, address(), { pick: `Keep the key that is stored for ${new URL(server.origin).host}` }, { pick: 'm1' }, { type: 'Mine' }, { pick: 'Update “Mine”' }, { pick: 'All agents' }));
    assert.deepEqual(kept.models[1], { name: 'Mine', provider: 'compatible', model: 'm1', baseUrl: server.baseUrl, contextWindow: 8192 });
  });

  it('gives it to some agents, to all without one of their own, or to all', async () => {
    const start = (): [{ pick: string }, { type: string }, { type: string }, { pick: string }] => [{ pick: COMPATIBLE }, address(), { type: 'sk-right' }, { pick: 'm1' }];
    await run(new ScriptedPrompts(...start(), { type: 'A' }, { pick: 'Some agents…' }, 'back', { pick: 'Some agents…' }, { many: ['Ask', 'Coder'] }));
    assert.deepEqual([kept.agentModels, kept.model], [{ coder: 'A', ask: 'A' }, '']);
    assert.match(messages.texts.join(), /It is used by Coder, Ask\./);
    kept.keys.clear();
    const prompts = await run(new ScriptedPrompts(...start(), { type: 'B' }, { pick: 'Some agents…' }, { many: ['Ask'] }));
    assert.match(prompts.last, /Coder \(codes · now A\)/);
    assert.deepEqual(kept.agentModels, { coder: 'A', ask: 'B' });
    kept.keys.clear();
    await run(new ScriptedPrompts(...start(), { type: 'C' }, { pick: 'All agents without a model of their own' }));
    assert.deepEqual([kept.agentModels, kept.model], [{ coder: 'A', ask: 'B' }, 'C']);
    kept.keys.clear();
    const all = await run(new ScriptedPrompts(...start(), { type: 'D' }, { pick: 'All agents' }));
    assert.match(all.last, /All agents \(also those that have a model of their own: Coder \(A\), Ask \(B\)\)/);
    assert.deepEqual([kept.agentModels, kept.model], [{}, 'D']);
    kept.keys.clear();
    kept.agentModels = { coder: 'A' };
    await run(new ScriptedPrompts(...start(), { type: 'A' }, { pick: 'Update “A”' }, { pick: 'Some agents…' }, { many: [] }));
    assert.deepEqual(kept.agentModels, {});
  });

  it('takes VS Code’s own models, without an address or a key', async () => {
    vscodeModels = [{ id: 'copilot/gpt-4.1', note: 'GPT-4.1', contextWindow: 64_000 }];
    const prompts = await run(new ScriptedPrompts({ pick: 'VS Code’s own models' }, { pick: 'copilot/gpt-4.1' }, { enter: true }, { pick: 'All agents' }));
    assert.match(prompts.seen[0] ?? '', /VS Code’s own models \(1 model\)/);
    assert.deepEqual(kept.models, [{ name: 'copilot/gpt-4.1', provider: 'vscode', model: 'copilot/gpt-4.1' }]);
    assert.deepEqual([kept.keys.size, server.asked], [0, []]);
  });

  it('goes offline, and says which agents do not', async () => {
    kept.models = [{ name: 'A', provider: 'openai', model: 'x' }];
    kept.model = 'A';
    kept.agentModels = { ask: 'A' };
    await run(new ScriptedPrompts({ pick: 'Offline' }));
    assert.deepEqual([kept.model, kept.writes], ['', ['model']]);
    assert.match(messages.texts.join(), /The offline model answers now\. Agents with a model of their own keep it: Ask\./);
  });

  it('puts the key back where the settings cannot be written, and says that nothing changed', async () => {
    kept.keys.set(server.origin, 'sk-older');
    kept.failure = new Error('settings.json has errors');
    const prompts = new ScriptedPrompts({ pick: COMPATIBLE }, address(), { pick: 'Enter another key…' }, { type: 'sk-right' }, { pick: 'm1' }, { enter: true }, { pick: 'All agents' });
    await assert.rejects(run(prompts), /The model could not be set up: settings\.json has errors\. What was set up before is as it was/);
    assert.equal(kept.keys.get(server.origin), 'sk-older');
    assert.equal(prompts.open, false);
  });
});
