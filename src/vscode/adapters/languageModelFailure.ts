import type { ErrorCode } from '../../protocol/errors.ts';
import { RuntimeError } from '../../protocol/RuntimeError.ts';

interface Failing {
  /** The model, for people. */
  model: string;
  /** Something of the answer had come. */
  answering: boolean;
}

/** Of an error's message: some are a whole answer of a server, and events keep what is told. */
const LONGEST = 500;

/** What VS Code and Copilot call their errors; others follow them, or use words alone. */
const BY_NAME: Readonly<Record<string, ErrorCode>> = {
  NoPermissions: 'model_no_permission',
  NotFound: 'model_not_found',
  Blocked: 'model_quota',
  ChatQuotaExceeded: 'model_quota',
  ChatRateLimited: 'model_rate_limited',
  Canceled: 'model_cancelled',
};

const BY_WORDS: readonly (readonly [RegExp, ErrorCode])[] = [
  [/off[_ -]topic|content[_ -]?(filter|management|policy)|\bfiltered\b|responsible ai/i, 'model_content_filtered'],
  [/quota|billing|credit|payment/i, 'model_quota'],
  [/rate.?limit|too many requests|\b429\b|temporarily blocked/i, 'model_rate_limited'],
  [/(context|prompt|message|input)\b.*\b(length|window|too long|too large|exceed\w*)|token limit|maximum (context|number of tokens)/i, 'model_context_exceeded'],
  [/model not found|provider .* not (registered|found)|is unknown/i, 'model_not_found'],
  // its key is with the extension that provides it, and not with Agent Runtime
  [/\b401\b|unauthori[sz]ed|not signed in|sign in|invalid api key/i, 'model_no_permission'],
  [/\bE(CONN|NOTFOUND|TIMEDOUT|HOSTUNREACH|AI_AGAIN)|net::ERR_|fetch failed|network error/i, 'model_unreachable'],
  [/invalid request|\b400\b/i, 'model_refused_request'],
];

/** An error of VS Code's models, by kind. Most come from another extension, and say what they like. */
export function languageModelFailure(error: unknown, { model, answering }: Failing): RuntimeError {
  const chain = chainOf(error).map(({ names, message }) => ({ names, message: message.slice(0, LONGEST) }));
  const message = chain.at(-1)?.message ?? '';
  const code = codeOf(chain) ?? (answering ? 'model_stream_interrupted' : 'model_server');
  return new RuntimeError({ code, message: wordsFor(message, model), origin: 'vscode' }, error);
}

function wordsFor(message: string, model: string): string {
  // VS Code names the two by ids that the person never sees
  if (/ cannot be used by '/.test(message)) return `Agent Runtime may not use ${model}`;
  return message.trim() === '' ? `${model} failed without a word` : message;
}

/** From what was thrown down to its innermost cause. */
function chainOf(error: unknown): { names: string[]; message: string }[] {
  const chain = [];
  for (let current = error, depth = 0; current !== undefined && current !== null && depth < 5; depth++) {
    if (!(current instanceof Error)) {
      chain.push({ names: [], message: wordsOf(current) });
      break;
    }
    chain.push({ names: [current.name, 'code' in current ? String(current.code) : ''], message: current.message });
    current = current.cause;
  }
  return chain;
}

function wordsOf(thrown: unknown): string {
  if (typeof thrown === 'object' && thrown !== null && 'message' in thrown && typeof thrown.message === 'string') return thrown.message;
  return typeof thrown === 'string' ? thrown : '';
}

function codeOf(chain: readonly { names: string[]; message: string }[]): ErrorCode | undefined {
  const words = BY_WORDS.find(([pattern]) => chain.some(({ message }) => pattern.test(message)))?.[1];
  const [name] = chain.flatMap(({ names }) => names.flatMap((one) => BY_NAME[one] ?? []));
  // "blocked" is said of a quota, and of an extension that asked too often
  return name === 'model_quota' && words === 'model_rate_limited' ? words : (name ?? words);
}
