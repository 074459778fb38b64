import type { TurnScope } from '../bus/TurnScope.ts';
import type { LlmAnswer } from '../llm/LLMStreamService.ts';
import type { LlmMessage } from '../ports/LlmStream.ts';
import { retryWhileBusy } from '../retryWhileBusy.ts';
import type { AgentPart } from './AgentParts.ts';
import { addResult, NOT_WHOLE } from './openCalls.ts';
import { runCalls } from './runCalls.ts';
import type { Turn, TurnPorts } from './Turn.ts';

/** The finish reason of an answer that was cut off. */
export const CUT_OFF = 'length';

/** Asks the agent's model. What it used counts for the agent and for the turn. */
export async function askForAnswer({ llm }: TurnPorts, turn: Turn, part: AgentPart, messages: readonly LlmMessage[]): Promise<LlmAnswer> {
  const answer = await llm.answer(part.scope, part.agent, messages, { signal: turn.signal, usedCallIds: turn.session.calls });
  part.usage.add(answer.usage);
  turn.usage.add(answer.usage);
  return answer;
}

/** Journals what the model answered, and runs what it calls. Nothing is journaled for an answer that broke off before its first word. */
export async function runAnswer(ports: TurnPorts, turn: Turn, { agent, scope }: AgentPart, answer: LlmAnswer): Promise<void> {
  const { finishReason, messageId, text, toolCalls } = answer;
  if (finishReason === undefined && text === '') return;
  const interrupted = finishReason === undefined || finishReason === CUT_OFF;
  const message = { role: 'assistant' as const, id: messageId, agent: agent.name, content: text, toolCalls, interrupted };
  const answered = await retryWhileBusy(ports.clock, () => ports.sessions.addMessage(scope, message));
  ports.llm.announce(answered, agent, toolCalls);
  if (finishReason === CUT_OFF) await refuseCut(ports, answered, answer);
  else await runCalls(ports, turn, toolCalls.map((call) => ({ call, agent, scope: answered })));
}

async function refuseCut({ tools, sessions, clock }: TurnPorts, scope: TurnScope, { toolCalls }: LlmAnswer): Promise<void> {
  for (const call of toolCalls) {
    const result = tools.end(scope, call, 'error', NOT_WHOLE);
    await retryWhileBusy(clock, () => addResult(sessions, scope, call, result));
  }
}

/** Gives the model what the person wrote meanwhile. */
export async function deliverQueue({ sessions, clock }: TurnPorts, { session, scope }: Turn): Promise<void> {
  for (const { messageId: id, text: content } of [...session.queue]) {
    await retryWhileBusy(clock, () => {
      // taken back while the database was busy
      if (session.queue.some(({ messageId }) => messageId === id)) sessions.addMessage(scope, { role: 'user', id, content });
    });
  }
}
