import type { EventOf, RuntimeEvent } from '../../protocol/events.ts';
import type { ErrorInfo } from '../../protocol/errors.ts';
import type { Message, PlanStep } from '../../protocol/messages.ts';
import type { ChatItem, ChatOp, QuestionItem, TokenUsage, TurnChanges } from '../../protocol/webview.ts';
import { isTurnEvent } from '../sessions/turnEvents.ts';
import { Changes } from './Changes.ts';
import { ModelRows } from './ModelRows.ts';
import { problemWords } from './problemWords.ts';
import { Questions } from './Questions.ts';
import { SessionUsage, usageOf } from './SessionUsage.ts';
import { ToolRows } from './ToolRows.ts';
import { TranscriptItems } from './TranscriptItems.ts';

/** The turn that runs. */
interface Turn {
  correlationId: string;
  /** The event that opened it, or that it went on with. */
  eventId: string;
  /** An agent works on it. */
  begun: boolean;
  /** It began without a message, and no model has answered in it: one that was queued opens it. */
  mute: boolean;
}

/**
 * A session as the chat shows it: a fold of its events. Applying an event gives the operations that
 * bring a chat from the state before it to the state after it.
 */
export class Transcript {
  readonly #items = new TranscriptItems();
  readonly #tools = new ToolRows(this.#items);
  readonly #questions = new Questions(this.#items);
  readonly #changes = new Changes(this.#items);
  readonly #models = new ModelRows(this.#items);
  readonly #usage = new SessionUsage();
  #turn: Turn | undefined;
  #plan: readonly PlanStep[] = [];

  get items(): ChatItem[] {
    return this.#items.all;
  }

  get running(): boolean {
    return this.#turn !== undefined;
  }

  /** How many approvals wait for the person. */
  get pending(): number {
    return this.#tools.pending;
  }

  /** The question that waits for the person. */
  get asking(): QuestionItem | undefined {
    return this.#questions.asking;
  }

  /** What an agent said last that it will do, and how far it got. */
  get plan(): readonly PlanStep[] {
    return this.#plan;
  }

  /** Of the session so far; it grows while a turn runs. `undefined` before the first. */
  get usage(): TokenUsage | undefined {
    return this.#usage.total;
  }

