import * as z from 'zod';
import type { EventBus } from '../bus/EventBus.ts';
import type { Agent, AgentName } from './Agent.ts';

const SOURCE = 'AgentRouter';

export interface Route {
  agent: AgentName;
  confidence: 'high' | 'medium' | 'low';
  reasoning: string;
}

const RouteAnswer = z.object({
  agent: z.string(),
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

  /** Throws for an agent that was not registered. */
  get(name: string): Agent {
    const agent = this.#agents.get(name);
    if (agent === undefined) throw new Error(`No agent is called ${name}`);
    return agent;
  }

  /** The orchestrator's prompt with the agents that it may choose. */
  routingPrompt(): string {
    const lines = this.#workers().map(({ name, purpose }) => `- ${name}: ${purpose}`);
    return `${this.get('orchestrator').prompt}\n\nAgents:\n${lines.join('\n')}`;
  }

  /** The route that the orchestrator agent answered; `undefined` where the answer is none. */
  parse(answer: string): Route | undefined {
    const parsed = RouteAnswer.safeParse(jsonObjectIn(answer));
    if (!parsed.success) return undefined;
    const agent = this.#workers().find(({ name }) => name === parsed.data.agent);
    return agent === undefined ? undefined : { ...parsed.data, agent: agent.name };
  }

  /** The route where the model gave none: by keyword, and always with low confidence. */
  fallback(message: string): Route {
    const agent = this.#workers()[0];
    if (agent === undefined) throw new Error('No agent is registered beside the orchestrator');
    const words = /\b(add|change|create|edit|fix|implement|refactor|rename|remove|write)\b/i.exec(message);
    const reasoning = words === null ? 'the model gave no route' : `the model gave no route; the message says “${words[0]}”`;
    return { agent: agent.name, confidence: 'low', reasoning };
  }

  #workers(): Agent[] {
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
