import type { EventOf, RuntimeEvent } from '../../protocol/events.ts';
import type { Message } from '../../protocol/messages.ts';
import type { RetryItem } from '../../protocol/webview.ts';
import { noTools, problemWords, type Failure } from './problemWords.ts';
import type { TranscriptItems } from './TranscriptItems.ts';

/** What models do beside their answers: what they think, which requests are tried again, and what does not fit their window. */
export class ModelRows {
  readonly #items: TranscriptItems;
  /** The row of the request that is tried again: one for all its tries. */
  #retry: string | undefined;
  #tries = 1;
  #partial = false;

  constructor(items: TranscriptItems) {
    this.#items = items;
  }

  /** Of the request that failed last. */
  get failure(): Failure {
    return { partial: this.#partial, tries: this.#tries };
  }

  apply(event: RuntimeEvent): void {
    switch (event.type) {
      case 'llm.request.started':
        this.#partial = false;
        this.#sentAgain();
        // one that failed for ever may be followed by another: a conversation without a route goes on with an agent
        if ((event.data.attempt ?? 1) === 1) this.#forget();
        break;
      case 'llm.retry.scheduled':
        this.#failed(event);
        break;
      case 'llm.request.completed':
        this.#forget();
        break;
      case 'llm.reasoning.delta':
        this.#thinks(event.data);
        break;
      case 'llm.text.delta':
        this.#thought(reasoningId(event.data.messageId));
        break;
      case 'session.message.added':
        this.#message(event.data.message);
        break;
      case 'llm.context.cut': {
        const { results, window } = event.data;
        // what is left out later in a turn is left out beside what was before
        this.#items.put({ kind: 'contextCut', id: `cut:${event.correlationId}`, results, window });
        break;
      }
      default:
        break;
    }
  }

  turnBegins(): void {
    this.#forget();
    this.#partial = false;
  }

  /** The turn is over, or broke off: nothing of it waits or is thought any more. */
  end(): void {
    for (const item of this.#items.open) {
      if (item.kind === 'retry') this.#items.put(settled(item, 'stopped'));
      if (item.kind === 'reasoning') this.#thought(item.id);
    }
    this.#forget();
  }

  #message(message: Message): void {
    if (message.role !== 'assistant') return;
    const { id: messageId, agent, content, reasoning: text = '', interrupted } = message;
    this.#partial = interrupted && content !== '';
    const id = reasoningId(messageId);
    if (text.trim() === '') this.#thought(id);
    else this.#items.put({ kind: 'reasoning', id, agent, text, state: 'done' });
  }

  #thinks({ messageId, agent, text }: EventOf<'llm.reasoning.delta'>['data']): void {
    const id = reasoningId(messageId);
    const known = this.#items.get(id);
    if (known?.kind !== 'reasoning') {
      if (text.trim() !== '') this.#items.put({ kind: 'reasoning', id, agent, text, state: 'streaming' });
    } else if (known.state === 'streaming') this.#items.append(id, text);
    // it goes on after its length limit
    else this.#items.put({ ...known, text: known.text + text, state: 'streaming' });
  }

  #thought(id: string): void {
    const item = this.#items.get(id);
    if (item?.kind === 'reasoning' && item.state === 'streaming') this.#items.put({ ...item, state: 'done' });
  }

  #failed({ timestamp, data }: EventOf<'llm.retry.scheduled'>): void {
    const { requestId, attempt, attempts, afterMs, error } = data;
    // it goes again at once, in other words
    if (error.refusedParameter !== undefined) {
      if (error.refusedParameter === 'tools') this.#items.put({ kind: 'problem', id: `tools:${requestId}`, ...noTools(error) });
      return;
    }
    this.#retry ??= `retry:${requestId}`;
    this.#tries = attempt;
    const until = new Date(Date.parse(timestamp) + afterMs).toISOString();
    this.#items.put({ kind: 'retry', id: this.#retry, reason: problemWords(error).title, attempt, attempts, state: 'waiting', until, afterMs });
  }

  #sentAgain(): void {
    const row = this.#items.get(this.#retry ?? '');
    if (row?.kind === 'retry' && row.state === 'waiting') this.#items.put(settled(row, 'done'));
  }

  #forget(): void {
    this.#retry = undefined;
    this.#tries = 1;
  }
}

function reasoningId(messageId: string): string {
  return `${messageId}:reasoning`;
}

function settled({ until, ...row }: RetryItem, state: 'done' | 'stopped'): RetryItem {
  return { ...row, state };
}
