import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { errorInfoOf } from '../../src/protocol/errors.ts';
import type { LlmChunk, LlmMessage, LlmRequest } from '../../src/core/ports/LlmStream.ts';
import { VscodeLanguageModel } from '../../src/vscode/adapters/VscodeLanguageModel.ts';
import { vscodeModel, vscodeModels } from '../../src/vscode/adapters/vscodeModels.ts';

type Send = vscode.LanguageModelChat['sendRequest'];

/** A model that VS Code might hand out, and what it was asked. */
class HandedOut {
  messages: vscode.LanguageModelChatMessage[] = [];
  options: vscode.LanguageModelChatRequestOptions = {};
  token: vscode.CancellationToken | undefined;
  readonly llm: VscodeLanguageModel;

  constructor(answer: () => ReturnType<Send>) {
    const chat: vscode.LanguageModelChat = {
      name: 'The Model',
      id: 'm',
      vendor: 'v',
      family: 'f',
      version: '1',
      maxInputTokens: 1,
      countTokens: () => Promise.resolve(1),
      sendRequest: (messages, options = {}, token) => {
        Object.assign(this, { messages, options, token });
        return answer();
      },
    };
    this.llm = new VscodeLanguageModel(chat);
  }
}

function answering(...parts: unknown[]): HandedOut {
  return new HandedOut(() => Promise.resolve(response(parts)));
}

/** Ends with the error where it is one that comes last. */
function response(parts: readonly unknown[]): vscode.LanguageModelChatResponse {
  return {
    stream: (async function* () {
      for (const part of parts) {
        await Promise.resolve();
        if (part instanceof Error) throw part;
        yield part;
      }
    })(),
    text: (async function* () {})(),
  };
}

async function ask({ llm }: HandedOut, request: Partial<LlmRequest> = {}, signal = new AbortController().signal): Promise<LlmChunk[]> {
  const chunks = [];
  for await (const chunk of llm.stream({ messages: [{ role: 'user', content: 'Hello' }], tools: [], format: 'text', ...request }, signal)) chunks.push(chunk);
  return chunks;
}

/** A message's role, and its parts in short. */
function seen({ role, content }: vscode.LanguageModelChatMessage): unknown[] {
  return [
    role === vscode.LanguageModelChatMessageRole.User ? 'user' : 'assistant',
    ...content.map((part) => {
      if (part instanceof vscode.LanguageModelToolCallPart) return { call: part.callId, name: part.name, input: part.input };
      if (part instanceof vscode.LanguageModelToolResultPart) return { result: part.callId, content: part.content.map((one) => (one instanceof vscode.LanguageModelTextPart ? one.value : one)) };
      return part instanceof vscode.LanguageModelTextPart ? part.value : part;
    }),
  ];
}

