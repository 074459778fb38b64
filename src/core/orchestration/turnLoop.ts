import type { TurnScope } from '../bus/TurnScope.ts';
import { RuntimeError } from '../../protocol/errors.ts';
import type { Agent } from '../agents/Agent.ts';
import type { AgentRouter } from '../agents/AgentRouter.ts';
import type { LLMStreamService, LlmAnswer } from '../llm/LLMStreamService.ts';
import { toLlmMessages } from '../sessions/history.ts';
import type { Clock } from '../ports/Clock.ts';
import { retryWhileBusy } from '../retryWhileBusy.ts';
import type { SessionManager } from '../sessions/SessionManager.ts';
import type { ToolExecutor } from '../tools/ToolExecutor.ts';
import { addResult, asksAgain, callingAgent, NOT_WHOLE, openCalls } from './openCalls.ts';
import type { Usage } from './Usage.ts';

/** Model calls in one turn. */
const MAX_STEPS = 50;
const CUT_OFF = 'length';

export interface TurnLoopPorts {
  clock: Clock;
  sessions: SessionManager;
  llm: LLMStreamService;
  tools: ToolExecutor;
  router: AgentRouter;
}

/**
 * Calls the model, runs every tool call of its answer in order, and again, until it answers without one.
 * Throws a {@link RuntimeError} when the model fails; what it had answered by then is kept.
 */
export async function runTurnLoop(ports: TurnLoopPorts, scope: TurnScope, agent: Agent, usage: Usage, signal: AbortSignal): Promise<'completed' | 'stopped'> {
  const session = ports.sessions.get(scope.sessionId);
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const answer = await ports.llm.answer(scope, agent, toLlmMessages(agent.prompt, session), { signal, usedCallIds: session.calls });
    usage.add(answer.usage);
    const answered = await keep(ports, scope, agent, answer);
    if (answer.error !== undefined) {
      if (signal.aborted) return 'stopped';
      throw answer.error as Error;
    }
    if (answer.toolCalls.length === 0) {
      if (answer.finishReason !== CUT_OFF) return signal.aborted ? 'stopped' : 'completed';
      throw new RuntimeError({ code: 'model_answer_cut_off', message: 'The model stopped at its length limit' });
    }
    // where the person has stopped, each call is told to be cancelled
    if (!(await runTools(ports, answered, agent, answer, signal))) return 'stopped';
  }
  throw new RuntimeError({ code: 'step_limit', message: `The turn reached ${MAX_STEPS} model calls` });
}

/**
 * Runs the calls that an earlier part of the turn left open, each for the agent that wanted it. False where the
 * person stopped the turn meanwhile.
 */
export async function runOpenCalls({ sessions, llm, tools, router, clock }: TurnLoopPorts, scope: TurnScope, signal: AbortSignal): Promise<boolean> {
  const session = sessions.get(scope.sessionId);
  for (const call of openCalls(session)) {
    const agent = router.get(callingAgent(session, call.id) ?? '');
    if (!session.calls.has(call.id)) llm.announce(scope, agent, [call]);
    const result = await tools.execute(scope, agent, call, signal, asksAgain(session, call.id));
    await retryWhileBusy(clock, () => addResult(sessions, scope, call, result));
  }
  return !signal.aborted;
}

/** Journals what the model answered. Nothing is journaled for an answer that broke off before its first word. */
async function keep({ sessions, llm, clock }: TurnLoopPorts, scope: TurnScope, agent: Agent, answer: LlmAnswer): Promise<TurnScope> {
  if (answer.finishReason === undefined && answer.text === '') return scope;
  const interrupted = answer.finishReason === undefined || answer.finishReason === CUT_OFF;
  const { messageId: id, text: content, toolCalls } = answer;
  const message = { role: 'assistant' as const, id, agent: agent.name, content, toolCalls, interrupted };
  const answered = await retryWhileBusy(clock, () => sessions.addMessage(scope, message));
  llm.announce(answered, agent, toolCalls);
  return answered;
}

/** False where the person stopped the turn meanwhile. */
async function runTools({ sessions, tools, clock }: TurnLoopPorts, scope: TurnScope, agent: Agent, answer: LlmAnswer, signal: AbortSignal): Promise<boolean> {
  for (const call of answer.toolCalls) {
    const result =
      answer.finishReason === CUT_OFF
        ? tools.end(scope, call, 'error', NOT_WHOLE)
        : await tools.execute(scope, agent, call, signal);
    await retryWhileBusy(clock, () => addResult(sessions, scope, call, result));
  }
  return !signal.aborted;
}
