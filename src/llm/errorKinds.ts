import type { ErrorCode } from '../protocol/errors.ts';
import type { Complaint } from './ServerFailure.ts';

/**
 * What servers write, by what it means. Sources: the error pages of the providers in providers.ts, and the errors that
 * people quote of Ollama, LM Studio, llama.cpp and vLLM.
 */
const FILTERED = /content_filter|content_policy_violation|responsibleaipolicyviolation|content management policy|safety system|input was flagged|requires moderation|prohibited_content/;
const UNPAID =
  /insufficient[ _](?:quota|balance|credit|funds)|exceeded your current quota|billing_(?:hard_limit|not_active)|billing hard limit|credit balance|out of credits|(?:more|no|purchase|enough|remaining|add) credits|payment required|spending limit/;
const UNKNOWN_KEY = /api key not valid|api_key_invalid|(?:incorrect|invalid) api[ _]key|invalid_api_key|authentication_error|invalid authentication|no auth credentials/;
const TOO_OFTEN = /rate[ _]limit|too many requests|too_many_requests|resource_exhausted|tokens per min|requests per min|throttl/;
const TOO_LONG =
  /context_length_exceeded|exceed_context_size|context_window_exceeded|request_too_large|maximum (?:context|prompt|model) length|prompt is too long|input is too long|prompt too long|(?:exceeds?|exceeding|exceeded|greater than|larger than|overflows?) (?:the |this )?(?:model's |model )?(?:available |maximum )?(?:context|token limit)|context (?:length|window|size)[^.]{0,20} exceed|input token count|number of (?:input )?tokens allowed|reduce the length|too many (?:input )?tokens|context length of only|too large for model|(?:prompt|input)[^.]{0,40} exceeds the limit of \d+|when context the overflows/;
const NO_MODEL =
  /model_not_found|unknown_model|invalid_model|model_not_exist|deploymentnotfound|model[^.]{0,120}? (?:not found|does not exist|not exist|is not a valid model|is not available|was not found)|(?:unknown|no such|invalid) model|not a valid model/;
const OVERLOADED = /overloaded|server_error|api_error|internal error|unavailable|timed? ?out/;

/** The kind of a failure that a server told. */
export function kindOf(complaint: Complaint, retryAfterMs: number | undefined): ErrorCode {
  const { status, codes, text } = complaint;
  const said = `${codes.join(' ')} ${text}`.toLowerCase();
  if (status !== undefined && isServers(status)) return kindOfFault(status, said);
  if (status !== undefined && status < 400) return 'model_not_found';
  if (FILTERED.test(said)) return 'model_content_filtered';
  if (status === 402 || (UNPAID.test(said) && !isSoonOver(complaint, retryAfterMs))) return 'model_quota';
  if (status === 401 || UNKNOWN_KEY.test(said)) return 'model_auth';
  return status === undefined ? kindOfText(said) : kindOfRefusal(status, said);
}

function isServers(status: number): boolean {
  return status >= 500 || status === 408 || status === 409;
}

/** Local servers tell an input that is too long as a fault of theirs. */
function kindOfFault(status: number, said: string): ErrorCode {
  return status === 500 && TOO_LONG.test(said) ? 'model_context_exceeded' : 'model_server';
}

/**
 * Google says "exceeded your current quota" of a minute's too, and then how long to wait; a day's is spent.
 * See https://ai.google.dev/gemini-api/docs/rate-limits.
 */
function isSoonOver({ status, codes, body }: Complaint, retryAfterMs: number | undefined): boolean {
  return status === 429 && retryAfterMs !== undefined && !codes.includes('insufficient_quota') && !/per ?day/i.test(JSON.stringify(body));
}

/** Of a status from 400 to 499. */
function kindOfRefusal(status: number, said: string): ErrorCode {
  if (status === 429) return 'model_rate_limited';
  if (status === 413 || TOO_LONG.test(said)) return 'model_context_exceeded';
  if (status === 403) return 'model_auth';
  if (status === 404 || NO_MODEL.test(said)) return 'model_not_found';
  return 'model_refused_request';
}

/** Of an error in the midst of a stream, which has no status. */
function kindOfText(said: string): ErrorCode {
  if (TOO_OFTEN.test(said)) return 'model_rate_limited';
  if (TOO_LONG.test(said)) return 'model_context_exceeded';
  if (NO_MODEL.test(said)) return 'model_not_found';
  return /invalid_request/.test(said) && !OVERLOADED.test(said) ? 'model_refused_request' : 'model_server';
}

const WINDOWS = [
  /maximum (?:context|prompt|model) length (?:is|of) (?:only )?([\d,_]+)/i,
  /> ([\d,_]+) maximum/i,
  /tokens allowed \(([\d,_]+)\)/i,
  /context (?:size|length|window)(?: is| of)?(?: only)? \(?([\d,_]+)/i,
  /too large for model with ([\d,_]+) maximum context/i,
  /token limit: ([\d,_]+)/i,
  /(?:prompt|input)[^.]{0,40} exceeds the limit of ([\d,_]+)/i,
  /"n_ctx": ?(\d+)/,
];

/** How many tokens the model takes, where an error of it names them. */
export function windowIn({ text, body }: Complaint): number | undefined {
  const said = `${text} ${JSON.stringify(body)}`;
  for (const pattern of WINDOWS) {
    const window = Number(pattern.exec(said)?.[1]?.replaceAll(/[,_]/g, ''));
    if (Number.isSafeInteger(window) && window >= 256 && window <= 1e8) return window;
  }
  return undefined;
}
