import type { Message } from '../../protocol/messages.ts';
import type { LlmMessage } from '../ports/LlmStream.ts';
import type { CallProgress, SessionState } from './SessionState.ts';

/** The result of a call that the end of its turn, or of VS Code, kept from running. */
export const NOT_RUN = 'This call did not run: the turn ended before it.';
/** What the result of a failed call begins with. */
export const ERROR_MARK = 'Error: ';

/** What a model is told to go on with a text of its own that is not whole. */
export const GO_ON = '[Your answer was cut off here. Go on exactly where it stops, without a word of introduction, and repeat nothing of it.]';

const OUTCOME_UNKNOWN =
  'This call had started when VS Code closed, and nobody saw its end. It was not run again. Check what it did before you go on.';

const RESULT_LOST =
  'This call ran to its end, but its result could not be saved. It was not run again. Check what it did before you go on.';

/** What the model is told of a call whose result is not in the journal, by how far it got. */
export const withoutResult: Record<CallProgress, string> = { requested: NOT_RUN, started: OUTCOME_UNKNOWN, ended: RESULT_LOST };

/**
 * The conversation as a model gets it; `last message`: what the person said last, and what came after it. Every tool call is followed by a result, as the protocol
 * demands: a call that a closed window left without one is told as it is.
 */
export function toLlmMessages(systemPrompt: string, session: SessionState, { since = 'begin' }: { since?: 'begin' | 'last message' } = {}): LlmMessage[] {
  const messages: LlmMessage[] = [{ role: 'system', content: systemPrompt }];
  const answered = new Set(session.messages.flatMap((message) => (message.role === 'tool' ? [message.callId] : [])));
  const first = since === 'begin' ? 0 : lastSaid(session);
  let told = first;
  for (const [index, message] of session.messages.entries()) {
    if (index < first) continue;
    // between a call and its results there is no place; a turn that goes on has no new message of the person
    if (message.role !== 'tool') {
      messages.push(...putBack(session, told, index));
      told = index + 1;
    }
    if (message.role === 'assistant' && message.content.trim() === '' && message.toolCalls.length === 0) continue;
    messages.push(toLlmMessage(message));
    const open = message.role === 'assistant' ? message.toolCalls.filter(({ id }) => !answered.has(id)) : [];
    messages.push(...open.map(({ id }): LlmMessage => ({ role: 'tool', callId: id, content: withoutResult[session.calls.get(id) ?? 'requested'] })));
  }
  messages.push(...putBack(session, told, session.messages.length));
  // the person wants the rest of it; servers refuse a conversation that ends with a word of the model
  if (messages.at(-1)?.role === 'assistant') messages.push({ role: 'user', content: GO_ON });
  return messages;
}

/** What the person put back between two messages: a model believes that its changes are there. */
function putBack(session: SessionState, from: number, to: number): LlmMessage[] {
  const files = new Set(session.putBack.flatMap((one) => (one.messages >= from && one.messages <= to ? one.files : [])));
  if (files.size === 0) return [];
  return [{ role: 'user', content: `[The person undid changes that were made here, or did them again. These files are others than you last saw: ${[...files].join(', ')}. Read them before you rely on them.]` }];
}

/** Where the person's last message begins, with those right before it that they wrote too. */
function lastSaid({ messages }: SessionState): number {
  const last = messages.findLastIndex(({ role }) => role === 'user');
  return messages.findLastIndex(({ role }, index) => index < last && role !== 'user') + 1;
}

function toLlmMessage(message: Message): LlmMessage {
  switch (message.role) {
    case 'user':
      return { role: 'user', content: message.content };
    case 'assistant':
      return {
        role: 'assistant',
        // some write empty lines before a call, and others refuse a conversation with a text of nothing else
        content: message.content.trim() === '' ? '' : message.content,
        ...(message.reasoning === undefined ? {} : { reasoning: message.reasoning }),
        toolCalls: message.toolCalls,
      };
    case 'tool':
      return { role: 'tool', callId: message.callId, content: message.outcome === 'error' ? `${ERROR_MARK}${message.content}` : message.content };
  }
}
