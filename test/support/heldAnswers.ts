import { RuntimeError } from '../../src/protocol/RuntimeError.ts';
import type { LlmChunk } from '../../src/core/ports/LlmStream.ts';
import type { HeldRequest } from './HeldModel.ts';
import { toCoder } from './ScriptedModel.ts';

/** What a model does with the rest of an answer. */
export type AnswerKind =
  | 'text'
  | 'write'
  | 'write twice'
  | 'read'
  | 'read twice'
  | 'several'
  | 'ask'
  | 'hand over'
  | 'plan'
  | 'done'
  | 'malformed'
  | 'unknown tool'
  | 'used id'
  | 'cut off'
  | 'text cut off'
  | 'filtered'
  | 'empty'
  | 'busy'
  | 'broken in a call'
  | 'broken'
  | 'broken after text';

type Pieces = Parameters<HeldRequest['send']>;

const whole = (text: string): Pieces => [{ type: 'text', text }, { type: 'finish', reason: 'stop' }, 'end'];
const calls = (...chunks: LlmChunk[]): Pieces => [...chunks, { type: 'finish', reason: 'tool_calls' }, 'end'];
const call = (index: number, name: string, args: object | string, id?: string): LlmChunk => ({
  type: 'toolCall',
  index,
  name,
  arguments: typeof args === 'string' ? args : JSON.stringify(args),
  ...(id === undefined ? {} : { id }),
});

/** The orchestrator agent's answer. */
export function routeOf(kind: AnswerKind): Pieces {
  if (kind === 'broken') return ['end'];
  if (kind === 'busy') return answerOf(kind, '', () => 0);
  if (kind === 'read') return calls(call(0, 'list_files', { path: '.' }));
  return whole(kind === 'malformed' ? 'no route' : (toCoder.text ?? ''));
}

/** Another agent's answer about a file; `next` gives a number that no other answer has. */
export function answerOf(kind: AnswerKind, path: string, next: () => number): Pieces {
  const write = (index: number, id?: string): LlmChunk => call(index, 'write_file', { path, content: `content ${next()}\n` }, id);
  const read = (index: number): LlmChunk => call(index, 'read_file', { path });
  const unknown = (index: number): LlmChunk => call(index, 'no_such_tool', {});
  const answers: Record<AnswerKind, () => Pieces> = {
    text: () => whole('Done.'),
    write: () => calls(write(0)),
    'write twice': () => calls(write(0), write(1)),
    read: () => calls(read(0)),
    'read twice': () => calls(read(0), read(1), call(2, 'list_files', { path: '.' })),
    several: () => calls(read(0), write(1), unknown(2), write(3)),
    ask: () => calls(read(0), call(1, 'ask_followup_question', { question: `Question ${next()}?`, choices: ['This', 'That'] })),
    'hand over': () => calls(call(0, 'switch_mode', { agent: next() % 2 === 0 ? 'coder' : 'architect', reason: 'it can do it better' })),
    plan: () => calls(call(0, 'update_plan', { steps: [{ title: `Step ${next()}`, status: 'in_progress' }] })),
    done: () => calls(call(0, 'attempt_completion', { result: 'Done.' })),
    malformed: () => calls(call(0, 'write_file', '{"path":')),
    'unknown tool': () => calls(unknown(0)),
    'used id': () => calls(write(0, 'call_0'), write(1, 'call_0')),
    'cut off': () => [write(0), { type: 'finish', reason: 'length' }, 'end'],
    'text cut off': () => [{ type: 'text', text: 'Well, ' }, { type: 'finish', reason: 'length' }, 'end'],
    filtered: () => [{ type: 'text', text: 'I ' }, write(0), { type: 'finish', reason: 'content_filter' }, 'end'],
    empty: () => [{ type: 'finish', reason: 'stop' }, 'end'],
    busy: () => [new RuntimeError({ code: 'model_rate_limited', message: 'Too many requests', status: 429, retryAfterMs: 2_000 })],
    'broken in a call': () => [write(0), new RuntimeError({ code: 'model_server', message: 'It broke', status: 500 })],
    broken: () => ['end'],
    'broken after text': () => [{ type: 'text', text: 'Well' }, new RuntimeError({ code: 'model_stream_interrupted', message: 'The stream broke' })],
  };
  return answers[kind]();
}
