import type { TurnScope } from '../bus/TurnScope.ts';
import type { EventData } from '../../protocol/events.ts';

const SOURCE = 'HitlManager';

export type QuestionRequest = EventData<'hitl.question.asked'>;

export interface AnswerInput {
  /** The person's message: the same is taken once. */
  messageId: string;
  answer: string;
  /** The surface that it came from. */
  actor: string;
}

interface Pending {
  request: QuestionRequest;
  /** Goes on from the question. */
  scope: TurnScope;
  resolve: (answer: string | undefined) => void;
}

/** Asks the person what approves nothing: what an agent wants to know, and whether a turn goes on. Each question resolves once. */
export class QuestionManager {
  readonly #pending = new Map<string, Pending>();

  /** Resolves with what the person said, or `undefined` when `signal` aborts. Rejects where the question cannot be journaled. */
  ask(scope: TurnScope, request: QuestionRequest, signal: AbortSignal): Promise<string | undefined> {
    if (signal.aborted) return Promise.resolve(undefined);
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    const withdraw = (): void => {
      this.#pending.delete(request.questionId);
      resolve(undefined);
    };
    const settle = (answer: string | undefined): void => {
      signal.removeEventListener('abort', withdraw);
      resolve(answer);
    };
    const entry: Pending = { request, scope, resolve: settle };
    // pending before the event is seen: a surface may answer at once
    this.#pending.set(request.questionId, entry);
    signal.addEventListener('abort', withdraw, { once: true });
    try {
      entry.scope = scope.causedBy(scope.publish(SOURCE, 'hitl.question.asked', request));
    } catch (error) {
      withdraw();
      signal.removeEventListener('abort', withdraw);
      return Promise.reject(error instanceof Error ? error : new Error(String(error)));
    }
    return promise;
  }

  /**
   * The question that waits under this id in this session; `undefined` where it was answered, or its turn ended.
   */
  find(sessionId: string, questionId: string): QuestionRequest | undefined {
    const entry = this.#pending.get(questionId);
    return entry?.scope.sessionId === sessionId ? entry.request : undefined;
  }

  /** Takes the answer of a question that {@link find} gave. Throws {@link JournalWriteError} where it could not be saved: then it still waits. */
  answer(questionId: string, { messageId, answer, actor }: AnswerInput): void {
    const entry = this.#pending.get(questionId);
    if (entry === undefined) throw new Error(`No question waits under the id ${questionId}`);
    // not pending while it is announced: who answers then hears that it was answered
    this.#pending.delete(questionId);
    try {
      entry.scope.publish(SOURCE, 'hitl.question.answered', { questionId, messageId, answer, actor });
    } catch (error) {
      this.#pending.set(questionId, entry);
      throw error;
    }
    entry.resolve(answer);
  }
}
