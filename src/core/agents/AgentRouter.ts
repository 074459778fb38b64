import * as z from 'zod';
import type { AgentChoice } from '../../protocol/webview.ts';
import type { EventBus } from '../bus/EventBus.ts';
import type { Agent, AgentName } from './Agent.ts';
import { keywordIn } from './keywords.ts';

const SOURCE = 'AgentRouter';

export interface Route {
  agent: AgentName;
  confidence: 'high' | 'medium' | 'low';
  reasoning: string;
}

const RouteAnswer = z.object({
  agent: z.string().trim().toLowerCase(),
  confidence: z.enum(['high', 'medium', 'low']),
  reasoning: z.string().trim().min(1).max(500),
});

/** Knows the agents, and finds the one for a message from the orchestrator agent's answer. */
export class AgentRouter {
  readonly #bus: EventBus;
  readonly #agents = new Map<string, Agent>();

  constructor(dependencies: { bus: EventBus }) {
    this.#bus = dependencies.bus;
  }

  register(agent: Agent, correlationId: string): void {
    this.#agents.set(agent.name, agent);
    this.#bus.publish({
      type: 'agent.registered',
      source: SOURCE,
      correlationId,
      data: { agent: agent.name, tools: [...agent.tools] },
    });
  }

  find(name: string): Agent | undefined {
    return this.#agents.get(name);
  }

  /** Throws for an agent that was not registered. */
  get(name: string): Agent {
    const agent = this.find(name);
    if (agent === undefined) throw new Error(`No agent is called ${name}`);
    return agent;
  }

  /** The only agent beside the orchestrator: there is nothing to choose then, and no model is asked. */
  only(): Agent | undefined {
    const [worker, ...others] = this.workers();
    return others.length === 0 ? worker : undefined;
  }

  /** What the person can choose from: to leave it to the orchestrator first, where there is anything to choose. */
  choices(): AgentChoice[] {
    const workers = this.workers().map(({ name, title, purpose }) => ({ name, title, purpose }));
    const auto = this.find('orchestrator');
    return auto === undefined || workers.length < 2 ? workers : [{ name: auto.name, title: 'Auto', purpose: 'the Orchestrator picks' }, ...workers];
  }

  /** The orchestrator's prompt with the agents that it may choose. */
  routingPrompt(): string {
    const lines = this.workers().map(({ name, purpose }) => `- ${name}: ${purpose}`);
    return `${this.get('orchestrator').prompt}\n\nAgents:\n${lines.join('\n')}`;
  }

  /** The route that the orchestrator agent answered; `undefined` where the answer is none. */
  parse(answer: string): Route | undefined {
    const parsed = RouteAnswer.safeParse(jsonObjectIn(answer));
    if (!parsed.success) return undefined;
    const agent = this.workers().find(({ name }) => name === parsed.data.agent);
    return agent === undefined ? undefined : { ...parsed.data, agent: agent.name };
  }

  /** The route where the model gave none: by keyword, and always with low confidence. */
  fallback(message: string): Route {
    const workers = this.workers();
    const [first] = workers;
    if (first === undefined) throw new Error('No agent is registered beside the orchestrator');
    const found = keywordIn(message, workers);
    if (found === undefined) return { agent: first.name, confidence: 'low', reasoning: 'the model gave no route' };
    return { agent: found.agent, confidence: 'low', reasoning: `the model gave no route; the message says “${found.keyword}”` };
  }

  /** Every agent that is registered. */
  all(): Agent[] {
    return [...this.#agents.values()];
  }

  /** Everyone but the orchestrator. */
  workers(): Agent[] {
    return [...this.#agents.values()].filter(({ name }) => name !== 'orchestrator');
  }
}

/** The first `{…}` of a text as a value: models like to wrap JSON in words or fences. */
function jsonObjectIn(text: string): unknown {
  const start = text.indexOf('{');
  const end = text.lastIndexOf('}');
  if (start < 0 || end < start) return undefined;
  try {
    return JSON.parse(text.slice(start, end + 1));
  } catch {
    return undefined;
  }
}
