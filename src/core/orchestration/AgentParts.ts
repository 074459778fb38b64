import type { TurnScope } from '../bus/TurnScope.ts';
import type { EventData } from '../../protocol/events.ts';
import { agentSource, type Agent } from '../agents/Agent.ts';
import type { AgentRouter } from '../agents/AgentRouter.ts';
import type { Clock } from '../ports/Clock.ts';
import { Usage, usageData } from '../llm/Usage.ts';

type Outcome = EventData<'agent.processing.completed'>['outcome'];

/** What one agent does of a turn, until it is over or another agent goes on. */
export interface AgentPart {
  agent: Agent;
  /** Goes on from the part's begin. */
  scope: TurnScope;
  usage: Usage;
  /** On the clock's monotonic scale. */
  begin: number;
}

/** The agents' parts of one turn: each agent says itself when it begins and when it is done. */
export class AgentParts {
  readonly #scope: TurnScope;
  readonly #clock: Clock;
  readonly #router: AgentRouter;
  #current: AgentPart | undefined;
  /** Whose part was open when VS Code closed on the turn. */
  #left: string | undefined;

  constructor(options: { scope: TurnScope; clock: Clock; router: AgentRouter; left: string | undefined }) {
    this.#scope = options.scope;
    this.#clock = options.clock;
    this.#router = options.router;
    this.#left = options.left;
  }

  get current(): AgentPart | undefined {
    return this.#current;
  }

  /** The agent's part: the one that is under way, or a new one; then that of the agent before is over. */
  of(agent: Agent): AgentPart {
    if (this.#current?.agent.name === agent.name) return this.#current;
    this.end('handed_over');
    const resumed = this.#left === agent.name;
    if (!resumed) this.#endLeft('handed_over');
    this.#left = undefined;
    const started = this.#scope.publish(agentSource(agent), 'agent.processing.started', { agent: agent.name, ...(resumed ? { resumed } : {}) });
    this.#current = { agent, scope: this.#scope.causedBy(started), usage: new Usage(), begin: this.#clock.monotonic() };
    return this.#current;
  }

  end(outcome: Outcome): void {
    if (this.#current === undefined) {
      if (outcome !== 'handed_over') this.#endLeft(outcome);
      return;
    }
    const { agent, scope, usage, begin } = this.#current;
    this.#current = undefined;
    const durationMs = this.#clock.monotonic() - begin;
    scope.publish(agentSource(agent), 'agent.processing.completed', { agent: agent.name, success: isSuccess(outcome), outcome, durationMs, ...usageData(usage.total) });
  }

  #endLeft(outcome: Outcome): void {
    const agent = this.#left === undefined ? undefined : this.#router.find(this.#left);
    this.#left = undefined;
    if (agent !== undefined) endLeftPart(this.#scope, agent, outcome);
  }
}

/** Ends a part whose begin an earlier host saw: nobody knows how long it took. */
export function endLeftPart(scope: TurnScope, agent: Agent, outcome: Outcome): void {
  scope.publish(agentSource(agent), 'agent.processing.completed', { agent: agent.name, success: isSuccess(outcome), outcome, durationMs: 0 });
}

function isSuccess(outcome: Outcome): boolean {
  return outcome === 'completed' || outcome === 'handed_over';
}
