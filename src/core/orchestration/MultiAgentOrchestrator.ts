import { randomUUID } from 'node:crypto';
import { JournalWriteError, type EventBus } from '../bus/EventBus.ts';
import type { Disposable } from '../bus/Disposable.ts';
import { TurnScope } from '../bus/TurnScope.ts';
import { errorInfoOf, RuntimeError } from '../../protocol/errors.ts';
import type { Agent } from '../agents/Agent.ts';
import type { Route } from '../agents/AgentRouter.ts';
import type { AgentContextManager } from '../context/AgentContextManager.ts';
import type { LlmClient } from '../llm/LlmClient.ts';
import type { Clock } from '../ports/Clock.ts';
import type { Log } from '../ports/Log.ts';
import type { Ownership } from '../sessions/Ownership.ts';
import type { SessionState } from '../sessions/SessionState.ts';
import { settleAll, settleStarted, waitsForPerson } from './openCalls.ts';
import { yieldToHost } from '../yieldToHost.ts';
import { Usage } from './Usage.ts';
import { runOpenCalls, runTurnLoop, type TurnLoopPorts } from './turnLoop.ts';

const SOURCE = 'MultiAgentOrchestrator';

interface RunningTurn {
  controller: AbortController;
  done: Promise<void>;
}

export interface OrchestratorDependencies extends TurnLoopPorts {
  bus: EventBus;
  ownership: Ownership;
  contexts: AgentContextManager;
  client: LlmClient;
  clock: Clock;
  log: Log;
}

/** Runs turns: one at a time a session. */
export class MultiAgentOrchestrator implements Disposable {
  readonly #dependencies: OrchestratorDependencies;
  readonly #turns = new Map<string, RunningTurn>();
  #disposed = false;
  /** VS Code ends: turns stay open. */
  #suspended = false;

  constructor(dependencies: OrchestratorDependencies) {
    this.#dependencies = dependencies;
  }

  isRunning(sessionId: string): boolean {
    return this.#turns.has(sessionId);
  }

  /**
   * Journals the person's message and starts the turn. When it returns `accepted` the message cannot
   * be lost; the same `messageId` again changes nothing. `elsewhere`: another window has the session.
   * Throws {@link JournalWriteError} where it could not be saved, a {@link RuntimeError} where the session is deleted.
   */
  submit(sessionId: string, message: { messageId: string; text: string }): 'accepted' | 'busy' | 'elsewhere' {
    const { sessions, ownership, bus } = this.#dependencies;
    const session = sessions.get(sessionId);
    if (session.messageIds.has(message.messageId)) return 'accepted';
    if (!ownership.owns(sessionId)) return 'elsewhere';
    if (this.isRunning(sessionId)) return 'busy';
    // once it is erased, the journal would take it for a new session
    if (session.deleted) throw new RuntimeError({ code: 'session_deleted', message: 'This session is deleted' });
    this.#abandon(session);
    const turn = new TurnScope({ bus, sessionId, correlationId: randomUUID() });
    const scope = sessions.addMessage(turn, { role: 'user', id: message.messageId, content: message.text });
    this.#start(scope, message.text, false);
    return 'accepted';
  }

  /** Goes on with the turn that was interrupted, or after an error; does nothing while a turn runs, in a deleted session, or where another window has the session. */
  resume(sessionId: string): void {
    const { sessions, ownership, bus } = this.#dependencies;
    if (this.isRunning(sessionId) || !ownership.owns(sessionId)) return;
    const session = sessions.get(sessionId);
    if (session.deleted) return;
    const last = session.messages.findLast(({ role }) => role === 'user');
    const scope = this.#interrupted(session) ?? new TurnScope({ bus, sessionId, correlationId: randomUUID() });
    this.#start(scope, last?.content ?? '', session.turn !== undefined);
  }

