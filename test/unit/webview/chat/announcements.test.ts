import * as assert from 'node:assert/strict';
import type { ChatState, ContextCutItem, QuestionItem, ReasoningItem, RetryItem, RouteItem, ToolItem } from '../../../../src/protocol/webview.ts';
import type { Announcer } from '../../../../src/webview/ui/Announcer.ts';
import { announce, announceState, announceWaiting } from '../../../../src/webview/chat/announcements.ts';

/** What was said, in order; what interrupts with a mark. */
class Said implements Pick<Announcer, 'say' | 'interrupt'> {
  readonly texts: string[] = [];

  say(text: string): void {
    this.texts.push(text);
  }

  interrupt(text: string): void {
    this.texts.push(`! ${text}`);
  }
}

const question: QuestionItem = { kind: 'question', id: 'q', agent: 'coder', question: 'Which?', choices: ['a', 'b'], free: true, state: 'waiting' };
const state: ChatState = { title: 't', owner: 'here', turn: 'running', pending: 0, queue: [], plan: [], agent: 'coder', agents: [], model: { name: 'm', offline: false, own: false }, models: [], workspace: 'open', approvals: { preset: 'askWrites', enabled: true, invalid: [], choices: [] } };

describe('Announcements', () => {
  let said: Said;
  beforeEach(() => {
    said = new Said();
  });

  it('interrupt for a question, once', () => {
    announce([{ op: 'add', item: question }], [], [question], said);
    const again = { ...question };
    announce([{ op: 'replace', item: again }], [question], [again], said);
    const answered: QuestionItem = { ...question, state: 'answered', answer: 'a' };
    announce([{ op: 'replace', item: answered }], [again], [answered], said);
    assert.deepEqual(said.texts, ['! Coder asks: Which? Choices: a; b']);
  });

  it('interrupt again for one that waits again', () => {
    announce([{ op: 'replace', item: question }], [{ ...question, state: 'withdrawn' }], [question], said);
    assert.equal(said.texts.length, 1);
  });

  it('interrupt for one that waits when its page comes, and not again when the page gets the whole anew', () => {
    announceWaiting([], [question, { ...question, id: 'past', state: 'withdrawn' }], said);
    announceWaiting([question], [{ ...question }], said);
    assert.deepEqual(said.texts, ['! Coder asks: Which? Choices: a; b']);
  });

  it('tell who waits where no words answer', () => {
    const limit: QuestionItem = { ...question, question: 'The turn is long. Shall it go on?', free: false, choices: ['Go on', 'Stop'] };
    announce([{ op: 'add', item: limit }], [], [limit], said);
    assert.deepEqual(said.texts, ['! Coder waits for you: The turn is long. Shall it go on? Choices: Go on; Stop']);
  });

  it('tell that nobody decided in time, once', () => {
    const waiting: ToolItem = { kind: 'tool', id: 'c', tool: 'write_file', object: 'src/a.ts', state: 'waiting' };
    const expired: ToolItem = { ...waiting, state: 'expired' };
    announce([{ op: 'replace', item: expired }], [waiting], [expired], said);
    announce([{ op: 'replace', item: { ...expired } }], [expired], [{ ...expired }], said);
    assert.deepEqual(said.texts, ['No decision on src/a.ts. It counts as rejected.']);
  });

  it('tell once a try that a request goes again, and not as its seconds pass', () => {
    const waiting: RetryItem = { kind: 'retry', id: 'r', reason: 'api.openai.com is limiting requests', attempt: 2, attempts: 4, state: 'waiting', afterMs: 12_000 };
    const again: RetryItem = { ...waiting };
    const sent: RetryItem = { ...waiting, state: 'done' };
    const third: RetryItem = { ...waiting, attempt: 3, afterMs: 500 };
    announce([{ op: 'add', item: waiting }], [], [waiting], said);
    announce([{ op: 'replace', item: again }], [waiting], [again], said);
    announce([{ op: 'replace', item: sent }], [again], [sent], said);
    // both in one delta: it was never seen to go
    announce([{ op: 'replace', item: third }], [waiting], [third], said);
    assert.deepEqual(said.texts, ['api.openai.com is limiting requests. Again in 12 seconds, try 2 of 4.', 'api.openai.com is limiting requests. Again in 0.5 seconds, try 3 of 4.']);
  });

  it('tell that old results are left out, and nothing of what is thought', () => {
    const cut: ContextCutItem = { kind: 'contextCut', id: 'c', results: 6, window: 32_768 };
    const thought: ReasoningItem = { kind: 'reasoning', id: 'r', agent: 'coder', text: 'Hm', state: 'streaming' };
    announce([{ op: 'add', item: cut }, { op: 'add', item: thought }], [], [cut, thought], said);
    announce([{ op: 'appendText', id: 'r', text: 'm' }, { op: 'replace', item: { ...thought, state: 'done' } }], [thought], [{ ...thought, state: 'done' }], said);
    assert.deepEqual(said.texts, ['6 results left out or cut: they do not fit the model’s window of 32k tokens']);
  });

  it('tell a hand-over', () => {
    const route: RouteItem = { kind: 'route', id: 'r', from: 'ask', to: 'coder', reason: 'needs to change a file' };
    announce([{ op: 'add', item: route }], [], [route], said);
    assert.deepEqual(said.texts, ['Ask hands over to Coder: needs to change a file']);
  });

  it('tell what was queued, and a step of the plan, each once', () => {
    const queued: ChatState = { ...state, queue: [{ messageId: '1', text: 'then\nthis' }], plan: [{ title: 'one', status: 'in_progress' }] };
    announceState(state, queued, said);
    announceState(queued, { ...queued, turn: 'waiting' }, said);
    announceState(queued, state, said);
    assert.deepEqual(said.texts, ['Plan, step 1 of 1: one', 'Queued, goes with the next step: then this']);
  });
});
