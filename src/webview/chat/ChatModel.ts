import type { ChatItem, ChatOp, ChatState } from '../../protocol/webview.ts';

/** The transcript and the chat's state, as the host's messages make them. Items are replaced, never changed. */
export class ChatModel {
  #items: readonly ChatItem[] = [];
  #state: ChatState | undefined;
  #seq: number | undefined;

  get items(): readonly ChatItem[] {
    return this.#items;
  }

  /** Absent until the first snapshot. */
  get state(): ChatState | undefined {
    return this.#state;
  }

  load(seq: number, items: readonly ChatItem[], state: ChatState): void {
    this.#seq = seq;
    this.#items = items;
    this.#state = state;
  }

  /**
   * Applies a delta. Returns `gap` where something before it is missing: then nothing was applied,
   * and all later deltas are `ignored` until the next {@link load}.
   */
  apply(seq: number, ops: readonly ChatOp[]): 'applied' | 'gap' | 'ignored' {
    if (this.#seq === undefined) return 'ignored';
    const items = seq === this.#seq + 1 ? changed(this.#items, ops) : undefined;
    if (items === undefined) {
      this.#seq = undefined;
      return 'gap';
    }
    this.#seq = seq;
    this.#items = items;
    for (const op of ops) if (op.op === 'state') this.#state = op.state;
    return 'applied';
  }
}

function changed(before: readonly ChatItem[], ops: readonly ChatOp[]): readonly ChatItem[] | undefined {
  let items = before;
  for (const op of ops) {
    const next = step(items, op);
    if (next === undefined) return undefined;
    items = next;
  }
  return items;
}

/** `undefined` where the operation names an item that is not there. */
function step(items: readonly ChatItem[], op: ChatOp): readonly ChatItem[] | undefined {
  switch (op.op) {
    case 'state':
      return items;
    case 'add':
      return [...items, op.item];
    case 'replace': {
      const index = items.findLastIndex((item) => item.id === op.item.id && item.kind === op.item.kind);
      return index === -1 ? undefined : items.with(index, op.item);
    }
    case 'appendText': {
      const index = items.findLastIndex(({ kind, id }) => id === op.id && (kind === 'answer' || kind === 'reasoning'));
      const item = items[index];
      if (item?.kind === 'answer') return items.with(index, { ...item, markdown: item.markdown + op.text });
      return item?.kind === 'reasoning' ? items.with(index, { ...item, text: item.text + op.text }) : undefined;
    }
  }
}
