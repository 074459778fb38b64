// Without "node:": VS Code replaces these two, by these names, with ones that know its proxy settings and certificates.
import * as http from 'http';
import * as https from 'https';
import { Readable } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { certificateProblem } from './certificateProblem.ts';

/** Statuses whose `Response` may have no body; see https://fetch.spec.whatwg.org/#null-body-status. */
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

/** For finding, reaching and greeting a server: DNS, TCP, TLS. */
const CONNECT_MS = 15_000;

type Init = Pick<RequestInit, 'method' | 'headers' | 'body' | 'signal'> & { connectMs?: number };

/**
 * `fetch` on Node's http and https: what the SDK needs of it, at a tenth of the memory that VS Code's
 * own takes (docs/decisions/0007). Redirects are not followed: a key is for one origin. No agent is named: the one of the
 * process keeps connections alive, and VS Code leaves its proxy out for any other where `http.proxySupport` is `on`.
 */
export function httpFetch(url: string | URL | Request, init: Init = {}): Promise<Response> {
  const address = new URL(url instanceof Request ? url.url : url);
  const { request } = address.protocol === 'https:' ? https : http;
  const options = {
    method: init.method ?? 'GET',
    headers: Object.fromEntries(new Headers(init.headers)),
    ...(init.signal ? { signal: init.signal } : {}),
  };
  return new Promise((resolve, reject) => {
    const sent = request(address, options, (answer) => {
      try {
        resolve(responseOf(answer));
      } catch (error) {
        answer.destroy();
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
    sent.on('error', (error) => reject(certificateProblem(error, address.origin) ?? error));
    limitConnecting(sent, init.connectMs ?? CONNECT_MS);
    // in one piece, so that it has a Content-Length: not every server takes chunks
    sent.end(typeof init.body === 'string' ? init.body : undefined);
  });
}

/** Ends a request that has no connection by then. */
function limitConnecting(sent: http.ClientRequest, ms: number): void {
  const timer = setTimeout(() => sent.destroy(new Error(`There was no connection within ${ms / 1000} s`)), ms);
  const connected = (): void => clearTimeout(timer);
  sent.once('socket', (socket) => {
    if (sent.reusedSocket) connected();
    else socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', connected);
  });
  // a proxy's socket comes connected: then it is known by what went through it
  for (const sign of ['finish', 'response', 'close']) sent.once(sign, connected);
}

function responseOf(answer: http.IncomingMessage): Response {
  const headers = new Headers();
  for (const [name, values] of Object.entries(answer.headersDistinct)) for (const value of values ?? []) headers.append(name, value);
  const body = WITHOUT_BODY.has(answer.statusCode ?? 0) ? null : (Readable.toWeb(answer) as ReadableStream<Uint8Array>);
  return new Response(body, { status: answer.statusCode ?? 0, statusText: answer.statusMessage ?? '', headers });
}
