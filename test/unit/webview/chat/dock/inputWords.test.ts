import * as assert from 'node:assert/strict';
import { enterWords, placeholder, sendTitle } from '../../../../../src/webview/chat/dock/inputWords.ts';
import { listboxKey } from '../../../../../src/webview/chat/dock/listboxKey.ts';
import { oneLine, queuedWords } from '../../../../../src/webview/chat/dock/queueRows.ts';

const free = { free: true, choices: ['a'] };
const goOn = { free: false, choices: ['Go on', 'Stop'] };

describe('The words of the input', () => {
  for (const [state, asked, words, title] of [
    [{ owner: 'here', turn: 'idle', pending: 0 }, undefined, 'Ask, or say what to build', 'Send (Enter)'],
    [{ owner: 'here', turn: 'running', pending: 0 }, undefined, 'Add to the queue, or press Esc to stop', 'Add to the Queue (Enter)'],
    [{ owner: 'here', turn: 'waiting', pending: 1 }, undefined, 'Messages wait; only the buttons decide', 'Add to the Queue (Enter)'],
    [{ owner: 'here', turn: 'waiting', pending: 0 }, goOn, 'Add to the queue, or press Esc to stop', 'Add to the Queue (Enter)'],
    [{ owner: 'here', turn: 'waiting', pending: 1 }, free, 'Answer, or pick one above', 'Send Answer (Enter)'],
    [{ owner: 'here', turn: 'waiting', pending: 0 }, { free: true, choices: [] }, 'Answer the question above', 'Send Answer (Enter)'],
    [{ owner: 'elsewhere', turn: 'idle', pending: 0 }, undefined, 'Your text stays here', 'Send (Enter)'],
  ] as const) {
    it(`say “${words}” while ${state.turn}${asked === undefined ? '' : `, asked${asked.free ? ' freely' : ''}`}`, () => {
      const question = asked === undefined ? undefined : { free: asked.free, choices: [...asked.choices] };
      assert.equal(placeholder(state, question), words);
      assert.equal(sendTitle({ owner: state.owner, turn: state.turn }, question), title);
    });
  }

  it('say what Enter does while a question waits for words', () => {
    const asked = { free: true, agent: 'coder' };
    assert.equal(enterWords(asked, { answers: true, hasText: false }), 'Enter answers Coder’s question');
    assert.equal(enterWords(asked, { answers: false, hasText: true }), 'Enter adds to the queue');
    assert.equal(enterWords({ ...asked, free: false }, { answers: false, hasText: true }), undefined);
    assert.equal(enterWords(undefined, { answers: false, hasText: true }), undefined);
  });

  it('say when a queued message goes', () => {
    assert.equal(queuedWords({ owner: 'here', turn: 'running' }), 'Queued, goes with the next step');
    assert.equal(queuedWords({ owner: 'here', turn: 'waiting' }), 'Queued, goes with the next step');
    assert.equal(queuedWords({ owner: 'here', turn: 'idle' }), 'Queued, goes with your next message');
    assert.equal(queuedWords({ owner: 'elsewhere', turn: 'idle' }), 'Queued');
  });

  it('show a queued message on one line', () => assert.equal(oneLine('\n a\n\n\tb '), 'a b'));
});

describe('The keys of a list', () => {
  const step = (key: string, active = 1): unknown => listboxKey(key, { active, count: 3 });

  it('move, and stop at its ends', () => {
    assert.deepEqual(['ArrowUp', 'ArrowDown', 'Home', 'End'].map((key) => step(key)), [{ active: 0 }, { active: 2 }, { active: 0 }, { active: 2 }]);
    assert.deepEqual([step('ArrowUp', 0), step('ArrowDown', 2)], [{ active: 0 }, { active: 2 }]);
  });

  it('take, leave, close, and are the page’s else', () => {
    assert.deepEqual(['Enter', ' ', 'Tab', 'Escape', 'x'].map((key) => step(key)), ['take', 'take', 'takeAndLeave', 'close', undefined]);
  });
});
