// Without "node:": VS Code replaces these two, by these names, with ones that know its proxy settings and certificates.
import * as http from 'http';
import * as https from 'https';
import { Readable } from 'node:stream';

/** Statuses whose `Response` may have no body; see https://fetch.spec.whatwg.org/#null-body-status. */
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

type Init = Pick<RequestInit, 'method' | 'headers' | 'body' | 'signal'>;

/**
 * `fetch` on Node's http and https: what the SDK needs of it, at a tenth of the memory that VS Code's
 * own takes (docs/decisions/0007). Redirects are not followed: a key is for one origin.
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
    sent.on('error', reject);
    // in one piece, so that it has a Content-Length: not every server takes chunks
    sent.end(typeof init.body === 'string' ? init.body : undefined);
  });
}

function responseOf(answer: http.IncomingMessage): Response {
  const headers = new Headers();
  for (const [name, values] of Object.entries(answer.headersDistinct)) for (const value of values ?? []) headers.append(name, value);
  const body = WITHOUT_BODY.has(answer.statusCode ?? 0) ? null : (Readable.toWeb(answer) as ReadableStream<Uint8Array>);
  return new Response(body, { status: answer.statusCode ?? 0, statusText: answer.statusMessage ?? '', headers });
}
