import { randomUUID } from 'node:crypto';
import { questionOf } from '../hitl/Question.ts';
import type { TurnScope } from '../bus/TurnScope.ts';
import type { Agent } from '../agents/Agent.ts';
import { retryWhileBusy } from '../retryWhileBusy.ts';
import type { Turn, TurnPorts } from './Turn.ts';

const GO_ON = 'Go on';
const STOP = 'Stop here';

/** Asks the person whether the turn goes on. Where it does not, the turn is stopped. */
export async function askToGoOn(
  { questions, clock }: Pick<TurnPorts, 'questions' | 'clock'>,
  { session, signal, stop }: Turn,
  { scope, agent, kind, question, callId }: { scope: TurnScope; agent: Agent; kind: 'step_limit' | 'repeated_call'; question: string; callId?: string },
): Promise<boolean> {
  // VS Code closed on the same question: it waits where it stood, and only once
  const left = questionOf(session.questions, kind, callId);
  const questionId = left !== undefined && left.answer === undefined ? left.questionId : randomUUID();
  const request = { questionId, kind, agent: agent.name, question, choices: [GO_ON, STOP], free: false, ...(callId === undefined ? {} : { callId }) };
  const answer = await retryWhileBusy(clock, () => questions.ask(scope, request, signal));
  if (answer !== GO_ON) stop();
  return answer === GO_ON;
}
