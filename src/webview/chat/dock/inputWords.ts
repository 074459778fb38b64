import type { ChatState, QuestionItem } from '../../../protocol/webview.ts';
import { agentName } from '../../ui/agent.ts';

type State = Pick<ChatState, 'owner' | 'turn'>;
type Asked = Pick<QuestionItem, 'free' | 'choices'> | undefined;

/** What an empty input says that a text in it becomes. */
export function placeholder({ owner, turn, pending }: State & Pick<ChatState, 'pending'>, asked: Asked): string {
  if (owner !== 'here') return 'Your text stays here';
  if (asked?.free === true) return asked.choices.length > 0 ? 'Answer, or pick one above' : 'Answer the question above';
  if (pending > 0) return 'Messages wait; only the buttons decide';
  return turn === 'idle' ? 'Ask, or say what to build' : 'Add to the queue, or press Esc to stop';
}

/** What the button that sends is called. */
export function sendTitle({ turn }: State, asked: Asked): string {
  if (asked?.free === true) return 'Send Answer (Enter)';
  return turn === 'idle' ? 'Send (Enter)' : 'Add to the Queue (Enter)';
}

/** What Enter does while a question waits for words: it is no usual message. `undefined` where nothing is to be said. */
export function enterWords(asked: Pick<QuestionItem, 'free' | 'agent'> | undefined, { answers, hasText }: { answers: boolean; hasText: boolean }): string | undefined {
  if (asked?.free !== true) return undefined;
  if (answers) return `Enter answers ${agentName(asked.agent)}’s question`;
  return hasText ? 'Enter adds to the queue' : undefined;
}
