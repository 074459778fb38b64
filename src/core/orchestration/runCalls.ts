import pMap from 'p-map';
import type { TurnScope } from '../bus/TurnScope.ts';
import type { ToolCall } from '../../protocol/messages.ts';
import type { Agent } from '../agents/Agent.ts';
import { questionOf } from '../hitl/Question.ts';
import { retryWhileBusy } from '../retryWhileBusy.ts';
import type { SessionState } from '../sessions/SessionState.ts';
import type { ToolResult } from '../tools/ToolExecutor.ts';
import { askToGoOn } from './askToGoOn.ts';
import { addResult, asksAgain, callingAgent, failureOf, openCalls, whatWasAnswered } from './openCalls.ts';
import type { Turn, TurnPorts } from './Turn.ts';

/** Reads that run at once. */
const PARALLEL = 8;
/** The how manieth call of the same in a row is not run. */
const REPEATED = 3;

/** One call, and who wanted it. */
interface Wanted {
  call: ToolCall;
  agent: Agent;
  /** Goes on from the answer that it is in. */
  scope: TurnScope;
}

/** Runs the calls of an answer: those that only read at once, those with effects one by one. Each gets its result, in the order given, also where the person has stopped. */
export async function runCalls(ports: TurnPorts, turn: Turn, calls: readonly Wanted[]): Promise<void> {
  for (const batch of batches(calls, (wanted) => runsBesideOthers(ports, turn, wanted))) {
    const results = await pMap(batch, (wanted) => settled(runCall(ports, turn, wanted)), { concurrency: PARALLEL });
    for (const [index, { call, scope }] of batch.entries()) {
      const result = results[index];
      if (result?.ok !== true) throw result?.error ?? new Error('A call has no result');
      await retryWhileBusy(ports.clock, () => addResult(ports.sessions, scope, call, result.value));
    }
  }
}

/** Runs the calls that an earlier part of the turn left open, each for the agent that wanted it. */
export async function runOpenCalls(ports: TurnPorts, turn: Turn): Promise<void> {
  const { sessions, llm, router } = ports;
  const { session, scope } = turn;
  const open = openCalls(session).map((call) => ({ call, scope, agent: router.find(callingAgent(session, call.id) ?? '') }));
  const wanted: Wanted[] = [];
  for (const { call, agent } of open) {
    if (agent !== undefined) wanted.push({ call, agent, scope });
    // its agent is not registered any more
    else addResult(sessions, scope, call, failureOf(session, call.id) ?? ports.tools.end(scope, call, 'error', 'The agent that made this call is not there any more. It did not run.'));
  }
  for (const { call, agent } of wanted) if (!session.calls.has(call.id)) llm.announce(scope, agent, [call]);
  await runCalls(ports, turn, wanted);
}

async function runCall(ports: TurnPorts, turn: Turn, { call, agent, scope }: Wanted): Promise<ToolResult> {
  const { tools } = ports;
  const { session, signal } = turn;
  const failed = failureOf(session, call.id);
  if (failed !== undefined) return failed;
  const answered = signal.aborted ? whatWasAnswered(session, call.id) : undefined;
  if (answered !== undefined) return tools.end(scope, call, 'cancelled', answered);
  if (tools.endsTurn(call) && !isLastWord(session, call)) return tools.end(scope, call, 'error', notAlone, 'Other calls of the same answer were not done.');
  const inARow = countInARow(turn, call);
  if (inARow === REPEATED) return tools.end(scope, call, 'error', sameAgain, `The same call came ${REPEATED} times in a row, so it did not run again.`);
  if (inARow > REPEATED) {
    const question = `The same call comes again and again, with nothing between: ${call.name} ${tools.objectOf(agent, call)}. Go on?`;
    await askToGoOn(ports, turn, { scope, agent, kind: 'repeated_call', question, callId: call.id });
  }
  return tools.execute(scope, agent, call, signal, asksAgain(session, call.id));
}

const sameAgain = `You have made this call ${REPEATED} times in a row with the same arguments, so it did not run again. What it gave before is above. Do something else, or say what keeps you from going on.`;

const notAlone = 'This was not taken: call it alone, when you know the results of your other calls.';

/** Whether everything else that the answer called is done as the model wanted it, and the person said nothing that it does not know. */
function isLastWord(session: SessionState, { id: own }: ToolCall): boolean {
  const answer = session.messages.findLast((message) => message.role === 'assistant' && message.toolCalls.some(({ id }) => id === own));
  const others = answer?.role === 'assistant' ? answer.toolCalls.filter(({ id }) => id !== own) : [];
  const done = new Set(session.messages.flatMap((message) => (message.role === 'tool' && message.outcome === 'ok' ? [message.callId] : [])));
  return others.every(({ id }) => done.has(id) && questionOf(session.questions, 'followup', id) === undefined);
}

function countInARow({ session }: Turn, { id }: ToolCall): number {
  return session.turn?.repetition.byCall.get(id) ?? 1;
}

function runsBesideOthers({ tools }: TurnPorts, turn: Turn, { call }: Wanted): boolean {
  return tools.onlyReads(call) && countInARow(turn, call) < REPEATED;
}

/** Neighbours that may run at once, together; each of the others alone. */
function batches<T>(values: readonly T[], together: (value: T) => boolean): T[][] {
  const all: T[][] = [];
  let open: T[] | undefined;
  for (const value of values) {
    if (open !== undefined && together(value)) open.push(value);
    else all.push((open = [value]));
    if (!together(value)) open = undefined;
  }
  return all;
}

/** So that a call that fails leaves none behind that still runs. */
async function settled<T>(promise: Promise<T>): Promise<{ ok: true; value: T } | { ok: false; error: Error }> {
  try {
    return { ok: true, value: await promise };
  } catch (error) {
    return { ok: false, error: error instanceof Error ? error : new Error(String(error)) };
  }
}
