import { InputGuard } from '../ui/InputGuard.ts';

/** Tells an answer to a question from an accident, and counts it once. */
export class Answering {
  readonly #guard: InputGuard;
  #asked: string | undefined;
  /** The question that was answered, as far as this page knows. */
  #pressed: string | undefined;

  constructor(changed: () => void) {
    this.#guard = new InputGuard(changed);
  }

  /** Whether the choices stand there long enough, and none was pressed. */
  get ready(): boolean {
    return this.#guard.settled && this.#asked !== undefined && this.#pressed !== this.#asked;
  }

  /** The question that waits now, if any. */
  waits(questionId: string | undefined): void {
    if (questionId === this.#asked) return;
    this.#asked = questionId;
    if (questionId !== undefined) this.#guard.restart();
  }

  /** The host says how everything is: what was pressed and still waits did not arrive. */
  reset(): void {
    this.#pressed = undefined;
  }

  /** Whether a press counts; it does not a second time. */
  press(questionId: string): boolean {
    if (!this.ready || !this.#guard.open || questionId !== this.#asked) return false;
    this.#pressed = questionId;
    return true;
  }
}
