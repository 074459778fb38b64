import { randomUUID } from 'node:crypto';
import { JournalWriteError, type EventBus } from '../bus/EventBus.ts';
import type { Disposable } from '../bus/Disposable.ts';
import { TurnScope } from '../bus/TurnScope.ts';
import type { EventData } from '../../protocol/events.ts';
import { errorInfoOf } from '../../protocol/errors.ts';
import { RuntimeError } from '../../protocol/RuntimeError.ts';
import { yieldToHost } from '../yieldToHost.ts';
import type { Ownership } from '../sessions/Ownership.ts';
import type { QueuedText, SessionState } from '../sessions/SessionState.ts';
import { TURN_SOURCE } from '../sessions/turnEvents.ts';
import { AgentParts, endLeftPart } from './AgentParts.ts';
import { settleAll, settleStarted, waitsForPerson } from './openCalls.ts';
import type { Turn, TurnEnd, TurnPorts } from './Turn.ts';
import { runTurnLoop } from './turnLoop.ts';
import { Usage, usageData } from '../llm/Usage.ts';

interface RunningTurn {
  controller: AbortController;
  /** Its end is announced: who writes now begins another one. */
  over: boolean;
  /** The person wrote after they stopped it: what is queued goes on by itself. */
  goesOn: boolean;
  done: Promise<void>;
}

interface Answered {
  questionId: string;
  messageId: string;
  answer: string;
}

export interface OrchestratorDependencies extends TurnPorts {
  bus: EventBus;
  ownership: Ownership;
}

