import type { EventData, RuntimeEvent } from '../../protocol/events.ts';

/** A question of a turn that is open. It approves nothing. */
export interface Question {
  kind: EventData<'hitl.question.asked'>['kind'];
  callId: string | undefined;
  choices: readonly string[];
  free: boolean;
  /** What the person said; `undefined` while they are asked. */
  answer: string | undefined;
}

/** By question id. */
export type Questions = Map<string, Question>;

/** Applies one event of the session. A question that is asked again waits again, where nobody has answered it; one whose call ends waits no more. */
export function foldQuestion(questions: Questions, event: RuntimeEvent): void {
  switch (event.type) {
    case 'hitl.question.asked': {
      const { questionId, kind, callId, choices, free } = event.data;
      questions.set(questionId, { kind, callId, choices, free, answer: undefined });
      break;
    }
    case 'hitl.question.answered': {
      const question = questions.get(event.data.questionId);
      if (question !== undefined) questions.set(event.data.questionId, { ...question, answer: event.data.answer });
      break;
    }
    case 'tool.execution.completed':
    case 'tool.execution.failed': {
      const { callId } = event.data;
      for (const [questionId, asked] of questions) if (asked.callId === callId && asked.answer === undefined) questions.delete(questionId);
      break;
    }
    default:
      break;
  }
}

/** What a call asks the person, or has asked; or, without a call, its turn. */
export function questionOf(questions: Questions, kind: Question['kind'], callId: string | undefined): { questionId: string; answer: string | undefined } | undefined {
  const [questionId, asked] = [...questions].findLast(([, question]) => question.kind === kind && question.callId === callId) ?? [];
  return questionId === undefined ? undefined : { questionId, answer: asked?.answer };
}
