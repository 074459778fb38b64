import { randomUUID } from 'node:crypto';
import type { Disposable } from '../bus/Disposable.ts';
import type { TurnScope } from '../bus/TurnScope.ts';
import type { EventData } from '../../protocol/events.ts';
import type { Clock } from '../ports/Clock.ts';
import type { Log } from '../ports/Log.ts';
import type { FileChange } from '../tools/Tool.ts';

const SOURCE = 'HitlManager';
/** Milliseconds between two looks at who waits too long. */
const TICK = 1_000;
/** Milliseconds that a question waits while VS Code runs; what the specification says. */
export const APPROVAL_TIMEOUT = 300_000;

export type ApprovalRequest = Omit<EventData<'hitl.approval.requested'>, 'approvalId' | 'timeoutMs'>;

/** What goes with a request and is not journaled. */
export interface RequestOptions {
  signal: AbortSignal;
  /** The files that the call writes, whole. */
  files?: readonly FileChange[] | undefined;
  /** The person edited the question before this one, and approved what this one would be: where it is that, by its hash, it is decided. */
  approvedAs?: { argumentsHash: string; actor: string } | undefined;
}

/** A question that waits. */
export interface PendingApproval {
  sessionId: string;
  data: EventData<'hitl.approval.requested'>;
  /** When it was asked: ISO 8601, UTC. */
  askedAt: string;
  files: readonly FileChange[];
  /** Milliseconds until it counts as rejected. */
  leftMs: number;
}

/** What the person said; `expired`: nothing, in time; `cancelled`: the turn ended before they did. `scope` goes on from the decision. */
export type ApprovalOutcome =
  | { decision: 'approve'; scope: TurnScope }
  /** They want it with other arguments, and approve that by the hash of what they were shown of it. */
  | { decision: 'edit'; arguments: Record<string, unknown>; argumentsHash: string; actor: string; scope: TurnScope }
  | { decision: 'reject'; feedback: string; scope: TurnScope }
  | { decision: 'expired'; waitedMs: number; scope: TurnScope }
  | { decision: 'cancelled' };

export interface DecisionInput {
  approvalId: string;
  /** As it was shown: a decision holds for nothing else. */
  argumentsHash: string;
  decision: 'approve' | 'edit' | 'reject';
  feedback: string;
  /** The surface that it came from. */
  actor: string;
  /** Of an `edit`. */
  edited?: { arguments: Record<string, unknown>; argumentsHash: string } | undefined;
}

export type DecisionResult = 'decided' | 'already_decided' | 'not_what_was_shown';

interface Pending {
  data: EventData<'hitl.approval.requested'>;
  askedAt: string;
  files: readonly FileChange[];
  /** Goes on from the request. */
  scope: TurnScope;
  shown: boolean;
  /** Milliseconds, counted only while VS Code runs. */
  waited: number;
  resolve: (outcome: ApprovalOutcome) => void;
}

/**
 * Asks the person. An approval is journaled before it is shown, and resolves once: by its id, the
 * hash of what was shown, a decision and an actor. Nothing else has a path to it; a deadline that passes rejects.
 */
export class HitlManager implements Disposable {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #timeoutMs: number;
  readonly #pending = new Map<string, Pending>();
  #ticking: Disposable | undefined;
  #tickedAt = 0;

  constructor(dependencies: { clock: Clock; log: Log; timeoutMs?: number | undefined }) {
    this.#clock = dependencies.clock;
    this.#log = dependencies.log;
    this.#timeoutMs = dependencies.timeoutMs ?? APPROVAL_TIMEOUT;
  }