/** Runs turns: one at a time a session, any number of sessions at once. */
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
    return this.#turns.get(sessionId)?.over === false;
  }

  /**
   * Journals the person's message. It starts a turn; or, where one runs, it is `queued` for the next step of that, or answers the
   * question `answerTo` where that waits for words. However it is taken, it cannot be lost any more, and the
   * same `messageId` again changes nothing. `elsewhere`: another window has the session.
   * Throws {@link JournalWriteError} where it could not be saved, a {@link RuntimeError} where the session is deleted.
   */
  submit(sessionId: string, message: { messageId: string; text: string; answerTo?: string | undefined }): 'accepted' | 'queued' | 'elsewhere' {
    const { sessions, ownership } = this.#dependencies;
    const { messageId, text, answerTo } = message;
    const session = sessions.get(sessionId);
    if (session.messageIds.has(messageId)) return 'accepted';
    if (!ownership.owns(sessionId)) return 'elsewhere';
    // once it is erased, the journal would take it for a new session
    if (session.deleted) throw new RuntimeError({ code: 'session_deleted', message: 'This session is deleted' });
    if (this.isRunning(sessionId)) {
      if (answerTo !== undefined && this.#answer(sessionId, { questionId: answerTo, messageId, answer: text })) return 'accepted';
      sessions.queueMessage(this.#openTurn(session), { messageId, text });
      this.#goOnAfterStop(sessionId);
      return 'queued';
    }
    this.#abandon(session);
    const turn = this.#newTurn(sessionId);
    // what was written before and no model got goes first, in its order
    const scope = session.queue.length > 0 ? sessions.queueMessage(turn, { messageId, text }) : sessions.addMessage(turn, { role: 'user', id: messageId, content: text });
    this.#start(scope, false);
    return 'accepted';
  }

  /**
   * The person pressed one of a question's choices. `gone`: it was answered, or its turn ended. Throws
   * {@link JournalWriteError}, and a {@link RuntimeError} for what is no choice of it.
   */
  choose(sessionId: string, { questionId, messageId, choice }: { questionId: string; messageId: string; choice: string }): 'answered' | 'gone' | 'elsewhere' {
    const { sessions, ownership, questions } = this.#dependencies;
    if (sessions.get(sessionId).messageIds.has(messageId)) return 'answered';
    if (!ownership.owns(sessionId)) return 'elsewhere';
    const asked = questions.find(sessionId, questionId);
    if (asked === undefined) return 'gone';
    if (!asked.choices.includes(choice)) throw new RuntimeError({ code: 'internal', message: 'This is none of the choices' });
    questions.answer(questionId, { messageId, answer: choice, actor: 'chat' });
    return 'answered';
  }

  /** Takes a queued message back, and returns it; `gone`: a model has it by now. Throws {@link JournalWriteError}. */
  withdraw(sessionId: string, messageId: string): QueuedText | 'gone' | 'elsewhere' {
    const { sessions, ownership } = this.#dependencies;
    const session = sessions.get(sessionId);
    if (!ownership.owns(sessionId)) return 'elsewhere';
    const queued = session.queue.find((one) => one.messageId === messageId);
    if (queued === undefined) return 'gone';
    sessions.withdrawMessage(this.#openTurn(session), messageId);
    return queued;
  }

  /** The person gives the session to an agent; while a turn runs, from its next step on. Throws {@link JournalWriteError}, and a {@link RuntimeError} for an agent that nobody knows. */
  chooseAgent(sessionId: string, name: string): 'chosen' | 'elsewhere' {
    const { sessions, ownership, contexts, router } = this.#dependencies;
    if (!ownership.owns(sessionId)) return 'elsewhere';
    const agent = router.find(name);
    if (agent === undefined) throw new RuntimeError({ code: 'internal', message: `No agent is called ${name}` });
    const session = sessions.get(sessionId);
    const from = contexts.get(sessionId).currentAgent;
    if (session.deleted || from === agent.name) return 'chosen';
    this.#openTurn(session).publish(TURN_SOURCE, 'agent.switched', { from, to: agent.name, reason: 'you chose', trigger: 'user' });
    return 'chosen';
  }

  /** Goes on with the turn that was interrupted, or after an error; does nothing while a turn runs, in a deleted session, or where another window has the session. */
  resume(sessionId: string): void {
    const { sessions, ownership } = this.#dependencies;
    if (this.isRunning(sessionId) || !ownership.owns(sessionId)) return;
    const session = sessions.get(sessionId);
    if (session.deleted) return;
    this.#start(this.#openTurn(session), session.turn !== undefined);
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
    if (this.waitsForPerson(session)) this.resume(sessionId);
    return unknown;
  }

  /** Whether the session, as its journal tells it, waits for the person's decision or answer. */
  waitsForPerson(session: SessionState): boolean {
    return waitsForPerson(session, (agent) => this.#dependencies.router.find(agent) !== undefined);
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

  #newTurn(sessionId: string): TurnScope {
    return new TurnScope({ bus: this.#dependencies.bus, sessionId, correlationId: randomUUID() });
  }

  #interrupted({ id: sessionId, turn }: SessionState): TurnScope | undefined {
    if (turn === undefined) return undefined;
    const { correlationId, startedEventId: causationId } = turn;
    return new TurnScope({ bus: this.#dependencies.bus, sessionId, correlationId, causationId });
  }

  /** What the person does within the turn that is open, or outside of any. */
  #openTurn(session: SessionState): TurnScope {
    return this.#interrupted(session) ?? this.#newTurn(session.id);
  }

  /** False where the question does not wait any more, or not for words. */
  #answer(sessionId: string, { questionId, messageId, answer }: Answered): boolean {
    const { questions } = this.#dependencies;
    if (questions.find(sessionId, questionId)?.free !== true) return false;
    questions.answer(questionId, { messageId, answer, actor: 'chat' });
    return true;
  }

  /** Ends a turn that was interrupted, since the person goes on without it. */
  #abandon(session: SessionState): void {
    const { contexts, router } = this.#dependencies;
    const scope = this.#interrupted(session);
    if (scope === undefined) return;
    settleAll(this.#dependencies, scope, session);
    const left = router.find(session.turn?.agent ?? '');
    if (left !== undefined) endLeftPart(scope, left, 'interrupted');
    const agent = contexts.get(session.id).currentAgent;
    scope.publish(TURN_SOURCE, 'agent.processing.completed', { agent, success: false, outcome: 'interrupted', durationMs: 0 });
  }

  #start(scope: TurnScope, resumed: boolean): void {
    const turn: RunningTurn = { controller: new AbortController(), over: false, goesOn: false, done: Promise.resolve() };
    // running before its first event is seen
    this.#turns.set(scope.sessionId, turn);
    turn.done = this.#run(scope, resumed, turn).finally(() => {
      if (this.#turns.get(scope.sessionId) === turn) this.#turns.delete(scope.sessionId);
      if (turn.goesOn) this.#deliver(scope.sessionId);
    });
  }

  #goOnAfterStop(sessionId: string): void {
    const turn = this.#turns.get(sessionId);
    if (turn?.controller.signal.aborted === true) turn.goesOn = true;
  }

  /** Begins a turn with what is queued, where nothing forbids that by now. */
  #deliver(sessionId: string): void {
    const { sessions, ownership } = this.#dependencies;
    const session = sessions.find(sessionId);
    const stays = this.#disposed || this.#suspended || this.isRunning(sessionId) || !ownership.owns(sessionId);
    if (stays || session === undefined || session.deleted || session.turn !== undefined || session.queue.length === 0) return;
    this.#start(this.#newTurn(sessionId), false);
  }

  /** Never rejects. */
  async #run(scope: TurnScope, resumed: boolean, running: RunningTurn): Promise<void> {
    try {
      await this.#turn(scope, resumed, running);
    } catch (error) {
      if (this.#disposed || this.#suspended) return;
      this.#dependencies.log.error(`The turn ${scope.correlationId} ended early`, error);
      running.over = true;
      scope.publish(TURN_SOURCE, 'system.journal.failed', { error: errorInfoOf(error) });
    }
  }

  async #turn(scope: TurnScope, resumed: boolean, running: RunningTurn): Promise<void> {
    const { contexts, sessions, clock, router } = this.#dependencies;
    const { controller } = running;
    const session = sessions.get(scope.sessionId);
    const begin = clock.monotonic();
    const left = session.turn?.agent;
    if (resumed) settleStarted(this.#dependencies, scope, session);
    const agentNow = (): string => contexts.get(scope.sessionId).currentAgent;
    const started = scope.publish(TURN_SOURCE, 'agent.processing.started', { agent: agentNow(), ...(resumed ? { resumed } : {}) });
    const caused = scope.causedBy(started);
    const parts = new AgentParts({ scope: caused, clock, router, left });
    const turn: Turn = { scope: caused, session, parts, usage: new Usage(), cutInARow: 0, signal: controller.signal, stop: () => controller.abort() };
    let outcome = await this.#outcome(turn);
    // a message that came in the very last moment is part of it still
    while (outcome === 'completed' && session.queue.length > 0) outcome = await this.#outcome(turn);
    parts.end(outcome);
    running.over = true;
    caused.publish(TURN_SOURCE, 'agent.processing.completed', {
      agent: agentNow(),
      success: outcome === 'completed',
      outcome,
      durationMs: clock.monotonic() - begin,
      ...usageData(turn.usage.total),
    });
  }

  async #outcome(turn: Turn): Promise<TurnEnd | 'failed'> {
    try {
      return await runTurnLoop(this.#dependencies, turn);
    } catch (error) {
      if (error instanceof JournalWriteError || this.#suspended) throw error;
      if (turn.signal.aborted) return 'stopped';
      const agent = turn.parts.current?.agent.name ?? this.#dependencies.contexts.get(turn.session.id).currentAgent;
      const failed: EventData<'agent.error.occurred'> = { agent, error: errorInfoOf(error) };
      turn.scope.publish(TURN_SOURCE, 'agent.error.occurred', failed);
      return 'failed';
    }
  }
}
