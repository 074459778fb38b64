import * as assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { TURN_SOURCE } from '../../src/core/sessions/turnEvents.ts';
import { Transcript } from '../../src/core/transcript/Transcript.ts';
import { categoryOf, EVENT_VERSION, isDurable, parseEvent, type EventData, type EventType, type RuntimeEvent } from '../../src/protocol/events.ts';
import type { ChatItem, ChatOp } from '../../src/protocol/webview.ts';

/** What a chat that applies the operations shows. */
export function show(items: readonly ChatItem[], ops: readonly ChatOp[]): ChatItem[] {
  const shown = [...items];
  for (const op of ops) {
    if (op.op === 'add') shown.push(op.item);
    if (op.op === 'replace') shown[shown.findIndex(({ id, kind }) => id === op.item.id && kind === op.item.kind)] = op.item;
    if (op.op === 'appendText') {
      const index = shown.findIndex(({ id }) => id === op.id);
      const item = shown[index];
      if (item?.kind === 'answer') shown[index] = { ...item, markdown: item.markdown + op.text };
      if (item?.kind === 'reasoning') shown[index] = { ...item, text: item.text + op.text };
    }
  }
  return shown;
}

export function fold(events: readonly RuntimeEvent[]): Transcript {
  const transcript = new Transcript();
  for (const event of events) transcript.apply(event);
  return transcript;
}

/** A session's events as a test tells them, one after the other, and its transcript. */
export class Story {
  readonly journal: RuntimeEvent[] = [];
  readonly transcript = new Transcript();
  /** Of the turn that runs. */
  correlationId = 'turn 1';
  #shown: ChatItem[] = [];

  tell<T extends EventType>(type: T, data: EventData<T>, source = TURN_SOURCE): void {
    const { correlationId } = this;
    const event = parseEvent({ eventId: randomUUID(), type, category: categoryOf(type), timestamp: '2026-11-22T10:00:00.000Z', sessionId: 's', correlationId, source, version: EVENT_VERSION, data });
    if (isDurable(type)) this.journal.push(event);
    this.#shown = show(this.#shown, this.transcript.apply(event));
  }

  /** VS Code closed on the turn. */
  interrupt(): void {
    this.#shown = show(this.#shown, this.transcript.interrupt());
  }

  says(content: string, id: string = randomUUID()): void {
    this.tell('session.message.added', { message: { role: 'user', id, content } });
  }

  begins(resumed = false): void {
    this.tell('agent.processing.started', { agent: 'orchestrator', ...(resumed ? { resumed } : {}) });
  }

  ends(outcome: 'completed' | 'stopped' | 'interrupted' = 'completed'): void {
    this.tell('agent.processing.completed', { agent: 'coder', success: outcome === 'completed', outcome, durationMs: 5 });
  }

  /** The model answers with one call, which is announced. */
  calls(tool: string, args: object | string, { content = '', agent = 'coder' } = {}): void {
    const text = typeof args === 'string' ? args : JSON.stringify(args);
    this.tell('session.message.added', {
      message: { role: 'assistant', id: `answer with ${tool}`, agent, content, toolCalls: [{ id: tool, name: tool, arguments: text }], interrupted: false },
    });
    this.tell('tool.execution.requested', { callId: tool, tool, arguments: text, object: '' });
  }

  starts(tool: string): void {
    this.tell('tool.execution.started', { callId: tool, tool, argumentsHash: 'h' });
  }

  done(tool: string): void {
    this.starts(tool);
    this.tell('tool.execution.completed', { callId: tool, tool, durationMs: 1, resultLength: 1 });
  }

  fails(tool: string, outcome: 'error' | 'cancelled' | 'unknown' = 'error'): void {
    this.tell('tool.execution.failed', { callId: tool, tool, outcome, message: 'It did not work.' });
  }

  asks(questionId: string, more: Partial<EventData<'hitl.question.asked'>> = {}): void {
    this.tell('hitl.question.asked', { questionId, kind: 'followup', agent: 'coder', question: 'Which?', choices: ['a', 'b'], free: true, ...more });
  }

  /** What is shown, which is the same from the operations and from the journal alone. */
  get items(): ChatItem[] {
    const { items } = this.transcript;
    assert.deepEqual(this.#shown, items, 'from its operations');
    assert.deepEqual(fold(this.journal).items, items, 'from its journal');
    assert.deepEqual(fold(this.journal).plan, this.transcript.plan);
    return items;
  }

  /** The kinds of items, with the state of those that have one. */
  get kinds(): string[] {
    return this.items.map((item) => ('state' in item ? `${item.kind} ${item.state}` : item.kind));
  }
}
