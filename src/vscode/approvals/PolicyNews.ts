import type { Disposable } from '../../core/bus/Disposable.ts';
import type { PolicyManager, PolicyState } from '../../core/hitl/PolicyManager.ts';
import type { Log } from '../../core/ports/Log.ts';

/** The policy as it is, for surfaces that show it. */
export class PolicyNews {
  readonly #policy: Pick<PolicyManager, 'state' | 'onChange'>;
  readonly #log: Log;

  constructor(dependencies: { policy: Pick<PolicyManager, 'state' | 'onChange'>; log: Log }) {
    this.#policy = dependencies.policy;
    this.#log = dependencies.log;
  }

  /** Runs with how it is, now and whenever that may be otherwise. Where the journal does not answer, nothing is judged and nothing is shown. */
  watch(run: (state: PolicyState) => void): Disposable {
    const show = (): void => {
      let state: PolicyState;
      try {
        ({ state } = this.#policy);
      } catch (error) {
        this.#log.error('The policy of approvals could not be read', error);
        return;
      }
      run(state);
    };
    show();
    return this.#policy.onChange(show);
  }
}
