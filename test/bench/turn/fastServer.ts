import { fork } from 'node:child_process';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';

/** The argument that makes the benchmark's own file the server. */
export const SERVE = '--serve';

/** What the orchestrator agent is answered. */
const ROUTE = JSON.stringify({ agent: 'coder', confidence: 'high', reasoning: 'changes a file' });
const PIECE = 'a piece of it ';
/** Bytes in one write of a long stream. */
const WRITE = 16 * 1024;

/** A server for chat completions in a process of its own. */
export interface FastServer {
  /** Answers every request in three pieces of text; a request for JSON with a route. */
  text: string;
  /** Every turn calls `echo` so many times, one call an answer, and then answers with text. */
  calls: (count: number) => string;
  /** Every answer has so many pieces of text. */
  chunks: (count: number) => string;
  stop: () => void;
}

interface Sent {
  messages: { role: string }[];
  response_format?: unknown;
}

type Delta = Record<string, unknown>;

/** Starts it from the benchmark's own file, which has to call {@link serve} where its arguments say {@link SERVE}. */
export async function startFastServer(file: string): Promise<FastServer> {
  const child = fork(file, [SERVE]);
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (message) => resolve(Number(message)));
    child.once('exit', (code) => reject(new Error(`The model's server ended (${code ?? 'killed'})`)));
  });
  const at = (path: string): string => `http://127.0.0.1:${port}/${path}/v1`;
  return { text: at('text'), calls: (count) => at(`calls/${count}`), chunks: (count) => at(`chunks/${count}`), stop: () => child.kill() };
}

/** Answers without any delay, until the process that asked for it ends. */
export function serve(): void {
  const streams = new Map<number, readonly Buffer[]>();
  const server = http.createServer((request, response) => {
    const body: Buffer[] = [];
    request.on('data', (piece: Buffer) => body.push(piece));
    request.on('end', () => {
      const [, kind, count] = (request.url ?? '').split('/');
      if (request.method !== 'POST') {
        response.writeHead(404).end();
        return;
      }
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      if (kind === 'chunks') {
        const length = Number(count);
        const stream = streams.get(length) ?? longStream(length);
        streams.set(length, stream);
        for (const piece of stream) response.write(piece);
        response.end();
        return;
      }
      const sent = JSON.parse(Buffer.concat(body).toString()) as Sent;
      response.end(answer(sent, kind === 'calls' ? Number(count) : 0));
    });
  });
  server.keepAliveTimeout = 60_000;
  process.on('disconnect', () => process.exit());
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
}

function answer({ messages, response_format: format }: Sent, calls: number): string {
  if (format !== undefined) return eventsOf([{ content: ROUTE }], 'stop');
  const since = messages.length - 1 - messages.findLastIndex(({ role }) => role === 'user');
  const done = since / 2;
  if (done >= calls) return eventsOf([{ content: 'The ' }, { content: 'answer, ' }, { content: 'at once.' }], 'stop');
  const call = { index: 0, id: `call_${messages.length}`, type: 'function', function: { name: 'echo', arguments: `{"text":"${done}"}` } };
  return eventsOf([{ content: 'One more. ' }, { tool_calls: [call] }], 'tool_calls');
}

function longStream(length: number): Buffer[] {
  const whole = Buffer.from(eventsOf(Array.from({ length }, () => ({ content: PIECE })), 'stop'));
  const pieces: Buffer[] = [];
  for (let start = 0; start < whole.length; start += WRITE) pieces.push(whole.subarray(start, start + WRITE));
  return pieces;
}

function eventsOf(deltas: readonly Delta[], reason: string): string {
  const head = { id: 'chatcmpl-bench', object: 'chat.completion.chunk', created: 1_700_000_000, model: 'fast' };
  const chunk = (choices: unknown[], usage: unknown): string => `data: ${JSON.stringify({ ...head, choices, usage })}\n\n`;
  const pieces = deltas.map((delta) => chunk([{ index: 0, delta: { role: 'assistant', ...delta }, finish_reason: null }], null));
  const end = chunk([{ index: 0, delta: {}, finish_reason: reason }], null);
  const usage = chunk([], { prompt_tokens: 1200, completion_tokens: deltas.length, total_tokens: 1200 + deltas.length });
  return `${pieces.join('')}${end}${usage}data: [DONE]\n\n`;
}
