import * as assert from 'node:assert/strict';
import { EventBus } from '../../../../src/core/bus/EventBus.ts';
import { TurnScope } from '../../../../src/core/bus/TurnScope.ts';
import { questionOf, type Question, type Questions } from '../../../../src/core/hitl/Question.ts';
import { QuestionManager, type QuestionRequest } from '../../../../src/core/hitl/QuestionManager.ts';
import { systemClock } from '../../../../src/vscode/adapters/systemClock.ts';
import { MemoryLog } from '../../../support/ports.ts';
import { MemoryJournal } from '../../../support/MemoryStore.ts';

const request: QuestionRequest = { questionId: 'q', kind: 'step_limit', agent: 'coder', question: 'Go on?', choices: ['Go on'], free: false };

describe('QuestionManager', () => {
  let journal: MemoryJournal;
  let bus: EventBus;
  let scope: TurnScope;
  let questions: QuestionManager;
  let controller: AbortController;
  beforeEach(() => {
    journal = new MemoryJournal();
    bus = new EventBus({ journal, clock: systemClock, log: new MemoryLog() });
    scope = new TurnScope({ bus, sessionId: 's', correlationId: 'turn' });
    questions = new QuestionManager();
    controller = new AbortController();
  });

  it('asks nothing in a turn that was stopped', async () => {
    controller.abort();
    assert.equal(await questions.ask(scope, request, controller.signal), undefined);
    assert.deepEqual(journal.events, []);
    assert.equal(questions.find('s', 'q'), undefined);
  });

  it('waits for nothing that could not be journaled', async () => {
    journal.refuses = () => true;
    await assert.rejects(questions.ask(scope, request, controller.signal), /disk full/);
    assert.equal(questions.find('s', 'q'), undefined);
  });

  it('takes no second answer while the first is announced', async () => {
    const answer = questions.ask(scope, request, controller.signal);
    let waits: unknown = 'nobody heard';
    bus.on('hitl.question.answered', () => void (waits = questions.find('s', 'q')));
    questions.answer('q', { messageId: 'm', answer: 'Go on', actor: 'chat' });
    assert.equal(waits, undefined);
    assert.equal(await answer, 'Go on');
  });
});

describe('The questions of a turn', () => {
  it('are the last of their kind: those before were answered', () => {
    const question: Question = { kind: 'step_limit', callId: undefined, choices: ['Go on'], free: false, answer: undefined };
    const asked: Questions = new Map([['first', { ...question, answer: 'Go on' }], ['second', question]]);
    assert.deepEqual(questionOf(asked, 'step_limit', undefined), { questionId: 'second', answer: undefined });
  });
});
