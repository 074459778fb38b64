import * as http from 'node:http';
import type { AddressInfo } from 'node:net';

interface Asked {
  messages: { role: string; content: string }[];
  response_format?: { type: string };
}

/** The file that it reads where it is told to. */
export const NOTES = 'notes.md';
/** Ends a message that is answered with a read first. */
export const READ = ', read';

/** What it answers to the last of the person's messages: it tells how many it got, and that one. */
export function echoOf(messages: readonly string[]): string {
  return `Answer ${messages.length}: ${messages.at(-1) ?? ''}`;
}

/** A model on loopback, in OpenAI's format, that answers by what it is asked alone, and keeps nothing. Routes to Coder. */
export class EchoServer {
  readonly #server: http.Server;

  /** `served` is called before each answer. */
  constructor(served: () => void) {
    this.#server = http.createServer((request, response) => {
      void textOf(request).then((body) => {
        served();
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        for (const chunk of chunksOf(JSON.parse(body) as Asked)) response.write(`data: ${JSON.stringify({ choices: [chunk] })}\n\n`);
        response.end('data: [DONE]\n\n');
      });
    });
  }

  /** Returns its base URL. */
  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }
}

async function textOf(request: http.IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}

function chunksOf({ messages, response_format: format }: Asked): object[] {
  const said = messages.flatMap(({ role, content }) => (role === 'user' ? [content] : []));
  if (format !== undefined) return whole(JSON.stringify({ agent: 'coder', confidence: 'high', reasoning: 'is told to' }));
  if (said.at(-1)?.endsWith(READ) !== true || messages.at(-1)?.role === 'tool') return whole(echoOf(said));
  const call = { index: 0, id: 'call_0', function: { name: 'read_file', arguments: JSON.stringify({ path: NOTES }) } };
  return [{ delta: { tool_calls: [call] } }, { delta: {}, finish_reason: 'tool_calls' }];
}

/** In two pieces, as models stream. */
function whole(text: string): object[] {
  const half = text.length / 2;
  return [{ delta: { content: text.slice(0, half) } }, { delta: { content: text.slice(half) } }, { delta: {}, finish_reason: 'stop' }];
}
