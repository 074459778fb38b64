import type { APIError } from 'openai';
import { arrayOf, isObject, parsed, textOf, type JsonObject } from './json.ts';

/** What a server said of a failure, in whichever of the shapes that servers use. */
export interface Complaint {
  readonly status: number | undefined;
  /** Its codes, types and statuses in words, in small letters. */
  readonly codes: readonly string[];
  /** The parameter that it names. */
  readonly param: string;
  readonly text: string;
  /** All of it, for what stands in no common place. */
  readonly body: unknown;
  readonly headers: Headers | undefined;
}

/** An error that stood in an answer, where the status had said that all is well. */
export class ServerFailure extends Error {
  readonly complaint: Complaint;
  /** It is no error that the server tells, but something that is no answer. */
  readonly unreadable: boolean;

  constructor(body: unknown, kind?: 'unreadable') {
    const complaint = complaintOf(body, undefined, undefined);
    super(kind === undefined ? complaint.text : `It sent something that is no answer: ${complaint.text}`);
    this.complaint = complaint;
    this.unreadable = kind !== undefined;
  }
}

/** What was said by an error that an answer's status tells. */
export function complaintOfStatus(error: APIError, told: unknown): Complaint {
  const { status, headers } = error;
  // the SDK puts the status before what the server said; it is told apart
  const plain = error.message.replace(/^\d+ /, '');
  const complaint = complaintOf(told ?? plain, typeof status === 'number' ? status : undefined, headers instanceof Headers ? headers : undefined);
  return complaint.text === 'status code (no body)' || complaint.text === '' ? { ...complaint, text: 'It gave no reason' } : complaint;
}

function complaintOf(body: unknown, status: number | undefined, headers: Headers | undefined): Complaint {
  const error = innermost(body);
  if (!isObject(error)) return { status, codes: [], param: '', text: withoutMarkup(textOf(error)), body, headers };
  const numbers = [error['code'], error['status'], error['status_code'], error['statusCode']].map(Number);
  const codes = [error['code'], error['type'], error['status'], isObject(error['innererror']) ? error['innererror']['code'] : undefined];
  for (const detail of arrayOf(error['details'])) if (isObject(detail)) codes.push(detail['reason']);
  return {
    status: status ?? numbers.find((code) => code >= 400 && code < 600),
    codes: codes.filter((code) => typeof code === 'string').map((code) => code.toLowerCase()),
    param: textOf(error['param']),
    text: withoutMarkup(wordsOf(error)),
    body,
    headers,
  };
}

/** Google wraps its errors into an array, others into a field or a text. */
function innermost(body: unknown): unknown {
  let inner = body;
  for (let depth = 0; depth < 4; depth += 1) {
    if (Array.isArray(inner)) inner = inner[0];
    else if (isObject(inner) && (isObject(inner['error']) || Array.isArray(inner['error']))) inner = inner['error'];
    else if (isObject(inner) && textOf(inner['error']) !== '' && inner['message'] === undefined) inner = { ...inner, message: inner['error'] };
    else return inner;
  }
  return inner;
}

function wordsOf(error: JsonObject): string {
  const { message, detail } = error;
  const own = textOf(message) || detailsIn(isObject(message) ? message['detail'] : message) || textOf(detail) || detailsIn(detail);
  // OpenRouter's own words say little; those of whom it asked stand beside them
  const raw = isObject(error['metadata']) ? textOf(error['metadata']['raw']) : '';
  const theirs = raw === '' ? '' : complaintOf(parsed(raw) ?? raw, undefined, undefined).text;
  const all = [own, theirs].filter((text) => text !== '').join(': ');
  return all === '' ? JSON.stringify(error) : all;
}

/** As FastAPI tells which fields it does not take: vLLM, Mistral. */
function detailsIn(value: unknown): string {
  return arrayOf(value)
    .map((entry) => (isObject(entry) ? `${arrayOf(entry['loc']).join('.')}: ${textOf(entry['msg'])}` : textOf(entry)))
    .filter((text) => text !== '')
    .join('; ');
}

/** Gateways answer with pages: their title says it. */
function withoutMarkup(text: string): string {
  if (!/^\s*<(?:!doctype|html|head|body)/i.test(text)) return text;
  const title = /<title>([^<]{1,200})/i.exec(text)?.[1]?.trim();
  return title === undefined ? 'It answered with a web page' : `It answered with a web page: ${title}`;
}
