import type { EventOf, RuntimeEvent } from '../../protocol/events.ts';
import type { Message } from '../../protocol/messages.ts';
import type { ToolItem, ToolState, WaitingApproval } from '../../protocol/webview.ts';
import { resultOf } from './completion.ts';
import type { TranscriptItems } from './TranscriptItems.ts';

const failedStates: Record<EventOf<'tool.execution.failed'>['data']['outcome'], ToolState> = {
  error: 'failed',
  rejected: 'rejected',
  cancelled: 'cancelled',
  unknown: 'unknown',
};

const NOTE_LENGTH = 400;
const OUTCOME_UNKNOWN = 'Nobody saw how this ended. It was not run again. Check what it did.';

/** Calls that something else stands for: a question, an answer, a route line, the plan. Their row is for what went wrong. */
const standIns: ReadonlySet<string> = new Set(['ask_followup_question', 'attempt_completion', 'switch_mode', 'update_plan']);

/** A call whose row is not shown. */
interface Held {
  row: ToolItem;
  arguments: string;
  /** The model's answer that it is part of. */
  answer: { agent: string; text: string };
}

/** The rows of tool calls, and what stands in their place. */
export class ToolRows {
  readonly #items: TranscriptItems;
  readonly #held = new Map<string, Held>();
  /** The model's last answer: the calls that follow are its. */
  #answer = { agent: '', text: '' };
  /** By call: why it may run without a question, until it does. */
  readonly #allowed = new Map<string, string>();
  /** Calls that the person refused, or did not decide on: their row says what the person knows. */
  readonly #refused = new Set<string>();
  #unknown = false;

  constructor(items: TranscriptItems) {
    this.#items = items;
  }

  /** Nobody saw how a call of the turn ended. */
  get unknown(): boolean {
    return this.#unknown;
  }

  get pending(): number {
    return this.#items.open.filter((item) => item.kind === 'tool' && item.state === 'waiting').length;
  }

  turnBegins(): void {
    this.#unknown = false;
  }

  answered({ agent, content: text }: Extract<Message, { role: 'assistant' }>): void {
    this.#answer = { agent, text };
  }

  apply(event: RuntimeEvent): void {
    switch (event.type) {
      case 'tool.execution.requested':
        this.#requested(event.data);
        break;
      case 'hitl.approval.requested': {
        const { callId, preview, reason } = event.data;
        const { path: object, created, diff } = preview;
        this.#reveal(callId);
        this.#asked(callId);
        this.#change(callId, { state: 'waiting', approval: waiting(event), object, created, ...(diff === undefined ? {} : { diff }), note: reason });
        break;
      }
      case 'hitl.decision.made':
        this.#decided(event.data);
        break;
      case 'hitl.timeout.occurred':
        this.#refused.add(event.data.callId);
        this.#change(event.data.callId, { state: 'expired', note: `Nobody decided within ${minutes(event.data.waitedMs)}, which counts as a rejection.` });
        break;
      case 'tool.change.recorded':
        this.#recorded(event.data);
        break;
      case 'hitl.verdict.given':
        if (event.data.verdict === 'allow') this.#allowed.set(event.data.callId, event.data.reason);
        break;
      case 'tool.execution.started':
        this.#change(event.data.callId, { state: 'running' });
        break;
      case 'tool.execution.completed':
        this.#completed(event.data);
        break;
      case 'tool.execution.failed':
        this.#failed(event.data);
        break;
      default:
        break;
    }
  }

  /** Closes the rows that the ended turn left open. */
  end(): void {
    for (const item of this.#items.open) {
      if (item.kind !== 'tool') continue;
      if (item.state === 'running') {
        this.#unknown = true;
        this.#change(item.id, { state: 'unknown', note: OUTCOME_UNKNOWN });
      } else this.#change(item.id, { state: 'cancelled', note: undefined });
    }
  }

