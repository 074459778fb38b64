import { randomUUID } from 'node:crypto';
import { JournalWriteError, type EventBus } from '../bus/EventBus.ts';
import type { Disposable } from '../bus/Disposable.ts';
import { TurnScope } from '../bus/TurnScope.ts';
import { errorInfoOf } from '../../protocol/errors.ts';
import type { Agent } from '../agents/Agent.ts';
import type { AgentRouter, Route } from '../agents/AgentRouter.ts';
import type { AgentContextManager } from '../context/AgentContextManager.ts';
import type { LlmClient } from '../llm/LlmClient.ts';
import type { Clock } from '../ports/Clock.ts';
import type { Log } from '../ports/Log.ts';
import { Usage } from './Usage.ts';
import { runTurnLoop, type TurnLoopPorts } from './turnLoop.ts';

const SOURCE = 'MultiAgentOrchestrator';

interface RunningTurn {
  controller: AbortController;
  done: Promise<void>;
}

export interface OrchestratorDependencies extends TurnLoopPorts {
  bus: EventBus;
  contexts: AgentContextManager;
  router: AgentRouter;
  client: LlmClient;
  clock: Clock;
  log: Log;
}

/** Runs turns: one at a time a session. */
export class MultiAgentOrchestrator implements Disposable {
  readonly #dependencies: OrchestratorDependencies;
  readonly #turns = new Map<string, RunningTurn>();
  #disposed = false;

  constructor(dependencies: OrchestratorDependencies) {
    this.#dependencies = dependencies;
  }

  isRunning(sessionId: string): boolean {
    return this.#turns.has(sessionId);
  }

  /**
   * Journals the person's message and starts the turn. When it returns `accepted` the message cannot
   * be lost; the same `messageId` again changes nothing. Throws {@link JournalWriteError} where it could not be saved.
   */
  submit(sessionId: string, message: { messageId: string; text: string }): 'accepted' | 'busy' {
    const { sessions, bus } = this.#dependencies;
    if (sessions.get(sessionId).messageIds.has(message.messageId)) return 'accepted';
    if (this.isRunning(sessionId)) return 'busy';
    const turn = new TurnScope({ bus, sessionId, correlationId: randomUUID() });
    const scope = sessions.addMessage(turn, { role: 'user', id: message.messageId, content: message.text });
    this.#start(scope, message.text);
    return 'accepted';
  }

  /** Goes on from what the session holds, for example after an error; does nothing while a turn runs. */
  resume(sessionId: string): void {
    if (this.isRunning(sessionId)) return;
    const { sessions, bus } = this.#dependencies;
    const last = sessions.get(sessionId).messages.findLast(({ role }) => role === 'user');
    this.#start(new TurnScope({ bus, sessionId, correlationId: randomUUID() }), last?.content ?? '');
  }

  /** Aborts the turn's model request, and withdraws what it asks for. */
  stop(sessionId: string): void {
    this.#turns.get(sessionId)?.controller.abort();
  }

  /** Resolves when no turn runs. */
  async idle(): Promise<void> {
    while (this.#turns.size > 0) await Promise.all([...this.#turns.values()].map(({ done }) => done));
  }

  /** Ends every turn without a word: the bus is closed by then. */
  dispose(): void {
    this.#disposed = true;
    for (const { controller } of this.#turns.values()) controller.abort();
  }

  #start(scope: TurnScope, text: string): void {
    const controller = new AbortController();
    const done = this.#run(scope, text, controller.signal).finally(() => this.#turns.delete(scope.sessionId));
    this.#turns.set(scope.sessionId, { controller, done });
  }

  /** Never rejects. */
  async #run(scope: TurnScope, text: string, signal: AbortSignal): Promise<void> {
    try {
      await this.#turn(scope, text, signal);
    } catch (error) {
      if (this.#disposed) return;
      this.#dependencies.log.error(`The turn ${scope.correlationId} ended early`, error);
      const failure = errorInfoOf(error);
      const { bus } = this.#dependencies;
      bus.publish({ type: 'system.journal.failed', source: SOURCE, sessionId: scope.sessionId, correlationId: scope.correlationId, data: { error: failure } });
    }
  }

  async #turn(scope: TurnScope, text: string, signal: AbortSignal): Promise<void> {
    const { contexts, router, clock } = this.#dependencies;
    const begin = clock.monotonic();
    const usage = new Usage();
    let agent = router.get(contexts.get(scope.sessionId).currentAgent);
    const started = scope.publish(SOURCE, 'agent.processing.started', { agent: agent.name });
    const turn = scope.causedBy(started);
    let outcome: 'completed' | 'stopped' | 'failed';
    try {
      if (agent.name === 'orchestrator') agent = await this.#route(turn, agent, text, usage, signal);
      outcome = signal.aborted ? 'stopped' : await runTurnLoop(this.#dependencies, turn, agent, usage, signal);
    } catch (error) {
      if (error instanceof JournalWriteError) throw error;
      outcome = signal.aborted ? 'stopped' : 'failed';
      if (outcome === 'failed') turn.publish(SOURCE, 'agent.error.occurred', { agent: agent.name, error: errorInfoOf(error) });
    }
    turn.publish(SOURCE, 'agent.processing.completed', {
      agent: agent.name,
      success: outcome === 'completed',
      outcome,
      durationMs: clock.monotonic() - begin,
      ...usage.total,
    });
  }

  /** Asks the orchestrator agent who takes the message, and hands the session over. */
  async #route(scope: TurnScope, from: Agent, text: string, usage: Usage, signal: AbortSignal): Promise<Agent> {
    const { router } = this.#dependencies;
    const route = (await this.#askForRoute(scope, text, usage, signal)) ?? router.fallback(text);
    signal.throwIfAborted();
    const { agent: to, confidence, reasoning: reason } = route;
    scope.publish(SOURCE, 'agent.switched', { from: from.name, to, reason, confidence, trigger: 'orchestrator' });
    return router.get(to);
  }

  async #askForRoute(scope: TurnScope, text: string, usage: Usage, signal: AbortSignal): Promise<Route | undefined> {
    const { router, client, log } = this.#dependencies;
    const messages = [{ role: 'system' as const, content: router.routingPrompt() }, { role: 'user' as const, content: text }];
    let answer = '';
    try {
      for await (const chunk of client.stream(scope, { messages, tools: [], format: 'json' }, signal)) {
        if (chunk.type === 'text') answer += chunk.text;
        if (chunk.type === 'usage') usage.add(chunk);
      }
    } catch (error) {
      if (error instanceof JournalWriteError) throw error;
      if (!signal.aborted) log.warn(`The orchestrator gave no route: ${errorInfoOf(error).message}`);
      return undefined;
    }
    const route = router.parse(answer);
    if (route === undefined) log.warn('The orchestrator answered no valid route');
    return route;
  }
}