  apply(event: RuntimeEvent): ChatOp[] {
    return this.#items.collect(() => {
      this.#usage.apply(event);
      // what a model thinks comes before its answer
      if (!this.#isBesideTurn(event)) this.#models.apply(event);
      this.#applyTurn(event);
      this.#tools.apply(event);
      this.#questions.apply(event);
      this.#changes.apply(event);
    });
  }

  /** A request that no turn sends, such as that for a summary: no turn's end would settle its rows. */
  #isBesideTurn({ type, correlationId }: RuntimeEvent): boolean {
    return type.startsWith('llm.') && correlationId !== this.#turn?.correlationId;
  }

  /** The window that ran the turn closed before its end. Says so, and offers to go on. */
  interrupt(): ChatOp[] {
    return this.#items.collect(() => this.#interrupt());
  }

  #applyTurn(event: RuntimeEvent): void {
    switch (event.type) {
      case 'session.message.added':
        this.#message(event.data.message);
        if (event.data.message.role === 'user') this.#openTurn(event);
        break;
      case 'agent.processing.started':
        if (isTurnEvent(event)) this.#beginTurn(event);
        break;
      case 'agent.switched': {
        const { from, to, reason, confidence } = event.data;
        this.#items.put({ kind: 'route', id: event.eventId, from, to, reason, ...(confidence === undefined ? {} : { confidence }) });
        break;
      }
      case 'agent.plan.updated':
        this.#plan = event.data.steps;
        break;
      case 'llm.text.delta':
        this.#text(event.data);
        break;
      case 'agent.error.occurred':
        this.#problem(event.eventId, event.data.error);
        break;
      case 'system.journal.failed':
        this.#turn = undefined;
        this.#endOpen();
        this.#problem(event.eventId, event.data.error, this.#changes.end(event.correlationId, event.eventId));
        break;
      case 'agent.processing.completed':
        if (isTurnEvent(event)) this.#completed(event);
        break;
      default:
        break;
    }
  }

  /** The person's message opens a turn, also where VS Code closes before it begins. One that was queued is part of the turn that runs. */
  #openTurn({ eventId, correlationId }: RuntimeEvent): void {
    if (this.#turn?.correlationId === correlationId) {
      if (this.#turn.mute) this.#plan = [];
      return;
    }
    this.#interrupt();
    this.#dropActions();
    this.#turn = { correlationId, eventId, begun: false, mute: false };
    this.#tools.turnBegins();
    this.#models.turnBegins();
    // who works on something new says so again; a turn that goes on keeps its plan
    this.#plan = [];
  }

  #beginTurn({ eventId, correlationId, data }: EventOf<'agent.processing.started'>): void {
    const mute = data.resumed !== true && this.#turn?.correlationId !== correlationId;
    const wasInterrupted = this.#turn?.begun === true || data.resumed === true;
    // what waited for the person is asked again, and says so itself
    if (wasInterrupted && (data.resumed !== true || !this.#waits)) this.#interrupt();
    this.#dropActions();
    this.#turn = { correlationId, eventId, begun: true, mute };
    this.#tools.turnBegins();
    this.#models.turnBegins();
    this.#changes.goesOn(correlationId);
  }

  get #waits(): boolean {
    return this.pending > 0 || this.asking !== undefined;
  }

  #message(message: Message): void {
    if (message.role === 'user') this.#items.put({ kind: 'user', id: message.id, text: message.content });
    if (message.role !== 'assistant') return;
    if (this.#turn !== undefined) this.#turn.mute = false;
    this.#tools.answered(message);
    const { id, agent, content: markdown, interrupted } = message;
    if (markdown !== '') this.#items.put({ kind: 'answer', id, agent, markdown, state: interrupted ? 'interrupted' : 'done' });
  }

  #text({ messageId: id, agent, text }: EventOf<'llm.text.delta'>['data']): void {
    if (this.#items.get(id)?.kind === 'answer') this.#items.append(id, text);
    else this.#items.put({ kind: 'answer', id, agent, markdown: text, state: 'streaming' });
  }

  #problem(id: string, error: ErrorInfo, changed: { changes?: TurnChanges } = {}): void {
    this.#items.put({ kind: 'problem', id, ...problemWords(error, this.#models.failure), ...changed });
  }

  #completed({ eventId, correlationId, data }: EventOf<'agent.processing.completed'>): void {
    // an agent's part ends so, and no turn
    if (data.outcome === 'handed_over') return;
    if (data.outcome === 'interrupted') {
      this.#interrupt();
      this.#dropActions();
      return;
    }
    this.#turn = undefined;
    this.#questions.end();
    this.#models.end();
    const { outcome, durationMs } = data;
    const usage = usageOf(data);
    this.#items.put({ kind: 'turnEnd', id: eventId, outcome, durationMs, ...(usage === undefined ? {} : { usage }), ...this.#changes.end(correlationId, eventId) });
  }

  #interrupt(): void {
    if (this.#turn === undefined) return;
    const { correlationId, eventId } = this.#turn;
    const id = `interrupted:${eventId}`;
    this.#turn = undefined;
    const waited = this.#waits || this.#questions.waited;
    this.#endOpen();
    const detail = this.#tools.unknown
      ? 'VS Code closed or reloaded while a tool ran, and nobody saw its end. It was not run again.'
      : waited
        ? 'VS Code closed or reloaded while it waited for you. Nothing was changed.'
        : 'VS Code closed or reloaded while it ran. What was finished until then is here, and no tool was running.';
    this.#items.put({ kind: 'problem', id, tone: 'interrupted', title: 'This turn was interrupted', detail, actions: ['resume'], ...this.#changes.end(correlationId, id) });
  }

  /** Closes what the ended turn left open. */
  #endOpen(): void {
    for (const item of this.#items.open) if (item.kind === 'answer') this.#items.put({ ...item, state: 'interrupted' });
    this.#tools.end();
    this.#questions.end();
    this.#models.end();
  }

  /** Steps that were offered for an earlier turn are past. */
  #dropActions(): void {
    for (const item of this.#items.open) if (item.kind === 'problem') this.#items.put({ ...item, actions: [] });
  }
}
