import type { ErrorCode } from '../protocol/errors.ts';
import { RuntimeError } from '../protocol/RuntimeError.ts';
import { CertificateError } from './certificateProblem.ts';
import { httpFetch } from './httpFetch.ts';
import { withoutKey } from './withoutKey.ts';

/** Bytes of an answer that are read: the longest lists of models have two million. */
const LIMIT = 16 * 1024 * 1024;
/** Characters of a server's words that are told. */
const TOLD = 300;
/** Of which so many are looked at. */
const READ = 8000;

export interface Question {
  url: string;
  headers?: Record<string, string>;
  /** Sent as JSON, by POST. */
  body?: unknown;
  /** Cut out of whatever the server answers. */
  secret?: string | undefined;
}

/** Asks a server once and gives its answer as a value. Rejects with a {@link RuntimeError} of a `model_…` code; with the signal's reason where it aborts. */
export async function askServer({ url, headers = {}, body, secret }: Question, signal: AbortSignal): Promise<unknown> {
  const { origin } = new URL(url);
  const failure = (code: ErrorCode, message: string, status?: number): RuntimeError =>
    new RuntimeError({ code, message: withoutKey(message.slice(0, READ), secret).slice(0, TOLD), origin, ...(status === undefined ? {} : { status }) });
  let answer: { status: number; text: string };
  try {
    answer = await send(url, { headers, body }, signal);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw failure(error instanceof CertificateError ? 'model_certificate' : 'model_unreachable', reasonOf(error));
  }
  const { status, text } = answer;
  const value = valueIn(text);
  if (status !== 200) throw failure(codeOf(status, text), reasonIn(value) ?? 'It gave no reason', status);
  if (value === undefined) throw failure('model_not_found', /^\s*</.test(text) ? 'It answered with a web page' : 'It did not answer with JSON', status);
  return value;
}

async function send(url: string, { headers, body }: { headers: Record<string, string>; body: unknown }, signal: AbortSignal): Promise<{ status: number; text: string }> {
  const response = await httpFetch(url, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { accept: 'application/json', 'user-agent': 'agent-runtime', ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    signal,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const decoder = new TextDecoder();
  const reader: ReadableStreamDefaultReader<Uint8Array> | undefined = response.body?.getReader();
  let text = '';
  let bytes = 0;
  for (let part = await reader?.read(); part?.done === false; part = await reader?.read()) {
    bytes += part.value.byteLength;
    if (bytes > LIMIT) throw await tooLong(reader);
    text += decoder.decode(part.value, { stream: true });
  }
  return { status: response.status, text: text + decoder.decode() };
}

async function tooLong(reader: ReadableStreamDefaultReader | undefined): Promise<Error> {
  await reader?.cancel();
  return new Error('Its answer is too long');
}

function valueIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Google refuses a key with status 400. */
function codeOf(status: number, text: string): ErrorCode {
  if (status === 401 || status === 403 || (status === 400 && /API_KEY_INVALID|API key not valid/.test(text))) return 'model_auth';
  if (status === 402) return 'model_quota';
  if (status === 429) return 'model_rate_limited';
  if (status === 404 || status === 405 || (status > 200 && status < 400)) return 'model_not_found';
  return status >= 500 ? 'model_server' : 'model_refused_request';
}

/** What servers say: `{error: {message}}`, `{error: "…"}`, `{message}`, `{detail}`, or the first of a list of these. */
function reasonIn(value: unknown): string | undefined {
  if (Array.isArray(value)) return reasonIn(value[0]);
  if (!isRecord(value)) return undefined;
  if (isRecord(value['error'])) return reasonIn(value['error']);
  for (const key of ['error', 'message', 'detail']) {
    const words = value[key];
    if (typeof words === 'string' && words.trim() !== '') return words.trim();
  }
  return undefined;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The innermost reason says most. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  return error.cause instanceof Error ? reasonOf(error.cause) : error.message;
}
