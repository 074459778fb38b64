import * as assert from 'node:assert/strict';
import type { QuestionItem } from '../../../../src/protocol/webview.ts';
import { HiddenQuestions } from '../../../../src/vscode/panel/HiddenQuestions.ts';

const question: QuestionItem = { kind: 'question', id: 'q', agent: 'coder', question: 'Which?', choices: [], free: true, state: 'waiting' };

describe('A question in a chat that is hidden', () => {
  let visible: boolean;
  let told: string[];
  let questions: HiddenQuestions;
  beforeEach(() => {
    visible = false;
    told = [];
    questions = new HiddenQuestions({ visible: () => visible, tell: ({ id }) => told.push(id) });
  });

  it('is told once, also where it is asked again', () => {
    questions.changed([{ op: 'add', item: { kind: 'user', id: 'u', text: 'x' } }, { op: 'add', item: question }]);
    questions.changed([{ op: 'replace', item: question }]);
    questions.changed([{ op: 'replace', item: { ...question, state: 'answered', answer: 'a' } }]);
    questions.changed([{ op: 'add', item: { ...question, id: 'next' } }]);
    assert.deepEqual(told, ['q', 'next']);
  });

  it('is not told where the person has it before them', () => {
    visible = true;
    questions.changed([{ op: 'add', item: question }]);
    visible = false;
    questions.changed([{ op: 'replace', item: question }]);
    assert.deepEqual(told, []);
  });
});
