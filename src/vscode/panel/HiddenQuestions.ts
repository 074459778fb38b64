import type { ChatOp, QuestionItem } from '../../protocol/webview.ts';

interface HiddenQuestionsOptions {
  /** Whether the person has the chat before them. */
  visible: () => boolean;
  tell: (question: QuestionItem) => void;
}

/** Tells of a question that comes while its chat is hidden, once. */
export class HiddenQuestions {
  readonly #options: HiddenQuestionsOptions;
  readonly #known = new Set<string>();

  constructor(options: HiddenQuestionsOptions) {
    this.#options = options;
  }

  /** What changed in the transcript. */
  changed(ops: readonly ChatOp[]): void {
    for (const op of ops) {
      if (op.op !== 'add' && op.op !== 'replace') continue;
      const { item } = op;
      if (item.kind !== 'question' || item.state !== 'waiting' || this.#known.has(item.id)) continue;
      this.#known.add(item.id);
      if (!this.#options.visible()) this.#options.tell(item);
    }
  }
}
