import { originOf } from '../../core/llm/profiles.ts';
import type { ProviderId } from '../../core/llm/providers.ts';

/** The base URL that a person means by what they typed, or what is wrong with it. */
export function checkAddress(provider: ProviderId, typed: string): { baseUrl: string } | { problem: string } {
  const text = typed.trim();
  if (text === '') return { problem: 'Enter an address, for example https://models.example/v1.' };
  if (originOf(text) === undefined) return { problem: 'Enter an http or https address without a user name, for example https://models.example/v1.' };
  const url = new URL(text);
  if (url.search !== '' || url.hash !== '') return { problem: 'Leave out what follows “?” or “#”: the address is where its chat completions are.' };
  const path = url.pathname.replace(/\/+$/, '').replace(/\/chat\/completions$/, '');
  return { baseUrl: `${url.origin}${provider === 'azure' && (path === '' || path === '/openai') ? '/openai/v1' : path}` };
}

/** Whether what is sent there can be read on its way. */
export function isOpenToOthers(baseUrl: string): boolean {
  const { protocol, hostname } = new URL(baseUrl);
  return protocol === 'http:' && !/^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}
