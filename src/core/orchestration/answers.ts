import type { TurnScope } from '../bus/TurnScope.ts';
import type { LlmAnswer } from '../llm/LLMStreamService.ts';
import type { ToolCall } from '../../protocol/messages.ts';
import type { FinishReason, LlmMessage } from '../ports/LlmStream.ts';
import { retryWhileBusy } from '../retryWhileBusy.ts';
import type { AgentPart } from './AgentParts.ts';
import { addResult, FILTERED, NOT_WHOLE } from './openCalls.ts';
import { runCalls } from './runCalls.ts';
import type { Turn, TurnPorts } from './Turn.ts';

/** Why no call of an answer runs, by how the answer ended. */
const neverRun: Partial<Record<FinishReason, string>> = { length: NOT_WHOLE, content_filter: FILTERED };

/** Asks the agent's model. What it used counts for the agent and for the turn. */
export async function askForAnswer({ llm }: TurnPorts, turn: Turn, part: AgentPart, messages: readonly LlmMessage[]): Promise<LlmAnswer> {
  const answer = await llm.answer(part.scope, part.agent, messages, { signal: turn.signal, usedCallIds: turn.session.calls });
  part.usage.add(answer.usage);
  turn.usage.add(answer.usage);
  return answer;
}

/** Journals what the model answered, and runs what it calls. Nothing is journaled for an answer that has nothing. */
export async function runAnswer(ports: TurnPorts, turn: Turn, { agent, scope }: AgentPart, answer: LlmAnswer): Promise<void> {
  const { finishReason, messageId, text, reasoning, toolCalls } = answer;
  if (text === '' && toolCalls.length === 0 && reasoning === '') return;
  const refusal = finishReason === undefined ? undefined : neverRun[finishReason];
  const interrupted = finishReason === undefined || refusal !== undefined;
  const thought = reasoning === '' ? {} : { reasoning };
  const message = { role: 'assistant' as const, id: messageId, agent: agent.name, content: text, ...thought, toolCalls, interrupted };
  const answered = await retryWhileBusy(ports.clock, () => ports.sessions.addMessage(scope, message));
  ports.llm.announce(answered, agent, toolCalls);
  if (refusal === undefined) await runCalls(ports, turn, toolCalls.map((call) => ({ call, agent, scope: answered })));
  else await refuseAll(ports, answered, toolCalls, refusal);
}

async function refuseAll({ tools, sessions, clock }: TurnPorts, scope: TurnScope, calls: readonly ToolCall[], why: string): Promise<void> {
  for (const call of calls) {
    const result = tools.end(scope, call, 'error', why);
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
