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
  #ops: ChatOp[] = [];
  /** The correlation id of the turn that runs. */
  #turn: string | undefined;

  get items(): ChatItem[] {
    return [...this.#items.values()];
  }

  get running(): boolean {
    return this.#turn !== undefined;
  }

  /** How many approvals wait for the person. */
  get pending(): number {
    return this.items.filter((item) => item.kind === 'tool' && item.state === 'waiting').length;
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
        break;
      case 'agent.processing.started':
        this.#interrupt();
        this.#dropActions();
        this.#turn = event.correlationId;
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
        this.#turn = undefined;
        this.#end(event);
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
    const said = item?.kind === 'tool' && outcome === 'rejected' ? item.note : undefined;
    const note = outcome === 'cancelled' || (outcome === 'rejected' && item?.kind === 'tool' && item.diff !== undefined) ? said : message.slice(0, NOTE_LENGTH);
    this.#tool(callId, { state: failedStates[outcome], note, ...(durationMs === undefined ? {} : { durationMs }) });
  }

  #problem(id: string, error: ErrorInfo): void {
    this.#put({ kind: 'problem', id, ...problemWords(error) });
  }

  #end({ eventId, data }: EventOf<'agent.processing.completed'>): void {
    const { outcome, durationMs, inputTokens, outputTokens } = data;
    const usage = inputTokens === undefined || outputTokens === undefined ? {} : { usage: { inputTokens, outputTokens } };
    this.#put({ kind: 'turnEnd', id: eventId, outcome, durationMs, ...usage });
  }

  #interrupt(): void {
    if (this.#turn === undefined) return;
    const id = `interrupted:${this.#turn}`;
    this.#turn = undefined;
    const unknown = this.#endCalls();
    this.#put({
      kind: 'problem',
      id,
      tone: 'interrupted',
      title: 'This turn was interrupted',
      detail: unknown
        ? 'VS Code closed or reloaded while a tool ran. Everything until then is here.'
        : 'VS Code closed or reloaded while it ran. Everything until then is here, and no tool was running.',
      actions: ['retry'],
    });
  }

  /** Closes what the ended turn left open; true where a tool had started. */
  #endCalls(): boolean {
    let unknown = false;
    for (const item of this.items) {
      if (item.kind === 'answer' && item.state === 'streaming') this.#put({ ...item, state: 'interrupted' });
      if (item.kind !== 'tool') continue;
      if (item.state === 'running') {
        unknown = true;
        this.#tool(item.id, { state: 'unknown', note: OUTCOME_UNKNOWN });
      }
      if (item.state === 'requested' || item.state === 'waiting') this.#tool(item.id, { state: 'cancelled', note: undefined });
    }
    return unknown;
  }

  /** Steps that were offered for an earlier turn are past. */
  #dropActions(): void {
    for (const item of this.items) if (item.kind === 'problem' && item.actions.length > 0) this.#put({ ...item, actions: [] });
  }

  /** Changes a tool's item; what is `undefined` is taken off. An approval is on it only while it waits. */
  #tool(callId: string, change: Partial<Omit<ToolItem, 'note'>> & { note?: string | undefined }): void {
    const item = this.#items.get(callId);
    if (item?.kind !== 'tool') return;
    const { approvalId, note: previous, ...rest } = item;
    const { note = 'note' in change ? undefined : previous, ...changed } = change;
    this.#put({ ...rest, ...changed, ...(note === undefined ? {} : { note }) });
  }

  #put(item: ChatItem): void {
    const known = this.#items.has(item.id);
    this.#items.set(item.id, item);
    this.#ops.push(known ? { op: 'replace', item } : { op: 'add', item });
  }
}

