import { once } from 'node:events';
import * as http from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** What a server sends of an answer, byte for byte. */
export interface StreamAnswer {
  status?: number;
  /** `text/event-stream` where no type is given. */
  headers?: http.OutgoingHttpHeaders;
  /** Each is one write. A promise holds what follows until it resolves. */
  pieces?: readonly (Uint8Array | string | Promise<unknown>)[];
  /** What comes after the last piece: the end, a connection that breaks, or nothing at all. */
  then?: 'end' | 'break' | 'nothing';
}

export interface StreamRequest {
  headers: http.IncomingHttpHeaders;
  body: Record<string, unknown>;
  socket: Socket;
  /** Resolves when the client is gone, or the connection ended. */
  closed: Promise<unknown>;
}

/** A server on loopback that sends given bytes in given pieces, and keeps what it was asked. */
export class StreamServer {
  readonly requests: StreamRequest[] = [];
  readonly #server = http.createServer((request, response) => void this.#answer(request, response));
  readonly #answers: StreamAnswer[] = [];
  #heard = Promise.withResolvers<StreamRequest>();

  async start(): Promise<string> {
    this.#server.keepAliveTimeout = 60_000;
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  /** In the order in which they are given; past the last one a request is refused. */
  script(...answers: readonly StreamAnswer[]): void {
    this.#answers.push(...answers);
  }

  /** Leaves out what is scripted and was not asked for. */
  skip(): void {
    this.#answers.length = 0;
  }

  /** The next request, once it is here. */
  next(): Promise<StreamRequest> {
    return this.#heard.promise;
  }

  async #answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    request.socket.setMaxListeners(0);
    const heard = {
      headers: request.headers,
      body: JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>,
      socket: request.socket,
      closed: new Promise((resolve) => request.socket.once('close', resolve)),
    };
    this.requests.push(heard);
    this.#heard.resolve(heard);
    this.#heard = Promise.withResolvers();
    const { status = 200, headers = {}, pieces = [], then = 'end' } = this.#answers.shift() ?? { status: 500 };
    response.on('error', () => undefined);
    response.socket?.setNoDelay(true);
    response.writeHead(status, { 'content-type': 'text/event-stream', ...headers });
    response.flushHeaders();
    for (const piece of pieces) {
      if (piece instanceof Promise) await piece;
      else await new Promise((resolve) => response.write(piece, resolve));
    }
    if (then === 'break') response.socket?.destroy();
    else if (then === 'end') response.end();
  }
}
