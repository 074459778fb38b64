import { randomUUID } from 'node:crypto';
import type { TurnScope } from '../bus/TurnScope.ts';
import type { EventData } from '../../protocol/events.ts';

const SOURCE = 'HitlManager';

export type ApprovalRequest = Omit<EventData<'hitl.approval.requested'>, 'approvalId'>;

/** What the person said; `cancelled`: the turn ended before they did. `scope` goes on from the decision. */
export type ApprovalOutcome =
  | { decision: 'approve'; scope: TurnScope }
  | { decision: 'reject'; feedback: string; scope: TurnScope }
  | { decision: 'cancelled' };

export interface DecisionInput {
  approvalId: string;
  /** As it was shown: a decision holds for nothing else. */
  argumentsHash: string;
  decision: 'approve' | 'reject';
  feedback: string;
  /** The surface that it came from. */
  actor: string;
}

export type DecisionResult = 'decided' | 'already_decided' | 'not_what_was_shown';

interface Pending {
  data: EventData<'hitl.approval.requested'>;
  /** Goes on from the request. */
  scope: TurnScope;
  resolve: (outcome: ApprovalOutcome) => void;
}

/**
 * Asks the person. An approval is journaled before it is shown, and resolves once: by its id, the
 * hash of what was shown, a decision and an actor. Nothing else has a path to it.
 */
export class HitlManager {
  readonly #pending = new Map<string, Pending>();

  /** Waits for the person's decision, or for `signal`. Throws where the request or decision cannot be journaled. */
  request(scope: TurnScope, request: ApprovalRequest, signal: AbortSignal): Promise<ApprovalOutcome> {
    if (signal.aborted) return Promise.resolve({ decision: 'cancelled' });
    const data = { ...request, approvalId: randomUUID() };
    return new Promise((resolve, reject) => {
      const withdraw = (): void => {
        this.#pending.delete(data.approvalId);
        resolve({ decision: 'cancelled' });
      };
      const settle = (outcome: ApprovalOutcome): void => {
        signal.removeEventListener('abort', withdraw);
        resolve(outcome);
      };
      signal.addEventListener('abort', withdraw, { once: true });
      // pending before the event is seen: a surface may decide at once
      const entry: Pending = { data, scope, resolve: settle };
      this.#pending.set(data.approvalId, entry);
      try {
        entry.scope = scope.causedBy(scope.publish(SOURCE, 'hitl.approval.requested', data));
      } catch (error) {
        this.#pending.delete(data.approvalId);
        signal.removeEventListener('abort', withdraw);
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
  }

  /** Takes a decision. Throws {@link JournalWriteError} where it could not be saved: then nothing is decided. */
  decide(input: DecisionInput): DecisionResult {
    const entry = this.#pending.get(input.approvalId);
    if (entry === undefined) return 'already_decided';
    if (entry.data.argumentsHash !== input.argumentsHash) return 'not_what_was_shown';
    const made = entry.scope.publish(SOURCE, 'hitl.decision.made', { ...input, callId: entry.data.callId });
    this.#pending.delete(input.approvalId);
    const scope = entry.scope.causedBy(made);
    entry.resolve(input.decision === 'approve' ? { decision: 'approve', scope } : { decision: 'reject', feedback: input.feedback, scope });
    return 'decided';
  }
}