  #requested({ callId, tool, object, arguments: text }: EventOf<'tool.execution.requested'>['data']): void {
    const row: ToolItem = { kind: 'tool', id: callId, tool, state: 'requested', object };
    if (standIns.has(tool)) this.#held.set(callId, { row, arguments: text, answer: this.#answer });
    else this.#items.put(row);
  }

  /** One that runs without a question is told by its change as well, and why. */
  #recorded({ callId, files, diff }: EventOf<'tool.change.recorded'>['data']): void {
    const created = files.some(({ before }) => before === null) ? { created: true } : {};
    const allowed = this.#allowed.get(callId);
    this.#allowed.delete(callId);
    this.#change(callId, diff === undefined ? created : { ...created, diff, ...(allowed === undefined ? {} : { allowed }) });
  }

  #decided({ callId, decision, feedback }: EventOf<'hitl.decision.made'>['data']): void {
    if (decision === 'reject') this.#refused.add(callId);
    const note = decision === 'reject' && feedback.trim() !== '' ? `You said: “${feedback.trim()}”` : undefined;
    // what was edited is asked anew, and stays told as edited
    const said = decision === 'edit' || this.#row(callId)?.decision === 'edited' ? 'edited' : 'approved';
    this.#change(callId, { state: 'requested', note, ...(decision === 'reject' ? {} : { decision: said }) });
  }

  #completed({ callId, durationMs }: EventOf<'tool.execution.completed'>['data']): void {
    this.#allowed.delete(callId);
    this.#change(callId, { state: 'done', durationMs });
    const held = this.#held.get(callId);
    this.#held.delete(callId);
    if (held?.row.tool !== 'attempt_completion') return;
    const result = resultOf(held.arguments);
    const { agent, text } = held.answer;
    // a model that writes its answer and hands it in as well says it once
    if (result !== undefined && result !== text.trim()) this.#items.put({ kind: 'answer', id: callId, agent, markdown: result, state: 'done' });
  }

  #failed({ callId, outcome, message, durationMs }: EventOf<'tool.execution.failed'>['data']): void {
    // the end of the turn says so itself
    if (outcome === 'cancelled') this.#held.delete(callId);
    this.#reveal(callId);
    const row = this.#row(callId);
    if (row === undefined) return;
    // one that ran and has no duration was ended for the window that closed on it
    const unseen = row.state === 'running' && durationMs === undefined;
    if (outcome === 'unknown' || unseen) this.#unknown = true;
    const state = endState(row, outcome, this.#refused.delete(callId));
    this.#change(callId, { state, note: endNote(row, state, message), ...(durationMs === undefined ? {} : { durationMs }) });
  }

  /** An approval that is asked for once more holds no more; an edit does. */
  #asked(callId: string): void {
    const row = this.#row(callId);
    if (row?.decision !== 'approved') return;
    const { decision, ...rest } = row;
    this.#items.put(rest);
  }

  #row(callId: string): ToolItem | undefined {
    const item = this.#items.get(callId);
    return item?.kind === 'tool' ? item : undefined;
  }

  #reveal(callId: string): void {
    const held = this.#held.get(callId);
    if (held === undefined) return;
    this.#held.delete(callId);
    this.#items.put(held.row);
  }

  /** Changes a shown row; what is `undefined` is taken off. An approval is on it only while it waits. */
  #change(callId: string, change: Partial<Omit<ToolItem, 'note'>> & { note?: string | undefined }): void {
    const row = this.#row(callId);
    if (row === undefined) return;
    const { approval, note: previous, ...rest } = row;
    const { note = 'note' in change ? undefined : previous, ...changed } = change;
    this.#items.put({ ...rest, ...changed, ...(note === undefined ? {} : { note }) });
  }
}

function waiting({ data, timestamp: askedAt }: EventOf<'hitl.approval.requested'>): WaitingApproval {
  const { approvalId, argumentsHash, timeoutMs, source, rule } = data;
  return { approvalId, argumentsHash, askedAt, rule, ...(timeoutMs === undefined ? {} : { timeoutMs }), ...(source === undefined ? {} : { source }) };
}

type Outcome = keyof typeof failedStates;

/** A question that nobody answered in time rejects its call, and stays told as such. What the person did not refuse the policy did. */
function endState({ state }: ToolItem, outcome: Outcome, refused: boolean): ToolState {
  if (outcome !== 'rejected') return failedStates[outcome];
  return state === 'expired' ? 'expired' : refused ? 'rejected' : 'denied';
}

/** What the person said counts more than what the model is told. */
function endNote({ note }: ToolItem, state: ToolState, message: string): string | undefined {
  if (state === 'cancelled') return undefined;
  return state === 'rejected' || state === 'expired' ? note : message.slice(0, NOTE_LENGTH);
}

function minutes(milliseconds: number): string {
  const count = Math.max(1, Math.round(milliseconds / 60_000));
  return count === 1 ? 'a minute' : `${count} minutes`;
}
