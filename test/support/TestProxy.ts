import * as http from 'node:http';
import * as net from 'node:net';
import * as tls from 'node:tls';

/** A server that has a certificate. */
interface Identity {
  key: Buffer;
  cert: Buffer;
}

/**
 * An HTTP proxy on loopback for hosts that no name server knows: each leads to `target`, a server on loopback without TLS, and is
 * reached by plain requests; a host with an identity is reached by CONNECT, and speaks TLS.
 */
export class TestProxy {
  /** What it was asked for, in order: "POST http://model.test/v1/chat/completions", "CONNECT known.test:443". */
  readonly asked: string[] = [];
  readonly #server: http.Server;
  readonly #sockets = new Set<net.Socket>();

  constructor({ target, identities }: { target: URL; identities: Readonly<Record<string, Identity>> }) {
    const { hostname, port } = target;
    this.#server = http.createServer((request, response) => {
      const { method = '', url = '', headers } = request;
      this.asked.push(`${method} ${url}`);
      const forwarded = http.request({ hostname, port, method, path: new URL(url).pathname, headers, agent: false }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      forwarded.on('error', () => response.destroy());
      request.pipe(forwarded);
    });
    this.#server.on('connect', ({ url = '' }: http.IncomingMessage, socket: net.Socket) => {
      this.asked.push(`CONNECT ${url}`);
      const identity = identities[url.replace(/:443$/, '')];
      if (identity === undefined) {
        socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
        return;
      }
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      const plain = new tls.TLSSocket(socket, { isServer: true, ...identity });
      const forwarded = net.connect(Number(port), hostname);
      // a client that does not trust the certificate hangs up
      for (const one of [socket, plain, forwarded]) one.on('error', () => [socket, plain, forwarded].forEach((end) => end.destroy()));
      plain.pipe(forwarded).pipe(plain);
      this.#sockets.add(forwarded);
    });
    // a client that has heard enough hangs up
    this.#server.on('clientError', (_error, socket) => socket.destroy());
    this.#server.on('connection', (socket) => this.#sockets.add(socket));
  }

  /** Its address. */
  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}
