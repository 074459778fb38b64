import type { LlmChunk } from '../ports/LlmStream.ts';

export interface CallDraft {
  id: string;
  name: string;
  arguments: string;
}

/** The tool calls of an answer, put together from their fragments. */
export class CallDrafts {
  /** In the order in which they began. */
  readonly all: CallDraft[] = [];
  readonly #open = new Map<number, CallDraft>();

  take({ index, id = '', name = '', arguments: text = '' }: Extract<LlmChunk, { type: 'toolCall' }>): void {
    const draft = this.#draft(index, id);
    draft.id ||= id;
    draft.name ||= name;
    draft.arguments += text;
  }

  /** Some servers give every call of an answer the same index: another id is another call. */
  #draft(index: number, id: string): CallDraft {
    const known = this.#open.get(index);
    if (known !== undefined && (id === '' || known.id === '' || known.id === id)) return known;
    const draft = { id: '', name: '', arguments: '' };
    this.#open.set(index, draft);
    this.all.push(draft);
    return draft;
  }
}
