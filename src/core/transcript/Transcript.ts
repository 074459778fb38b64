import type { EventOf, RuntimeEvent } from '../../protocol/events.ts';
import type { ErrorInfo } from '../../protocol/errors.ts';
import type { Message } from '../../protocol/messages.ts';
import type { ChatItem, ChatOp, ToolItem, ToolState } from '../../protocol/webview.ts';
import { problemWords } from './problemWords.ts';

const failedStates: Record<EventOf<'tool.execution.failed'>['data']['outcome'], ToolState> = {
  error: 'failed',
  rejected: 'rejected',
  cancelled: 'cancelled',
  unknown: 'unknown',
};

const NOTE_LENGTH = 400;
const OUTCOME_UNKNOWN = 'Nobody saw how this ended. It was not run again. Check what it did.';

/**
 * A session as the chat shows it: a fold of its events. Applying an event gives the operations that
 * bring a chat from the state before it to the state after it.
 */
export class Transcript {
  readonly #items = new Map<string, ChatItem>();
  /** Of the items: those that a later event may have to end. A long session has few. */
  readonly #open = new Set<string>();
  #ops: ChatOp[] = [];
  /** The event that opened the turn which runs, or that it went on with. */
  #turn: string | undefined;
  /** An agent works on it. */
  #begun = false;
  /** Nobody saw how a call of the turn ended. */
  #unknown = false;

