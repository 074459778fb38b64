import { randomUUID } from 'node:crypto';
import type { TurnScope } from '../bus/TurnScope.ts';
import type { PlanStep, ToolCall } from '../../protocol/messages.ts';
import type { Agent } from '../agents/Agent.ts';
import type { AgentRouter } from '../agents/AgentRouter.ts';
import type { AgentContextManager } from '../context/AgentContextManager.ts';
import { questionOf } from '../hitl/Question.ts';
import type { QuestionManager } from '../hitl/QuestionManager.ts';
import type { Clock } from '../ports/Clock.ts';
import { retryWhileBusy } from '../retryWhileBusy.ts';
import type { SessionManager } from '../sessions/SessionManager.ts';
import { TURN_SOURCE } from '../sessions/turnEvents.ts';
import type { TurnControls } from '../tools/ToolExecutor.ts';
import type { TurnControl } from '../tools/TurnControl.ts';

/** How often models may hand one turn over, its route included. */
const MAX_SWITCHES = 5;

export interface TurnControlsDependencies {
  router: AgentRouter;
  contexts: AgentContextManager;
  sessions: SessionManager;
  questions: QuestionManager;
  clock: Clock;
}

/** What a call may change in its turn, each by an event. */
export function turnControls(dependencies: TurnControlsDependencies): TurnControls {
  return (scope, agent, call, signal) => new CallControl({ ...dependencies, scope, agent, call, signal });
}

class CallControl implements TurnControl {
  readonly #it: TurnControlsDependencies & { scope: TurnScope; agent: Agent; call: ToolCall; signal: AbortSignal };

  constructor(it: TurnControlsDependencies & { scope: TurnScope; agent: Agent; call: ToolCall; signal: AbortSignal }) {
    this.#it = it;
  }

  async handOver(to: string, reason: string): Promise<string> {
    const { router, contexts, sessions, scope, clock } = this.#it;
    const worker = router.workers().find(({ name }) => name === to);
    if (worker === undefined) {
      const names = router.workers().map(({ name }) => name);
      throw new Error(`No agent is called “${to}”. There are: ${names.join(', ')}. Nothing changed.`);
    }
    const from = contexts.get(scope.sessionId).currentAgent;
    if (worker.name === from) return `${worker.title} has this turn already. Nothing changed.`;
    const turn = sessions.get(scope.sessionId).turn;
    // what the person chose after the model was asked holds
    if (turn?.chosen === true) throw new Error(`The person gave this turn to ${router.find(from)?.title ?? from} meanwhile, and that stays. Nothing changed.`);
    if ((turn?.switches ?? 0) >= MAX_SWITCHES) {
      throw new Error(`This turn has changed hands ${MAX_SWITCHES} times, which is the most. Finish what you can, and say what is left for ${worker.title}.`);
    }
    await retryWhileBusy(clock, () => scope.publish(TURN_SOURCE, 'agent.switched', { from, to: worker.name, reason, trigger: 'handover' }));
    return `${worker.title} goes on from here.`;
  }

  async ask(question: string, choices: readonly string[]): Promise<string> {
    const { questions, sessions, scope, agent, call, signal, clock } = this.#it;
    const asked = questionOf(sessions.get(scope.sessionId).questions, 'followup', call.id);
    // the person answered, and VS Code closed before the call could end
    if (asked?.answer !== undefined) return asked.answer;
    const request = { questionId: asked?.questionId ?? randomUUID(), kind: 'followup' as const, agent: agent.name, question, choices: [...choices], free: true, callId: call.id };
    const answer = await retryWhileBusy(clock, () => questions.ask(scope, request, signal));
    if (answer === undefined) throw new Error('The turn ended before the person answered.');
    return answer;
  }

  async showPlan(steps: readonly PlanStep[]): Promise<void> {
    const { scope, agent, clock } = this.#it;
    await retryWhileBusy(clock, () => scope.publish(TURN_SOURCE, 'agent.plan.updated', { agent: agent.name, steps: [...steps] }));
  }
}
