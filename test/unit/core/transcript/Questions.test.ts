import * as assert from 'node:assert/strict';
import { Story } from '../../../support/Story.ts';

describe('A question in the transcript', () => {
  let story: Story;
  beforeEach(() => {
    story = new Story();
    story.says('do it');
    story.begins();
    story.calls('ask_followup_question', { question: 'Which?' });
    story.starts('ask_followup_question');
    story.asks('q', { callId: 'ask_followup_question' });
  });

  it('waits, and holds the answer then; its call has no row', () => {
    assert.deepEqual(story.kinds, ['user', 'question waiting']);
    assert.equal(story.transcript.asking?.id, 'q');
    story.tell('hitl.question.answered', { questionId: 'q', messageId: 'm', answer: 'the first', actor: 'you' });
    story.done('ask_followup_question');
    assert.equal(story.transcript.asking, undefined);
    const question = story.items.at(-1);
    assert.ok(question?.kind === 'question');
    assert.deepEqual([question.state, question.answer], ['answered', 'the first']);
  });

  it('is withdrawn with the turn', () => {
    story.fails('ask_followup_question', 'cancelled');
    story.ends('stopped');
    assert.deepEqual(story.kinds, ['user', 'question withdrawn', 'turnEnd']);
    assert.equal(story.transcript.asking, undefined);
  });

  it('waits again where it stands, when it is asked again', () => {
    story.interrupt();
    assert.equal(story.transcript.asking, undefined);
    const told = story.transcript.items.at(-1);
    assert.ok(told?.kind === 'problem');
    assert.match(told.detail, /waited for you/);
    story.begins(true);
    story.asks('q', { callId: 'ask_followup_question' });
    assert.deepEqual(
      story.transcript.items.map((item) => ('state' in item ? `${item.kind} ${item.state}` : item.kind)),
      ['user', 'question waiting', 'problem'],
    );
  });

  it('goes on waiting in a turn that goes on, without a word', () => {
    story.begins(true);
    assert.deepEqual(story.kinds, ['user', 'question waiting']);
    story.asks('q', { callId: 'ask_followup_question' });
    assert.deepEqual(story.kinds, ['user', 'question waiting']);
  });

  it('is over where the person goes on without it', () => {
    story.fails('ask_followup_question', 'cancelled');
    story.ends('interrupted');
    assert.deepEqual(story.kinds, ['user', 'question withdrawn', 'problem']);
    const told = story.items.at(-1);
    assert.ok(told?.kind === 'problem');
    assert.match(told.detail, /waited for you/);
  });

  it('is not what a later turn waited for', () => {
    story.fails('ask_followup_question', 'cancelled');
    story.ends('stopped');
    story.correlationId = 'turn 2';
    story.says('go on');
    story.begins();
    story.interrupt();
    const told = story.transcript.items.at(-1);
    assert.ok(told?.kind === 'problem');
    assert.match(told.detail, /closed or reloaded while it ran/);
  });
});