  get items(): ChatItem[] {
    return [...this.#items.values()];
  }

  get running(): boolean {
    return this.#turn !== undefined;
  }

  /** How many approvals wait for the person. */
  get pending(): number {
    return this.#openItems().filter((item) => item.kind === 'tool' && item.state === 'waiting').length;
  }

  apply(event: RuntimeEvent): ChatOp[] {
    return this.#collect(() => {
      this.#applyTurn(event);
      this.#applyTool(event);
    });
  }

  /** The window that ran the turn closed before its end. Says so, and offers to go on. */
  interrupt(): ChatOp[] {
    return this.#collect(() => this.#interrupt());
  }

  #collect(change: () => void): ChatOp[] {
    this.#ops = [];
    change();
    return this.#ops;
  }

  #applyTurn(event: RuntimeEvent): void {
    switch (event.type) {
      case 'session.message.added':
        this.#message(event.data.message);
        if (event.data.message.role === 'user') this.#openTurn(event.eventId);
        break;
      case 'agent.processing.started':
        this.#beginTurn(event);
        break;
      case 'agent.switched': {
        const { from, to, reason, confidence } = event.data;
        this.#put({ kind: 'route', id: event.eventId, from, to, reason, confidence });
        break;
      }
      case 'llm.text.delta':
        this.#text(event.data);
        break;
      case 'agent.error.occurred':
        this.#problem(event.eventId, event.data.error);
        break;
      case 'system.journal.failed':
        this.#turn = undefined;
        this.#endCalls();
        this.#problem(event.eventId, event.data.error);
        break;
      case 'agent.processing.completed':
        this.#completed(event);
        break;
      default:
        break;
    }
  }

  #applyTool(event: RuntimeEvent): void {
    switch (event.type) {
      case 'tool.execution.requested':
        this.#put({ kind: 'tool', id: event.data.callId, tool: event.data.tool, state: 'requested', object: event.data.object });
        break;
      case 'hitl.approval.requested': {
        const { callId, approvalId, preview, reason } = event.data;
        this.#tool(callId, { state: 'waiting', approvalId, object: preview.path, created: preview.created, diff: preview.diff, note: reason });
        break;
      }
      case 'hitl.decision.made': {
        const { callId, decision, feedback } = event.data;
        const note = decision === 'reject' && feedback.trim() !== '' ? `You said: “${feedback.trim()}”` : undefined;
        this.#tool(callId, { state: 'requested', note });
        break;
      }
      case 'hitl.timeout.occurred':
        this.#tool(event.data.callId, { state: 'expired', note: `Nobody decided within ${minutes(event.data.waitedMs)}, which counts as a rejection.` });
        break;
      case 'tool.execution.started':
        this.#tool(event.data.callId, { state: 'running' });
        break;
      case 'tool.execution.completed':
        this.#tool(event.data.callId, { state: 'done', durationMs: event.data.durationMs });
        break;
      case 'tool.execution.failed':
        this.#failed(event.data);
        break;
      default:
        break;
    }
  }

  /** The person's message opens a turn, also where VS Code closes before it begins. */
  #openTurn(eventId: string): void {
    this.#interrupt();
    this.#dropActions();
    this.#turn = eventId;
    this.#begun = false;
    this.#unknown = false;
  }

  #beginTurn({ eventId, data }: EventOf<'agent.processing.started'>): void {
    const wasInterrupted = this.#begun || data.resumed === true;
    // what waited for the person is asked again, and says so itself
    if (wasInterrupted && (data.resumed !== true || this.pending === 0)) this.#interrupt();
    this.#dropActions();
    this.#turn = eventId;
    this.#begun = true;
    this.#unknown = false;
  }

  #message(message: Message): void {
    if (message.role === 'user') this.#put({ kind: 'user', id: message.id, text: message.content });
    if (message.role !== 'assistant' || message.content === '') return;
    const { id, agent, content: markdown, interrupted } = message;
    this.#put({ kind: 'answer', id, agent, markdown, state: interrupted ? 'interrupted' : 'done' });
  }

  #text({ messageId: id, agent, text }: EventOf<'llm.text.delta'>['data']): void {
    const item = this.#items.get(id);
    if (item?.kind !== 'answer') {
      this.#put({ kind: 'answer', id, agent, markdown: text, state: 'streaming' });
      return;
    }
    this.#items.set(id, { ...item, markdown: item.markdown + text });
    this.#ops.push({ op: 'appendText', id, text });
  }

  #failed({ callId, outcome, message, durationMs }: EventOf<'tool.execution.failed'>['data']): void {
    const item = this.#items.get(callId);
    // one that ran and has no duration was ended for the window that closed on it
    const unseen = item?.kind === 'tool' && item.state === 'running' && durationMs === undefined;
    if (outcome === 'unknown' || unseen) this.#unknown = true;
    const said = item?.kind === 'tool' && outcome === 'rejected' ? item.note : undefined;
    const note = outcome === 'cancelled' || (outcome === 'rejected' && item?.kind === 'tool' && item.diff !== undefined) ? said : message.slice(0, NOTE_LENGTH);
    this.#tool(callId, { state: endState(item, outcome), note, ...(durationMs === undefined ? {} : { durationMs }) });
  }

  #problem(id: string, error: ErrorInfo): void {
    this.#put({ kind: 'problem', id, ...problemWords(error) });
  }

  #completed({ eventId, data }: EventOf<'agent.processing.completed'>): void {
    if (data.outcome === 'interrupted') {
      this.#interrupt();
      this.#dropActions();
      return;
    }
    this.#turn = undefined;
    const { outcome, durationMs, inputTokens, outputTokens } = data;
    const usage = inputTokens === undefined || outputTokens === undefined ? {} : { usage: { inputTokens, outputTokens } };
    this.#put({ kind: 'turnEnd', id: eventId, outcome, durationMs, ...usage });
  }

  #interrupt(): void {
    if (this.#turn === undefined) return;
    const id = `interrupted:${this.#turn}`;
    this.#turn = undefined;
    const waited = this.pending > 0;
    this.#endCalls();
    const detail = this.#unknown
      ? 'VS Code closed or reloaded while a tool ran, and nobody saw its end. It was not run again.'
      : waited
        ? 'VS Code closed or reloaded while it waited for you. Nothing was changed.'
        : 'VS Code closed or reloaded while it ran. What was finished until then is here, and no tool was running.';
    this.#put({ kind: 'problem', id, tone: 'interrupted', title: 'This turn was interrupted', detail, actions: ['resume'] });
  }

  /** Closes what the ended turn left open. */
  #endCalls(): void {
    for (const item of this.#openItems()) {
      if (item.kind === 'answer' && item.state === 'streaming') this.#put({ ...item, state: 'interrupted' });
      if (item.kind !== 'tool') continue;
      if (item.state === 'running') {
        this.#unknown = true;
        this.#tool(item.id, { state: 'unknown', note: OUTCOME_UNKNOWN });
      }
      if (item.state === 'requested' || item.state === 'waiting') this.#tool(item.id, { state: 'cancelled', note: undefined });
    }
  }

  /** Steps that were offered for an earlier turn are past. */
  #dropActions(): void {
    for (const item of this.#openItems()) if (item.kind === 'problem') this.#put({ ...item, actions: [] });
  }

  /** Changes a tool's item; what is `undefined` is taken off. An approval is on it only while it waits. */
  #tool(callId: string, change: Partial<Omit<ToolItem, 'note'>> & { note?: string | undefined }): void {
    const item = this.#items.get(callId);
    if (item?.kind !== 'tool') return;
    const { approvalId, note: previous, ...rest } = item;
    const { note = 'note' in change ? undefined : previous, ...changed } = change;
    this.#put({ ...rest, ...changed, ...(note === undefined ? {} : { note }) });
  }

  #openItems(): ChatItem[] {
    return [...this.#open].flatMap((id) => this.#items.get(id) ?? []);
  }

  #put(item: ChatItem): void {
    const known = this.#items.has(item.id);
    this.#items.set(item.id, item);
    if (isOpen(item)) this.#open.add(item.id);
    else this.#open.delete(item.id);
    this.#ops.push(known ? { op: 'replace', item } : { op: 'add', item });
  }
}

function isOpen(item: ChatItem): boolean {
  switch (item.kind) {
    case 'answer':
      return item.state === 'streaming';
    case 'tool':
      return item.state === 'requested' || item.state === 'waiting' || item.state === 'running';
    case 'problem':
      return item.actions.length > 0;
    default:
      return false;
  }
}

/** A question that nobody answered in time rejects its call, and stays told as such. */
function endState(item: ChatItem | undefined, outcome: keyof typeof failedStates): ToolState {
  return outcome === 'rejected' && item?.kind === 'tool' && item.state === 'expired' ? 'expired' : failedStates[outcome];
}

function minutes(milliseconds: number): string {
  const count = Math.max(1, Math.round(milliseconds / 60_000));
  return count === 1 ? 'a minute' : `${count} minutes`;
}
