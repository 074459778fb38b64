import { RuntimeError } from '../../protocol/RuntimeError.ts';
import type { Agent } from '../agents/Agent.ts';
import type { LlmAnswer } from '../llm/LLMStreamService.ts';
import { toLlmMessages } from '../sessions/history.ts';
import type { SessionState } from '../sessions/SessionState.ts';
import { askForAnswer, deliverQueue, runAnswer } from './answers.ts';
import { askToGoOn } from './askToGoOn.ts';
import { route } from './routing.ts';
import { runOpenCalls } from './runCalls.ts';
import type { Turn, TurnEnd, TurnPorts } from './Turn.ts';

/** Answers of models after which the person is asked whether the turn goes on. */
const STEP_LIMIT = 50;

/** Answers in a row whose calls were cut off: the model does not learn to be shorter. */
const MOST_CUT = 2;

/**
 * Asks the agent that has the session, runs every tool call of its answer, and again, until it answers without one, or
 * says that it is done. What the person writes meanwhile it gets with the next step. Throws a {@link RuntimeError} when the model
 * fails; what it had answered by then is kept.
 */
export async function runTurnLoop(ports: TurnPorts, turn: Turn): Promise<TurnEnd> {
  const { session, signal } = turn;
  // what waits for the person is asked before any model is
  await runOpenCalls(ports, turn);
  while (!signal.aborted) {
    await deliverQueue(ports, turn);
    if (saidDone(ports, session)) return 'completed';
    const agent = whoHasIt(ports, session);
    if (agent.name === 'orchestrator') await route(ports, turn);
    else if (await mayGoOn(ports, turn, agent)) {
      if ((await step(ports, turn, agent)) && session.queue.length === 0) return 'completed';
    }
  }
  return 'stopped';
}

/** True where the agent had nothing more to do. */
async function step(ports: TurnPorts, turn: Turn, agent: Agent): Promise<boolean> {
  const part = turn.parts.of(agent);
  const system = await ports.prompts.build(agent.prompt, turn.session);
  const answer = await askForAnswer(ports, turn, part, toLlmMessages(system, turn.session));
  await runAnswer(ports, turn, part, answer);
  if (turn.signal.aborted) return false;
  if (answer.error !== undefined) throw answer.error;
  return isDone(turn, answer);
}

/** Whether the agent had nothing more to do. Throws where its answer is none. */
function isDone(turn: Turn, { finishReason, toolCalls, text }: LlmAnswer): boolean {
  const cut = finishReason === 'length';
  turn.cutInARow = cut ? turn.cutInARow + 1 : 0;
  if (finishReason === 'content_filter') throw new RuntimeError({ code: 'model_content_filtered', message: 'The provider stopped the answer' });
  if (cut && (toolCalls.length === 0 || turn.cutInARow > MOST_CUT)) throw new RuntimeError({ code: 'model_answer_cut_off', message: 'The model stopped at its length limit' });
  if (toolCalls.length > 0) return false;
  if (text.trim() === '') throw new RuntimeError({ code: 'model_empty_answer', message: 'It ended its answer without a word and without a call' });
  return true;
}

/** An agent that is not registered any more cannot go on: its session is routed anew. */
function whoHasIt({ contexts, router }: TurnPorts, { id }: SessionState): Agent {
  return router.find(contexts.get(id).currentAgent) ?? router.get('orchestrator');
}

async function mayGoOn(ports: TurnPorts, turn: Turn, agent: Agent): Promise<boolean> {
  if ((turn.session.turn?.steps ?? 0) < STEP_LIMIT) return true;
  const { scope } = turn.parts.of(agent);
  return askToGoOn(ports, turn, { scope, agent, kind: 'step_limit', question: `${agent.title} has asked its model ${STEP_LIMIT} times in this turn. Go on?` });
}

/** Whether the latest answer held a call that ends the turn, and nobody said anything since. */
function saidDone({ tools }: TurnPorts, { messages }: SessionState): boolean {
  const last = messages.findLastIndex(({ role }) => role !== 'tool');
  const answer = messages[last];
  if (answer?.role !== 'assistant') return false;
  const done = new Set(answer.toolCalls.filter((call) => tools.endsTurn(call)).map(({ id }) => id));
  return messages.slice(last + 1).some((message) => message.role === 'tool' && message.outcome === 'ok' && done.has(message.callId));
}
