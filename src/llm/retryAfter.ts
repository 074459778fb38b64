import { isObject, textOf } from './json.ts';
import type { Complaint } from './ServerFailure.ts';

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** How long a server asks to be left alone, in milliseconds; `now`: of the wall clock. Always finite: it stands in events. */
export function retryAfterOf(complaint: Complaint, now: number): number | undefined {
  const told = toldBy(complaint, now);
  return told === undefined ? undefined : Math.min(told, Number.MAX_SAFE_INTEGER);
}

function toldBy({ headers, body, text }: Complaint, now: number): number | undefined {
  const heard = headers === undefined ? undefined : (milliseconds(headers.get('retry-after-ms')) ?? secondsOrDate(headers.get('retry-after'), now));
  return heard ?? googleDelay(body) ?? duration(/(?:try again|retry) (?:in|after) ((?:\d+(?:\.\d+)? ?(?:ms|[smhd])(?![a-z]))+|\d+(?:\.\d+)? s)/i.exec(text)?.[1]) ?? reset(headers, now) ?? resetOfOpenRouter(body, now);
}

function milliseconds(value: string | null): number | undefined {
  const number = value === null || value.trim() === '' ? NaN : Number(value);
  return Number.isFinite(number) && number >= 0 ? number : undefined;
}

/** See https://httpwg.org/specs/rfc9110.html#field.retry-after. */
function secondsOrDate(value: string | null, now: number): number | undefined {
  if (value === null) return undefined;
  const seconds = milliseconds(value);
  if (seconds !== undefined) return seconds * 1000;
  // V8 takes any number for a year
  const date = /[a-z]{3}/i.test(value) ? Date.parse(value) : NaN;
  return Number.isNaN(date) ? duration(value) : Math.max(0, date - now);
}

/** `google.rpc.RetryInfo` among the details of an error. */
function googleDelay(body: unknown): number | undefined {
  return duration(/"retryDelay": ?"([\d.]+s)"/.exec(JSON.stringify(body ?? null))?.[1]);
}

/** Such as `6m0s`, `20ms`, `1.5s`. */
function duration(text: string | null | undefined): number | undefined {
  const compact = text?.replaceAll(' ', '') ?? '';
  if (!/^(?:\d+(?:\.\d+)?(?:ms|[smhd]))+$/.test(compact)) return undefined;
  let total = 0;
  for (const [, number, unit] of compact.matchAll(/([\d.]+)(ms|[smhd])/g)) total += Number(number) * (UNITS[unit ?? ''] ?? 0);
  return Math.round(total);
}

/** When a limit is whole again: that of what is used up, where it is told. */
function reset(headers: Headers | undefined, now: number): number | undefined {
  if (headers === undefined) return undefined;
  const spent = ['requests', 'tokens'].filter((what) => headers.get(`x-ratelimit-remaining-${what}`) === '0');
  const waits = spent.map((what) => duration(headers.get(`x-ratelimit-reset-${what}`))).filter((wait) => wait !== undefined);
  return waits.length > 0 ? Math.max(...waits) : moment(headers.get('x-ratelimit-reset'), now);
}

function resetOfOpenRouter(body: unknown, now: number): number | undefined {
  const error = isObject(body) && isObject(body['error']) ? body['error'] : body;
  const metadata = isObject(error) ? error['metadata'] : undefined;
  const headers = isObject(metadata) ? metadata['headers'] : undefined;
  return isObject(headers) ? moment(textOf(headers['X-RateLimit-Reset']) || null, now) : undefined;
}

/** A point in time in seconds or milliseconds, or a number of seconds. */
function moment(value: string | null, now: number): number | undefined {
  const number = milliseconds(value);
  if (number === undefined) return duration(value);
  if (number > 1e12) return Math.max(0, number - now);
  return number > 1e9 ? Math.max(0, number * 1000 - now) : number * 1000;
}
