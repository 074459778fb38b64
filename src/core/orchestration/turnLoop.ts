import { randomUUID } from 'node:crypto';
import type { TurnScope } from '../bus/TurnScope.ts';
import { RuntimeError } from '../../protocol/errors.ts';
import type { Agent } from '../agents/Agent.ts';
import type { LLMStreamService, LlmAnswer } from '../llm/LLMStreamService.ts';
import { toLlmMessages } from '../sessions/history.ts';
import type { SessionManager } from '../sessions/SessionManager.ts';
import type { ToolExecutor } from '../tools/ToolExecutor.ts';
import type { Usage } from './Usage.ts';

/** Model calls in one turn. */
const MAX_STEPS = 50;
const CUT_OFF = 'length';

export interface TurnLoopPorts {
  sessions: SessionManager;
  llm: LLMStreamService;
  tools: ToolExecutor;
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
    const answered = keep(ports, scope, agent, answer);
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

/** Journals what the model answered. Nothing is journaled for an answer that broke off before its first word. */
function keep({ sessions, llm }: TurnLoopPorts, scope: TurnScope, agent: Agent, answer: LlmAnswer): TurnScope {
  const interrupted = answer.finishReason === undefined;
  if (interrupted && answer.text === '') return scope;
  const { messageId: id, text: content, toolCalls } = answer;
  const answered = sessions.addMessage(scope, { role: 'assistant', id, agent: agent.name, content, toolCalls, interrupted });
  llm.announce(answered, agent, toolCalls);
  return answered;
}

/** False where the person stopped the turn meanwhile. */
async function runTools({ sessions, tools }: TurnLoopPorts, scope: TurnScope, agent: Agent, answer: LlmAnswer, signal: AbortSignal): Promise<boolean> {
  for (const call of answer.toolCalls) {
    const { outcome, content } =
      answer.finishReason === CUT_OFF
        ? tools.refuse(scope, call, 'The answer was cut off at its length limit, so this call is not whole. It did not run.')
        : await tools.execute(scope, agent, call, signal);
    sessions.addMessage(scope, { role: 'tool', id: randomUUID(), callId: call.id, outcome, content });
  }
  return !signal.aborted;
}
