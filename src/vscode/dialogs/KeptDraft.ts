import type { Disposable } from '../../core/bus/Disposable.ts';
import type { Clock } from '../../core/ports/Clock.ts';
import type { DraftStore } from '../../core/ports/DraftStore.ts';
import type { Log } from '../../core/ports/Log.ts';
import { formValues, type ApprovalDraft, type FormValues } from '../../protocol/approvalWebview.ts';
import { KeptText } from './KeptText.ts';

/**
 * What the person has typed for a call's question, for its rejection and in the form that edits it: it is there
 * again when the question is asked again, be it after a reload or after the host was killed.
 */
export class KeptDraft implements Disposable {
  readonly #feedback: KeptText;
  /** The form's values in JSON. */
  readonly #edit: KeptText;

  constructor({ sessionId, callId, ...ports }: { drafts: DraftStore; clock: Clock; log: Log; sessionId: string; callId: string }) {
    this.#feedback = new KeptText({ ...ports, key: `${sessionId}/${callId}` });
    this.#edit = new KeptText({ ...ports, key: `${sessionId}/${callId}/edit` });
  }

  get draft(): ApprovalDraft {
    const edit = valuesOf(this.#edit.text);
    return { feedback: this.#feedback.text, ...(edit === undefined ? {} : { edit }) };
  }

  /** Whether there is anything that the person would miss. */
  get typed(): boolean {
    return this.#feedback.text.trim() !== '' || this.#edit.text !== '';
  }

  feedback(text: string): void {
    this.#feedback.typed(text);
  }

  /** `null`: the person took their edit back. */
  edit(values: FormValues | null): void {
    this.#edit.typed(values === null ? '' : JSON.stringify(values));
  }

  /** Nobody will ask for it again. */
  forget(): void {
    this.#feedback.forget();
    this.#edit.forget();
  }

  /** Saves what is not saved yet, and keeps it. */
  dispose(): void {
    this.#feedback.dispose();
    this.#edit.dispose();
  }
}

function valuesOf(text: string): FormValues | undefined {
  if (text === '') return undefined;
  try {
    return formValues().safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
