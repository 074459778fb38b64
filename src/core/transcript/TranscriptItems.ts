import type { ChatItem, ChatOp } from '../../protocol/webview.ts';

/** The items of a transcript, in order, and the operations that made them what they are. */
export class TranscriptItems {
  readonly #items = new Map<string, ChatItem>();
  /** Of the items: those that a later event may have to end. A long session has few. */
  readonly #open = new Set<string>();
  #ops: ChatOp[] = [];

  get all(): ChatItem[] {
    return [...this.#items.values()];
  }

  get open(): ChatItem[] {
    return [...this.#open].flatMap((id) => this.#items.get(id) ?? []);
  }

  get(id: string): ChatItem | undefined {
    return this.#items.get(id);
  }

  /** Adds the item, or replaces the one with its id. */
  put(item: ChatItem): void {
    const known = this.#items.has(item.id);
    this.#items.set(item.id, item);
    if (isOpen(item)) this.#open.add(item.id);
    else this.#open.delete(item.id);
    this.#ops.push(known ? { op: 'replace', item } : { op: 'add', item });
  }

  /** Adds to the text of an answer, or of what is thought. */
  append(id: string, text: string): void {
    const item = this.#items.get(id);
    if (item?.kind === 'answer') this.#items.set(id, { ...item, markdown: item.markdown + text });
    else if (item?.kind === 'reasoning') this.#items.set(id, { ...item, text: item.text + text });
    else return;
    this.#ops.push({ op: 'appendText', id, text });
  }

  /** The operations of a change. */
  collect(change: () => void): ChatOp[] {
    this.#ops = [];
    change();
    return this.#ops;
  }
}

function isOpen(item: ChatItem): boolean {
  switch (item.kind) {
    case 'answer':
    case 'reasoning':
      return item.state === 'streaming';
    case 'tool':
      return item.state === 'requested' || item.state === 'waiting' || item.state === 'running';
    case 'question':
    case 'retry':
      return item.state === 'waiting';
    case 'problem':
      return item.actions.length > 0;
    default:
      return false;
  }
}
