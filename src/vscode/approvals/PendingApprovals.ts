import type { EventBus } from '../../core/bus/EventBus.ts';
import { DisposableStore, type Disposable } from '../../core/bus/Disposable.ts';
import type { HitlManager } from '../../core/hitl/HitlManager.ts';
import type { Clock } from '../../core/ports/Clock.ts';
import { endingTypes } from '../dialogs/endings.ts';
import { waiting, type Names, type Waiting } from './waiting.ts';

/** Milliseconds between two looks at the time that is left. */
const LOOK = 10_000;

export interface PendingApprovalsDependencies extends Names {
  bus: EventBus;
  hitl: Pick<HitlManager, 'pending'>;
  clock: Clock;
}

/** What waits for the person in this window, for every surface that only lists it. */
export class PendingApprovals implements Disposable {
  readonly #dependencies: PendingApprovalsDependencies;
  readonly #disposables = new DisposableStore();
  readonly #listeners = new Set<() => void>();
  #known = '[]';
  #looking: Disposable | undefined;

  constructor(dependencies: PendingApprovalsDependencies) {
    this.#dependencies = dependencies;
    for (const type of ['hitl.approval.requested', ...endingTypes] as const) {
      this.#disposables.add(dependencies.bus.on(type, () => this.#look(), { priority: 2 }));
    }
  }

  /** The oldest first. */
  get all(): Waiting[] {
    return this.#dependencies.hitl.pending().map((pending) => waiting(pending, this.#dependencies));
  }

  /** `undefined` where it was decided, or its turn ended. */
  find(approvalId: string): Waiting | undefined {
    return this.all.find((one) => one.approvalId === approvalId);
  }

  /** Runs when another question waits, one waits no more, or the words for one are others: those for its time, too. */
  onChange(run: () => void): Disposable {
    this.#listeners.add(run);
    return { dispose: () => this.#listeners.delete(run) };
  }

  dispose(): void {
    this.#disposables.dispose();
    this.#looking?.dispose();
    this.#listeners.clear();
  }

  #look(): void {
    const all = this.all;
    if (all.length > 0) this.#looking ??= this.#dependencies.clock.every(LOOK, () => this.#look());
    else {
      this.#looking?.dispose();
      this.#looking = undefined;
    }
    const known = JSON.stringify(all);
    if (known === this.#known) return;
    this.#known = known;
    for (const run of this.#listeners) run();
  }
}