  /**
   * What follows from a turn that VS Code closed on, without asking the model: what was running is told to be
   * unknown, and a question that nobody has answered, or that nothing came of, is asked again. The rest waits for {@link resume}.
   * Returns of how many calls nobody knows the outcome. Throws {@link JournalWriteError}.
   */
  recover(sessionId: string): number {
    const session = this.#dependencies.sessions.get(sessionId);
    const scope = this.#interrupted(session);
    if (scope === undefined || this.isRunning(sessionId)) return 0;
    const unknown = settleStarted(this.#dependencies, scope, session);
    if (waitsForPerson(session)) this.resume(sessionId);
    return unknown;
  }

  /** Aborts the turn's model request, and withdraws what it asks for. */
  stop(sessionId: string): void {
    this.#turns.get(sessionId)?.controller.abort();
  }

  /** Resolves when the session's turn is over. */
  async over(sessionId: string): Promise<void> {
    await this.#turns.get(sessionId)?.done;
  }

  /**
   * VS Code ends: the answers that stream are kept as far as they came, and their turns stay open, to be resumed. What
   * waits for the person goes on waiting. Resolves when that is in the journal.
   */
  async suspend(): Promise<void> {
    this.#suspended = true;
    await this.#dependencies.llm.breakOff();
    // who asked for an answer keeps it as soon as it is given
    await yieldToHost();
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

  #interrupted({ id: sessionId, turn }: SessionState): TurnScope | undefined {
    if (turn === undefined) return undefined;
    const { correlationId, startedEventId: causationId } = turn;
    return new TurnScope({ bus: this.#dependencies.bus, sessionId, correlationId, causationId });
  }

  /** Ends a turn that was interrupted, since the person goes on without it. */
  #abandon(session: SessionState): void {
    const scope = this.#interrupted(session);
    if (scope === undefined) return;
    settleAll(this.#dependencies, scope, session);
    const agent = this.#dependencies.contexts.get(session.id).currentAgent;
    scope.publish(SOURCE, 'agent.processing.completed', { agent, success: false, outcome: 'interrupted', durationMs: 0 });
  }

  #start(scope: TurnScope, text: string, resumed: boolean): void {
    const turn: RunningTurn = { controller: new AbortController(), done: Promise.resolve() };
    // running before its first event is seen
    this.#turns.set(scope.sessionId, turn);
    turn.done = this.#run(scope, text, resumed, turn.controller.signal).finally(() => this.#turns.delete(scope.sessionId));
  }

  /** Never rejects. */
  async #run(scope: TurnScope, text: string, resumed: boolean, signal: AbortSignal): Promise<void> {
    try {
      await this.#turn(scope, text, resumed, signal);
    } catch (error) {
      if (this.#disposed || this.#suspended) return;
      this.#dependencies.log.error(`The turn ${scope.correlationId} ended early`, error);
      scope.publish(SOURCE, 'system.journal.failed', { error: errorInfoOf(error) });
    }
  }

  async #turn(scope: TurnScope, text: string, resumed: boolean, signal: AbortSignal): Promise<void> {
    const { contexts, router, sessions, clock } = this.#dependencies;
    const begin = clock.monotonic();
    const usage = new Usage();
    if (resumed) settleStarted(this.#dependencies, scope, sessions.get(scope.sessionId));
    let agent = router.get(contexts.get(scope.sessionId).currentAgent);
    const started = scope.publish(SOURCE, 'agent.processing.started', { agent: agent.name, ...(resumed ? { resumed } : {}) });
    const turn = scope.causedBy(started);
    let outcome: 'completed' | 'stopped' | 'failed';
    try {
      // what waits for the person is asked before any model is
      const goesOn = await runOpenCalls(this.#dependencies, turn, signal);
      if (goesOn && agent.name === 'orchestrator') agent = await this.#route(turn, agent, text, usage, signal);
      outcome = signal.aborted ? 'stopped' : await runTurnLoop(this.#dependencies, turn, agent, usage, signal);
    } catch (error) {
      if (error instanceof JournalWriteError || this.#suspended) throw error;
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