describe('A model of VS Code’s own', () => {
  it('gets a conversation in its roles: results of an answer’s calls together, and alone', async () => {
    const model = answering();
    const call = (id: string, name: string, text: string): { id: string; name: string; arguments: string } => ({ id, name, arguments: text });
    const messages: LlmMessage[] = [
      { role: 'system', content: 'You are Coder.' },
      { role: 'user', content: 'One' },
      { role: 'user', content: 'Two' },
      { role: 'assistant', content: 'First', toolCalls: [] },
      { role: 'assistant', content: '', toolCalls: [call('a', 'read_file', '{"path":"x"}'), call('b', 'bad name', '[1'), call('c', 'list_files', '[]')] },
      { role: 'tool', callId: 'a', content: 'text of x' },
      { role: 'tool', callId: 'b', content: 'Error: no' },
      { role: 'tool', callId: 'c', content: '' },
      { role: 'user', content: 'Three' },
      { role: 'assistant', content: '', toolCalls: [] },
    ];
    await ask(model, { messages });
    assert.deepEqual(model.messages.map(seen), [
      ['user', 'You are Coder.'],
      ['user', 'One'],
      ['user', 'Two'],
      ['assistant', 'First', { call: 'a', name: 'read_file', input: { path: 'x' } }, { call: 'b', name: 'unknown_tool', input: {} }, { call: 'c', name: 'list_files', input: {} }],
      ['user', { result: 'a', content: ['text of x'] }, { result: 'b', content: ['Error: no'] }, { result: 'c', content: [] }],
      ['user', 'Three'],
    ]);
  });

  it('is asked to go on where the conversation ends with its own words', async () => {
    const model = answering();
    await ask(model, { messages: [{ role: 'user', content: 'Tell' }, { role: 'assistant', content: 'Once upon', toolCalls: [] }] });
    assert.deepEqual(model.messages.map(seen).slice(1), [['assistant', 'Once upon'], ['user', 'Go on from where you stopped.']]);
  });

  it('gets tools, limits and the reason for asking', async () => {
    const model = answering();
    await ask(model, { tools: [{ name: 'read_file', description: 'Reads', parameters: { type: 'object' } }], temperature: 0.2, maxOutputTokens: 100 });
    const { justification, ...options } = model.options;
    assert.match(justification ?? '', /You sent a message in Agent Runtime/);
    assert.deepEqual(options, {
      modelOptions: { temperature: 0.2, max_tokens: 100 },
      tools: [{ name: 'read_file', description: 'Reads', inputSchema: { type: 'object' } }],
      toolMode: vscode.LanguageModelChatToolMode.Auto,
    });
    await ask(model);
    assert.deepEqual([model.options.tools, model.options.toolMode, model.options.modelOptions], [undefined, undefined, {}]);
  });

  it('answers in chunks: text, thoughts, whole calls and tokens; what is not known is left out', async () => {
    const thought = { value: ['I ', 'think'], id: '1', metadata: undefined };
    const model = answering(
      thought,
      new vscode.LanguageModelTextPart('Hel'),
      new vscode.LanguageModelTextPart(''),
      new vscode.LanguageModelTextPart('lo'),
      new vscode.LanguageModelToolCallPart('a', 'read_file', { path: 'x' }),
      new vscode.LanguageModelToolCallPart('b', 'list_files', JSON.parse('null') as object),
      new vscode.LanguageModelDataPart(new Uint8Array([1]), 'image/png'),
      vscode.LanguageModelDataPart.text('{not json', 'usage'),
      vscode.LanguageModelDataPart.json({ prompt_tokens: 12, completion_tokens: 3, total_tokens: 15 }, 'usage'),
      { unknown: true },
      'nothing',
      undefined,
    );
    assert.deepEqual(await ask(model), [
      { type: 'reasoning', text: 'I think' },
      { type: 'text', text: 'Hel' },
      { type: 'text', text: 'lo' },
      { type: 'toolCall', index: 0, id: 'a', name: 'read_file', arguments: '{"path":"x"}' },
      { type: 'toolCall', index: 1, id: 'b', name: 'list_files', arguments: '{}' },
      { type: 'usage', inputTokens: 12, outputTokens: 3 },
      { type: 'finish', reason: 'tool_calls' },
    ]);
    assert.deepEqual(await ask(answering(new vscode.LanguageModelTextPart('Hello'))), [
      { type: 'text', text: 'Hello' },
      { type: 'finish', reason: 'stop' },
    ]);
  });

  const named = (name: string, message: string): Error => Object.assign(new Error(message), { name });
  const failures: [string, Error, string, RegExp][] = [
    ['no consent', vscode.LanguageModelError.NoPermissions("Language model 'v/m' cannot be used by 'agent-runtime.agent-runtime'."), 'model_no_permission', /^Agent Runtime may not use The Model$/],
    ['a provider that wants a sign-in', new Error('You are not signed in to GitHub.'), 'model_no_permission', /not signed in/],
    ['a model that is gone', vscode.LanguageModelError.NotFound("Language model 'v/m' is unknown."), 'model_not_found', /unknown/],
    ['a blocked extension', vscode.LanguageModelError.Blocked('Not on your plan'), 'model_quota', /plan/],
    ['an extension that asked too often', vscode.LanguageModelError.Blocked('The extension has been temporarily blocked due to making too many requests.'), 'model_rate_limited', /too many/],
    ['Copilot’s quota', named('ChatQuotaExceeded', 'You have exceeded your premium request allowance.'), 'model_quota', /allowance/],
    ['Copilot’s rate', named('ChatRateLimited', 'Slow down'), 'model_rate_limited', /Slow/],
    ['a cause within', new Error('Language model errored, check cause for more details', { cause: new Error('Response got filtered: off_topic') }), 'model_content_filtered', /off_topic/],
    ['a long request', new Error('Message exceeds token limit.'), 'model_context_exceeded', /token limit/],
    ['no network', new Error('fetch failed', { cause: new Error('getaddrinfo ENOTFOUND api.example') }), 'model_unreachable', /ENOTFOUND/],
    ['a request that is refused', new Error('Invalid request: no messages.'), 'model_refused_request', /no messages/],
    ['a cancellation by VS Code', new vscode.CancellationError(), 'model_cancelled', /Canceled/],
    ['anything else', new Error('Boom'), 'model_server', /Boom/],
    ['no words', new Error(''), 'model_server', /^The Model failed without a word$/],
  ];
  for (const [what, error, code, message] of failures)
    it(`tells ${what} as ${code}`, async () => {
      for (const model of [new HandedOut(() => Promise.reject(error)), answering(error)])
        await assert.rejects(ask(model), (thrown) => {
          const info = errorInfoOf(thrown);
          assert.deepEqual([info.code, info.origin], [code, 'vscode']);
          assert.match(info.message, message);
          return true;
        });
    });

  it('tells an answer that breaks off as such', async () => {
    await assert.rejects(ask(answering(new vscode.LanguageModelTextPart('Hel'), new Error('Boom'))), (thrown) => errorInfoOf(thrown).code === 'model_stream_interrupted');
  });

  it('ends at once when it is stopped: while VS Code asks, and in the midst of an answer', async () => {
    const reason = new Error('stopped');
    for (const silent of [
      new HandedOut(() => new Promise(() => undefined)),
      new HandedOut(() => Promise.resolve({ ...response([]), stream: { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined) }) } })),
    ]) {
      const controller = new AbortController();
      const asked = ask(silent, {}, controller.signal);
      controller.abort(reason);
      await assert.rejects(asked, reason);
      assert.equal(silent.token?.isCancellationRequested, true);
    }
  });

  it('hears it where the answer is wanted no more', async () => {
    const model = answering(new vscode.LanguageModelTextPart('Hel'), new vscode.LanguageModelTextPart('lo'));
    for await (const chunk of model.llm.stream({ messages: [], tools: [], format: 'text' }, new AbortController().signal)) {
      assert.equal(chunk.type, 'text');
      break;
    }
    assert.equal(model.token?.isCancellationRequested, true);
  });

  it('is none that VS Code has not: it says so, and where they come from', async () => {
    assert.deepEqual(await vscodeModels(), []);
    for (const id of ['copilot/gpt-none', 'gpt-none', '/x', 'x/', ''])
      await assert.rejects(vscodeModel(id), (thrown) => {
        const { code, message } = errorInfoOf(thrown);
        assert.equal(code, 'model_not_found');
        assert.match(message, /^VS Code has no model “.*”\. It has none: an extension has to provide them/);
        return true;
      });
  });
});
