import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import OpenAI from 'openai';
import type { Core } from '../../../src/core/createCore.ts';
import type { LlmRequest, LlmStream } from '../../../src/core/ports/LlmStream.ts';
import { OpenAiStream } from '../../../src/llm/OpenAiStream.ts';
import { NodeWorkspace } from '../../support/NodeWorkspace.ts';
import { StorageFolder } from '../../support/storage.ts';
import { TestModelMemory } from '../../support/TestModelMemory.ts';
import { storageCore } from '../../support/storageCore.ts';
import type { FastServer } from './fastServer.ts';
import { median } from './median.ts';

const MODEL = 'fast';
/** Calls of `echo` in a turn; one more answer ends it. */
const CALLS = 4;
const TURNS = 12;
const CALL_ROUNDS = 13;
const CHUNKS = 5_000;
const CHUNK_ROUNDS = 21;
/** Rounds of each before the first that counts. */
const WARM_UP = 3;

export interface BesideSdk {
  /** Milliseconds a model call, over those of the bare loop, at the median. */
  overPerCall: number;
  ours: number;
  bare: number;
  /** Our time over that of the bare loop, for the same chunks, at the median. */
  ratio: number;
  oursPerThousand: number;
  barePerThousand: number;
}

/** Runs turns in milliseconds each. */
type Turns = (count: number) => Promise<number[]>;

/** Our runtime with its journal on a disk, beside a bare loop with the `openai` SDK: the same requests to the same server, in turn. */
export async function besideSdk(server: FastServer): Promise<BesideSdk> {
  const calls = await interleaved(server.calls(CALLS), TURNS, CALL_ROUNDS);
  const chunks = await interleaved(server.chunks(CHUNKS), 1, CHUNK_ROUNDS);
  const perCall = CALLS + 1;
  const perThousand = CHUNKS / 1_000;
  // round by round: what slows a machine down for a moment slows both
  const over = calls.ours.map((turns, round) => (median(turns) - median(calls.bare[round] ?? [])) / perCall);
  const ratios = chunks.ours.map((turns, round) => median(turns) / median(chunks.bare[round] ?? []));
  return {
    overPerCall: median(over),
    ours: median(calls.ours.flat()) / perCall,
    bare: median(calls.bare.flat()) / perCall,
    ratio: median(ratios),
    oursPerThousand: median(chunks.ours.flat()) / perThousand,
    barePerThousand: median(chunks.bare.flat()) / perThousand,
  };
}

/** Each round is a conversation of its own, in both. */
async function interleaved(baseUrl: string, turns: number, rounds: number): Promise<{ ours: number[][]; bare: number[][] }> {
  const folder = new StorageFolder();
  const model = new SeenModel(new OpenAiStream({ baseUrl, model: MODEL, apiKey: undefined, memory: new TestModelMemory() }));
  const core = storageCore(folder.open({ onQuery: () => undefined }), { llm: model, workspace: new NodeWorkspace(fs.realpathSync(folder.path)) });
  core.registerAgents('startup');
  const ours: number[][] = [];
  const bare: number[][] = [];
  try {
    for (let round = 0; round < WARM_UP + rounds; round += 1) {
      const figures = { ours: await ourTurns(core)(turns), bare: await bareTurns(baseUrl, model.request)(turns) };
      if (round < WARM_UP) continue;
      ours.push(figures.ours);
      bare.push(figures.bare);
    }
  } finally {
    core.dispose();
    folder.dispose();
  }
  return { ours, bare };
}

/** Keeps the first request, so that the bare loop sends the same prompt and tools. */
class SeenModel implements LlmStream {
  readonly #model: LlmStream;
  #request: LlmRequest | undefined;

  constructor(model: LlmStream) {
    this.#model = model;
  }

  get request(): LlmRequest {
    if (this.#request === undefined) throw new Error('Nothing was asked yet.');
    return this.#request;
  }

  stream(request: LlmRequest, signal: AbortSignal): ReturnType<LlmStream['stream']> {
    this.#request ??= request;
    return this.#model.stream(request, signal);
  }
}

/** In a session that Coder has, with its transcript kept up as for a chat. */
function ourTurns(core: Core): Turns {
  return async (count) => {
    const { id } = core.sessions.create();
    await core.openSessions.open(id);
    core.orchestrator.chooseAgent(id, 'coder');
    let seen = 0;
    const changes = core.transcripts.onChange(id, (ops) => void (seen += ops.length));
    const times: number[] = [];
    for (let turn = 0; turn < count; turn += 1) {
      const begin = performance.now();
      core.orchestrator.submit(id, { messageId: randomUUID(), text: `Turn ${turn}` });
      await core.orchestrator.over(id);
      times.push(performance.now() - begin);
    }
    changes.dispose();
    core.openSessions.close(id);
    if (seen < 2 * count) throw new Error('The transcript saw nothing.');
    return times;
  };
}

/** As little as does the same with the SDK: a growing list of messages, and each call answered with its own text. */
function bareTurns(baseUrl: string, { messages: [prompt], tools }: LlmRequest): Turns {
  const client = new OpenAI({ baseURL: baseUrl, apiKey: 'none' });
  const offered = tools.map((tool) => ({ type: 'function' as const, function: { ...tool } }));
  return async (count) => {
    const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'system', content: prompt?.role === 'system' ? prompt.content : '' }];
    const times: number[] = [];
    for (let turn = 0; turn < count; turn += 1) {
      const begin = performance.now();
      messages.push({ role: 'user', content: `Turn ${turn}` });
      while (await bareCall(client, messages, offered));
      times.push(performance.now() - begin);
    }
    return times;
  };
}

interface BareCall {
  id: string;
  type: 'function';
  function: { name: string; arguments: string };
}

/** True where the answer called tools. */
async function bareCall(client: OpenAI, messages: OpenAI.ChatCompletionMessageParam[], tools: OpenAI.ChatCompletionTool[]): Promise<boolean> {
  const stream = await client.chat.completions.create({ model: MODEL, messages, tools, stream: true, stream_options: { include_usage: true } });
  let content = '';
  const calls: BareCall[] = [];
  for await (const { choices } of stream) {
    const delta = choices[0]?.delta;
    content += delta?.content ?? '';
    for (const fragment of delta?.tool_calls ?? []) addFragment(calls, fragment);
  }
  messages.push(calls.length === 0 ? { role: 'assistant', content } : { role: 'assistant', content, tool_calls: calls });
  for (const { id, function: call } of calls) messages.push({ role: 'tool', tool_call_id: id, content: (JSON.parse(call.arguments) as { text: string }).text });
  return calls.length > 0;
}

function addFragment(calls: BareCall[], { index, id, function: fragment }: OpenAI.ChatCompletionChunk.Choice.Delta.ToolCall): void {
  const call = (calls[index] ??= { id: id ?? '', type: 'function', function: { name: '', arguments: '' } });
  call.function.name += fragment?.name ?? '';
  call.function.arguments += fragment?.arguments ?? '';
}
