import type { ErrorCode, ErrorInfo } from '../../protocol/errors.ts';
import { foreignText } from '../foreignText.ts';
import { hostOf, type Draft } from './SetUp.ts';

type Words = (parts: { host: string; status: string; said: string; isService: boolean }) => string;

const words: Partial<Record<ErrorCode, Words>> = {
  model_key_missing: ({ host }) => `${host} needs a key.`,
  model_auth: ({ host, status }) => `${host} refused the key${status}. It may be incomplete, expired or of another account.`,
  model_unreachable: ({ host, said, isService }) => `${host} did not answer (${said}). ${isService ? 'Check your network connection.' : 'Check that it runs, and the address.'}`,
  // without a status no server was asked
  model_not_found: ({ host, status, said }) => (status === '' ? `${said}.` : `${host} does not know this model or address${status}: ${said}.`),
  model_quota: ({ host, status, said }) => `The quota at ${host} is used up${status}: ${said}. Add credit there, or use another model.`,
  model_rate_limited: ({ host, status, said }) => `${host} is limiting requests${status}: ${said}. Wait a little, and try again.`,
  model_server: ({ host, status, said }) => `${host} has a problem${status}: ${said}.`,
  model_refused_request: ({ host, status, said }) => `${host} refused the request${status}: ${said}.`,
};

/** What failed, in words for the step that it failed at. */
export function failureWords({ code, message, status }: ErrorInfo, draft: Draft): string {
  const host = hostOf(draft);
  const isService = draft.baseUrl !== '' && draft.baseUrl === draft.provider?.baseUrl && draft.provider.local !== true;
  const said = message.replace(/\.$/, '');
  const say = words[code] ?? (({ said }) => `${said}.`);
  return foreignText(say({ host, status: status === undefined ? '' : ` (${status})`, said, isService }));
}
