import { once } from 'node:events';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a {@link KeyedServer} answers to a path: a value as JSON, or whatever writes the answer. */
type Answering = (request: http.IncomingMessage, response: http.ServerResponse, body: string) => void;
type Route = Answering | Record<string, unknown> | readonly unknown[];

/** A model server on loopback that looks at keys, as the scripted one does not: it refuses any but its own, and answers each path as told. */
export class KeyedServer {
  /** None: it takes no key. */
  key: string | undefined;
  /** By path, without the query. */
  readonly routes = new Map<string, Route>();
  /** "GET /v1/models Bearer sk-1" */
  readonly asked: string[] = [];
  readonly headers: http.IncomingHttpHeaders[] = [];
  readonly bodies: string[] = [];
  readonly #server = http.createServer((request, response) => void this.#answer(request, response));

  async start(): Promise<string> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
    return this.baseUrl;
  }

  get origin(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  get baseUrl(): string {
    return `${this.origin}/v1`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const { pathname, search } = new URL(request.url ?? '/', this.origin);
    const { authorization = '' } = request.headers;
    this.asked.push(`${request.method ?? ''} ${pathname}${search} ${authorization}`.trim());
    this.headers.push(request.headers);
    this.bodies.push(body);
    if (this.key !== undefined && authorization !== `Bearer ${this.key}`) {
      json(response, 401, { error: { message: `Incorrect API key provided: ${authorization.slice('Bearer '.length)}.` } });
      return;
    }
    const route = this.routes.get(pathname);
    if (route === undefined) json(response, 404, { error: { message: `no ${pathname}` } });
    else if (typeof route === 'function') route(request, response, body);
    else json(response, 200, route);
  }
}

export function json(response: http.ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

/** Streams one answer, as chat completions are. */
export function answerWith(text: string): Answering {
  return (_request, response) => {
    const chunk = (delta: object, finish_reason: string | null): string => `data: ${JSON.stringify({ id: '1', object: 'chat.completion.chunk', created: 0, model: 'm', choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
    response.writeHead(200, { 'content-type': 'text/event-stream' }).end(`${chunk({ content: text }, null)}${chunk({}, 'stop')}data: [DONE]\n\n`);
  };
}
