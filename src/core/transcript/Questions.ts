import type { RuntimeEvent } from '../../protocol/events.ts';
import type { QuestionItem } from '../../protocol/webview.ts';
import type { TranscriptItems } from './TranscriptItems.ts';

/** The questions to the person that approve nothing. */
export class Questions {
  readonly #items: TranscriptItems;
  /** By the id of the call that waits for its answer. */
  readonly #ofCalls = new Map<string, string>();
  /** Of the turn: one was taken back with its call. */
  #takenBack = false;

  constructor(items: TranscriptItems) {
    this.#items = items;
  }

  /** The one that waits for the person. */
  get asking(): QuestionItem | undefined {
    return this.#waiting()[0];
  }

  /** Whether the turn waited for the person when it broke off: its calls may be ended by now. */
  get waited(): boolean {
    return this.asking !== undefined || this.#takenBack;
  }

  apply(event: RuntimeEvent): void {
    if (event.type === 'hitl.question.asked') {
      const { questionId: id, agent, question, choices, free, callId } = event.data;
      if (callId !== undefined) this.#ofCalls.set(callId, id);
      // one that is asked again waits again, where it stands
      this.#items.put({ kind: 'question', id, agent, question, choices, free, state: 'waiting' });
    } else if (event.type === 'hitl.question.answered') {
      const { questionId, answer } = event.data;
      const item = this.#items.get(questionId);
      if (item?.kind === 'question') this.#items.put({ ...item, state: 'answered', answer });
    } else if (event.type === 'tool.execution.completed' || event.type === 'tool.execution.failed') {
      const item = this.#items.get(this.#ofCalls.get(event.data.callId) ?? '');
      if (item?.kind !== 'question' || item.state !== 'waiting') return;
      this.#items.put({ ...item, state: 'withdrawn' });
      this.#takenBack = true;
    }
  }

  /** Their turn is over. */
  end(): void {
    for (const item of this.#waiting()) this.#items.put({ ...item, state: 'withdrawn' });
    this.#takenBack = false;
  }

  #waiting(): QuestionItem[] {
    return this.#items.open.filter((item) => item.kind === 'question');
  }
}
