import { randomUUID } from 'node:crypto';
import type { TurnScope } from '../bus/TurnScope.ts';
import { openApproval } from '../hitl/Approval.ts';
import { questionOf } from '../hitl/Question.ts';
import type { ToolCall, ToolOutcomeKind } from '../../protocol/messages.ts';
import { withoutResult } from '../sessions/history.ts';
import type { SessionManager } from '../sessions/SessionManager.ts';
import type { SessionState } from '../sessions/SessionState.ts';
import type { AskedAgain, ToolExecutor, ToolResult } from '../tools/ToolExecutor.ts';

export const NOT_WHOLE = 'The answer was cut off at its length limit, so this call is not whole. It did not run.';
export const FILTERED = 'A content filter stopped the answer, so this call is not whole. It did not run.';

const NOT_DECIDED = 'You are asked again: VS Code closed before you decided.';
const NOT_ASKED = 'You are asked again: you edited this, and it did not run. Nothing was changed.';
const NOT_STARTED = 'You are asked again: you approved this, and it did not run. Nothing was changed.';

interface Ports {
  sessions: SessionManager;
  tools: ToolExecutor;
}

/** The tool calls of a session that have no result yet, in order. */
export function openCalls(session: SessionState): ToolCall[] {
  const answered = new Set(session.messages.flatMap((message) => (message.role === 'tool' ? [message.callId] : [])));
  return session.messages.flatMap((message) => (message.role === 'assistant' ? message.toolCalls.filter(({ id }) => !answered.has(id)) : []));
}

/** The agent that wanted a call: who has the session may be another by now. */
export function callingAgent(session: SessionState, callId: string): string | undefined {
  const answer = session.messages.find((message) => message.role === 'assistant' && message.toolCalls.some(({ id }) => id === callId));
  return answer?.role === 'assistant' ? answer.agent : undefined;
}

/** Whether the session waits for the person's decision or answer, or holds a decision that nothing came of yet. `isThere`: an agent that is not cannot be asked for. */
export function waitsForPerson(session: SessionState, isThere: (agent: string) => boolean): boolean {
  const asked = [...session.questions.values()].some(({ answer }) => answer === undefined);
  return asked || openCalls(session).some(({ id }) => openApproval(session.approvals, id) !== undefined && isThere(callingAgent(session, id) ?? ''));
}

/** Why the person is asked about a call once more, and what they had made of its arguments; `undefined` where they were not asked yet. */
export function asksAgain(session: SessionState, callId: string): AskedAgain | undefined {
  const open = openApproval(session.approvals, callId);
  if (open === undefined) return undefined;
  const reason = { requested: NOT_DECIDED, shown: NOT_DECIDED, edited: NOT_ASKED, approved: NOT_STARTED }[open.stage];
  return { reason, edited: open.edited };
}

/**
 * Ends the calls that VS Code closed on while they acted: nothing with effects is run again, and both
 * the person and the model are told that nobody saw the end. Calls that were cut off never run. Returns
 * for how many the outcome is unknown.
 */
export function settleStarted({ sessions, tools }: Ports, scope: TurnScope, session: SessionState): number {
  const notWhole = new Set(session.messages.flatMap((message) => (message.role === 'assistant' && message.interrupted ? message.toolCalls.map(({ id }) => id) : [])));
  let unknown = 0;
  for (const call of openCalls(session)) {
    const progress = session.calls.get(call.id);
    // its result is known, and comes in its turn
    if (session.failures.has(call.id)) continue;
    // what changes nothing is run again
    if (!notWhole.has(call.id) && progress !== undefined && progress !== 'requested' && !tools.hasEffects(call)) continue;
    if (notWhole.has(call.id)) addResult(sessions, scope, call, tools.end(scope, call, 'error', NOT_WHOLE));
    else if (progress === 'ended') addResult(sessions, scope, call, { outcome: 'unknown', content: withoutResult.ended });
    else if (progress === 'started') {
      unknown += 1;
      addResult(sessions, scope, call, tools.end(scope, call, 'unknown', withoutResult.started));
    }
  }
  return unknown;
}

/** Ends every call that is still open, since the turn that it belongs to will not go on. What the person answered, the model is told all the same. */
export function settleAll(ports: Ports, scope: TurnScope, session: SessionState): void {
  settleStarted(ports, scope, session);
  for (const call of openCalls(session)) {
    const result = failureOf(session, call.id) ?? ports.tools.end(scope, call, 'cancelled', whatWasAnswered(session, call.id) ?? withoutResult.requested);
    addResult(ports.sessions, scope, call, result);
  }
}

/** How a call failed whose result VS Code kept from being saved. */
export function failureOf(session: SessionState, callId: string): ToolResult | undefined {
  const failure = session.failures.get(callId);
  return failure === undefined ? undefined : { outcome: failure.outcome, content: failure.message };
}

/** The result of a call that is cancelled after the person answered its question. */
export function whatWasAnswered(session: SessionState, callId: string): string | undefined {
  const answer = questionOf(session.questions, 'followup', callId)?.answer;
  return answer === undefined ? undefined : `The turn ended with this question. The person had answered: ${answer}`;
}

/** Journals what the model is told of a call. */
export function addResult(sessions: SessionManager, scope: TurnScope, call: ToolCall, { outcome, content }: { outcome: ToolOutcomeKind; content: string }): void {
  sessions.addMessage(scope, { role: 'tool', id: randomUUID(), callId: call.id, outcome, content });
}
