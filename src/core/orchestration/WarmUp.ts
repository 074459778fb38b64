import { eventSchema, type EventType } from '../../protocol/events.ts';
import type { AgentRouter } from '../agents/AgentRouter.ts';
import type { SystemPrompts } from '../agents/SystemPrompts.ts';
import type { AgentContextManager } from '../context/AgentContextManager.ts';
import type { Log } from '../ports/Log.ts';
import type { ModelSource } from '../ports/LlmStream.ts';
import type { SessionManager } from '../sessions/SessionManager.ts';
import type { ToolRegistry } from '../tools/ToolRegistry.ts';
import { yieldToHost } from '../yieldToHost.ts';

export interface WarmUpDependencies {
  models: ModelSource;
  sessions: Pick<SessionManager, 'find'>;
  contexts: AgentContextManager;
  router: AgentRouter;
  registry: ToolRegistry;
  prompts: SystemPrompts;
  log: Log;
}

/** What a turn without tools publishes, and what is in it. */
const turn: readonly [EventType, Record<string, unknown>][] = [
  ['session.message.added', { message: { role: 'user' } }],
  ['session.message.added', { message: { role: 'assistant' } }],
  ['session.updated', {}],
  ['agent.processing.started', {}],
  ['llm.request.started', {}],
  ['llm.request.completed', {}],
  ['llm.text.delta', {}],
  ['agent.switched', {}],
  ['agent.processing.completed', {}],
];

/**
 * Makes what is made when it is first used, and what the first prompt of a host would wait for: some 60 ms. To be called when
 * the person has a chat before them. Publishes and sends nothing, and holds the host only for moments.
 */
export class WarmUp {
  readonly #dependencies: WarmUpDependencies;
  #begun = false;

  constructor(dependencies: WarmUpDependencies) {
    this.#dependencies = dependencies;
  }

  /** Once a host; does nothing for the offline model. Never rejects: what fails here is told when it is needed. */
  async run(sessionId: string): Promise<void> {
    if (this.#begun) return;
    this.#begun = true;
    try {
      await this.#run(sessionId);
    } catch (error) {
      this.#dependencies.log.debug(`What the first prompt needs was not prepared: ${error instanceof Error ? error.message : String(error)}`);
      // the model may be set up before the next chat is shown
      this.#begun = false;
    }
  }

  async #run(sessionId: string): Promise<void> {
    const { models, sessions, contexts, router, registry, prompts } = this.#dependencies;
    // the chat is shown first
    await yieldToHost();
    const { provider, llm } = await models.select(contexts.get(sessionId).currentAgent);
    if (provider === 'offline') {
      this.#begun = false;
      return;
    }
    await yieldToHost();
    await llm.warmUp?.();
    for (const agent of [router.get('orchestrator'), ...router.workers()]) {
      await yieldToHost();
      registry.offered(agent);
    }
    await yieldToHost();
    const session = sessions.find(sessionId);
    if (session !== undefined) await prompts.build(router.routingPrompt(), session);
    router.parse('{}');
    for (const [type, data] of turn) {
      await yieldToHost();
      // what makes a schema fast is made when it is first used
      eventSchema(type).safeParse({ data });
    }
  }
}
