import type { Message } from '../../protocol/messages.ts';
import type { SessionState } from '../sessions/SessionState.ts';

/** Characters that one message has in a digest. */
const SAID = 2_000;
const CALL = 200;

/** What was said and done in a session, by code: each message short, without what tools returned, and at most `length` characters. The first message and the latest ones stay. */
export function sessionDigest({ messages }: Pick<SessionState, 'messages'>, length: number): string {
  const outcomes = new Map(messages.flatMap((message) => (message.role === 'tool' ? [[message.callId, message.outcome]] : [])));
  const lines = messages.flatMap((message) => linesOf(message, outcomes));
  const [first = '', ...others] = lines;
  const kept: string[] = [];
  let left = length - first.length;
  for (const line of others.toReversed()) {
    left -= line.length + 2;
    if (left < 0) break;
    kept.unshift(line);
  }
  const between = others.length - kept.length;
  return [first, ...(between === 0 ? [] : [`[${between} entries are left out here]`]), ...kept].join('\n\n').slice(0, Math.max(0, length));
}

function linesOf(message: Message, outcomes: ReadonlyMap<string, string>): string[] {
  if (message.role === 'user') return [`Person: ${short(message.content, SAID)}`];
  if (message.role === 'tool') return [];
  const said = message.content.trim() === '' ? [] : [`${message.agent}: ${short(message.content, SAID)}`];
  return [...said, ...message.toolCalls.map(({ id, name, arguments: text }) => `${message.agent} called ${name} ${short(text, CALL)}: ${outcomes.get(id) ?? 'no result'}`)];
}

function short(text: string, length: number): string {
  const trimmed = text.trim();
  return trimmed.length <= length ? trimmed : `${trimmed.slice(0, length)}\u2026`;
}
