import type { LlmChunk } from '../ports/LlmStream.ts';

export interface CallDraft {
  id: string;
  name: string;
  arguments: string;
}

type Fragment = Extract<LlmChunk, { type: 'toolCall' }>;

/**
 * The tool calls of an answer, put together from their fragments. Servers tell by the index which call a fragment belongs to, by
 * the id, by both, or by neither; some give all calls one index, or each fragment another id.
 */
export class CallDrafts {
  readonly #drafts: CallDraft[] = [];
  readonly #byIndex = new Map<number, CallDraft>();
  readonly #byId = new Map<string, CallDraft>();
  /** A whole call whose name came again, with neither index nor id: a new one, if arguments follow. */
  #namedAgain: CallDraft | undefined;

  /** In the order in which they began, as they are once the answer is whole: servers write no arguments as no text. */
  get all(): CallDraft[] {
    return this.#drafts.map((draft) => (draft.arguments.trim() === '' ? { ...draft, arguments: '{}' } : draft));
  }

  take({ index, id = '', name = '', arguments: text = '' }: Fragment): void {
    if (id === '' && name === '' && text === '' && this.#candidate(index, id) === undefined) return;
    const draft = this.#draft(index, id, name, text);
    if (index !== undefined) this.#byIndex.set(index, draft);
    if (id !== '') this.#byId.set(id, draft);
    draft.id ||= id;
    draft.name ||= name;
    draft.arguments = joined(draft.arguments, text);
  }

  #draft(index: number | undefined, id: string, name: string, text: string): CallDraft {
    const candidate = this.#candidate(index, id);
    if (candidate === undefined) return this.#begin('');
    const untold = index === undefined && id === '';
    const named = this.#namedAgain === candidate;
    this.#namedAgain = undefined;
    if (!goesOn(candidate, id, name, text, untold)) return this.#begin('');
    if (!untold) return candidate;
    if (text !== '') return named ? this.#begin(candidate.name) : candidate;
    if (named || (name !== '' && isWhole(candidate.arguments))) this.#namedAgain = candidate;
    return candidate;
  }

  #begin(name: string): CallDraft {
    const draft = { id: '', name, arguments: '' };
    this.#drafts.push(draft);
    return draft;
  }

  /** The call that a fragment may go on with. */
  #candidate(index: number | undefined, id: string): CallDraft | undefined {
    const sameId = this.#byId.get(id);
    if (index === undefined) return sameId ?? this.#drafts.at(-1);
    const sameIndex = this.#byIndex.get(index);
    // an id that two indices have is no id
    if (sameIndex === undefined || sameIndex.id === '' || id === '') return sameIndex;
    return sameId ?? sameIndex;
  }
}

function goesOn(draft: CallDraft, id: string, name: string, text: string, untold: boolean): boolean {
  if (id !== '' && draft.id !== '' && draft.id !== id) {
    // another id is another call, if it has a name: vLLM gave each fragment an id of its own
    return name === '' && text !== '' && !isWhole(draft.arguments);
  }
  if (name === '') return true;
  if (draft.name !== '' && draft.name !== name) return false;
  const again = text === draft.arguments && !untold;
  return text === '' || again || !isWhole(draft.arguments);
}

/** Some send the whole call again at its end. */
function joined(before: string, text: string): string {
  return text !== '' && text === before && isWhole(text) ? before : before + text;
}

function isWhole(text: string): boolean {
  if (!text.trimEnd().endsWith('}')) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