  /** Waits for the person's decision, or for `signal`. Throws where the request or decision cannot be journaled. */
  request(scope: TurnScope, request: ApprovalRequest, { signal, files = [], approvedAs }: RequestOptions): Promise<ApprovalOutcome> {
    if (signal.aborted) return Promise.resolve({ decision: 'cancelled' });
    const data = { ...request, approvalId: randomUUID(), timeoutMs: this.#timeoutMs };
    return new Promise((resolve, reject) => {
      const withdraw = (): void => {
        this.#forget(data.approvalId);
        resolve({ decision: 'cancelled' });
      };
      const settle = (outcome: ApprovalOutcome): void => {
        signal.removeEventListener('abort', withdraw);
        resolve(outcome);
      };
      signal.addEventListener('abort', withdraw, { once: true });
      // pending before the event is seen: a surface may decide at once
      const entry: Pending = { data, askedAt: this.#clock.now().toISOString(), files, scope, shown: false, waited: 0, resolve: settle };
      this.#remember(entry);
      try {
        entry.scope = scope.causedBy(scope.publish(SOURCE, 'hitl.approval.requested', data));
        if (approvedAs?.argumentsHash === data.argumentsHash) this.#decideAsShown(data, approvedAs.actor);
      } catch (error) {
        this.#forget(data.approvalId);
        signal.removeEventListener('abort', withdraw);
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
  }

  /** The questions that wait, the oldest first. */
  pending(): PendingApproval[] {
    return [...this.#pending.values()].map((entry) => this.#toPending(entry));
  }

  /** `undefined` where it was decided, or its turn ended. */
  find(approvalId: string): PendingApproval | undefined {
    const entry = this.#pending.get(approvalId);
    return entry === undefined ? undefined : this.#toPending(entry);
  }

  /** The person has the question before them, with everything that it is about. Only the first surface is told of. */
  shown(approvalId: string, surface: string): void {
    const entry = this.#pending.get(approvalId);
    if (entry === undefined || entry.shown) return;
    entry.shown = true;
    try {
      entry.scope = entry.scope.causedBy(entry.scope.publish(SOURCE, 'hitl.approval.shown', { approvalId, callId: entry.data.callId, surface }));
    } catch (error) {
      // a decision will say the same, to somebody who waits for it
      this.#log.error('It could not be saved that a question was shown', error);
    }
  }

  /** Takes a decision. Throws {@link JournalWriteError} where it could not be saved: then nothing is decided. */
  decide(input: DecisionInput): DecisionResult {
    const entry = this.#pending.get(input.approvalId);
    if (entry === undefined) return 'already_decided';
    if (entry.data.argumentsHash !== input.argumentsHash) return 'not_what_was_shown';
    const { approvalId, argumentsHash, decision, feedback, actor } = input;
    // a preview has more than is kept
    const edited = input.edited === undefined ? undefined : { arguments: input.edited.arguments, argumentsHash: input.edited.argumentsHash };
    if (decision === 'edit' && edited === undefined) throw new Error('An edit has no arguments');
    const { callId } = entry.data;
    const scope = this.#conclude(entry, () =>
      entry.scope.publish(SOURCE, 'hitl.decision.made', { approvalId, callId, argumentsHash, decision, feedback, actor, ...(edited === undefined ? {} : { edited }) }),
    );
    if (decision === 'edit' && edited !== undefined) entry.resolve({ decision, ...edited, actor, scope });
    else entry.resolve(decision === 'reject' ? { decision, feedback, scope } : { decision: 'approve', scope });
    return 'decided';
  }

  dispose(): void {
    this.#ticking?.dispose();
  }

  /** What was shown of an edit is what is asked now: the person has approved it. */
  #decideAsShown({ approvalId, argumentsHash }: EventData<'hitl.approval.requested'>, actor: string): void {
    this.shown(approvalId, actor);
    this.decide({ approvalId, argumentsHash, decision: 'approve', feedback: '', actor });
  }

  #toPending({ data, askedAt, files, scope, waited }: Pending): PendingApproval {
    return { sessionId: scope.sessionId, data, askedAt, files, leftMs: Math.max(0, this.#timeoutMs - waited) };
  }

  #remember(entry: Pending): void {
    this.#pending.set(entry.data.approvalId, entry);
    if (this.#ticking !== undefined) return;
    this.#tickedAt = this.#clock.monotonic();
    this.#ticking = this.#clock.every(TICK, () => this.#tick());
  }

  #forget(approvalId: string): void {
    this.#pending.delete(approvalId);
    if (this.#pending.size > 0) return;
    this.#ticking?.dispose();
    this.#ticking = undefined;
  }

  #tick(): void {
    const now = this.#clock.monotonic();
    // a computer that slept did not run VS Code
    const passed = Math.min(now - this.#tickedAt, 2 * TICK);
    this.#tickedAt = now;
    for (const entry of [...this.#pending.values()]) {
      entry.waited += passed;
      if (entry.waited >= this.#timeoutMs) this.#expire(entry);
    }
  }

  #expire(entry: Pending): void {
    const { approvalId, callId, argumentsHash } = entry.data;
    const waitedMs = entry.waited;
    try {
      const scope = this.#conclude(entry, () => entry.scope.publish(SOURCE, 'hitl.timeout.occurred', { approvalId, callId, argumentsHash, waitedMs }));
      entry.resolve({ decision: 'expired', waitedMs, scope });
    } catch (error) {
      // it stays a question, and is tried again with the next tick
      this.#log.error('It could not be saved that nobody decided in time', error);
    }
  }

  /** Ends a question by an event. It is not pending while that is announced: who decides then hears that it was decided. */
  #conclude(entry: Pending, publish: () => { eventId: string }): TurnScope {
    const { approvalId } = entry.data;
    this.#pending.delete(approvalId);
    let ending: { eventId: string };
    try {
      ending = publish();
    } catch (error) {
      this.#pending.set(approvalId, entry);
      throw error;
    }
    this.#forget(approvalId);
    return entry.scope.causedBy(ending);
  }
}
