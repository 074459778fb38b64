import { JournalWriteError } from '../bus/EventBus.ts';
import { errorInfoOf, type ErrorCode } from '../../protocol/errors.ts';
import type { Agent } from '../agents/Agent.ts';
import type { Route } from '../agents/AgentRouter.ts';
import { toLlmMessages } from '../sessions/history.ts';
import { TURN_SOURCE } from '../sessions/turnEvents.ts';
import type { AgentPart } from './AgentParts.ts';
import { askForAnswer, runAnswer } from './answers.ts';
import type { Turn, TurnPorts } from './Turn.ts';

/** How often the orchestrator agent may look at files before it has to say who takes the message. */
const MAX_LOOKS = 4;

/** The orchestrator agent says who takes the person's message, and hands the session over. Nobody does where the turn is stopped meanwhile. */
export async function route(ports: TurnPorts, turn: Turn): Promise<void> {
  const { router, contexts } = ports;
  const part = turn.parts.of(router.get('orchestrator'));
  const found = singleAgent(ports) ?? (await askForRoute(ports, turn, part)) ?? router.fallback(lastMessage(turn));
  if (turn.signal.aborted) return;
  const from = contexts.get(turn.scope.sessionId).currentAgent;
  // the person chose meanwhile
  if (from !== part.agent.name && router.find(from) !== undefined) return;
  const { agent: to, confidence, reasoning: reason } = found;
  part.scope.publish(TURN_SOURCE, 'agent.switched', { from, to, reason, confidence, trigger: 'orchestrator' });
}

function singleAgent({ router }: TurnPorts): Route | undefined {
  const only = router.only();
  return only === undefined ? undefined : { agent: only.name, confidence: 'high', reasoning: 'works alone' };
}

/** `undefined` where it gave none. */
async function askForRoute(ports: TurnPorts, turn: Turn, part: AgentPart): Promise<Route | undefined> {
  const { router, prompts, log } = ports;
  for (let looks = 0; looks <= MAX_LOOKS && !turn.signal.aborted; looks += 1) {
    const system = await prompts.build(router.routingPrompt(), turn.session);
    const answer = await askForAnswer(ports, turn, part, toLlmMessages(system, turn.session, { since: 'last message' }));
    const { error } = answer;
    if (error !== undefined) {
      if (error instanceof JournalWriteError || ports.llm.brokenOff || (await failsNext(ports, turn, part.agent, error))) throw error;
      log.warn(`The orchestrator gave no route: ${errorInfoOf(error).message}`);
      return undefined;
    }
    if (answer.toolCalls.length === 0) {
      const found = router.parse(answer.text);
      if (found === undefined) log.warn('The orchestrator answered no valid route');
      return found;
    }
    await runAnswer(ports, turn, part, { ...answer, text: '' });
  }
  return undefined;
}

/** Failures of a model that are not the request's: the next one would end in the same way, after as many tries. */
const ofModel: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'model_key_missing',
  'model_auth',
  'model_no_permission',
  'model_quota',
  'model_rate_limited',
  'model_not_found',
  'model_not_configured',
  'model_certificate',
  'model_server',
  'model_unreachable',
  'model_timeout',
  'model_stream_interrupted',
]);

/** Whether the agent that would take over has the model that has just failed: then the person is told, and nobody is chosen by what failed. */
async function failsNext({ llm, router }: TurnPorts, turn: Turn, asked: Agent, error: Error): Promise<boolean> {
  if (!ofModel.has(errorInfoOf(error).code)) return false;
  return llm.shareModel(asked, router.get(router.fallback(lastMessage(turn)).agent), turn.signal);
}

function lastMessage({ session }: Turn): string {
  return session.messages.findLast(({ role }) => role === 'user')?.content ?? '';
}
