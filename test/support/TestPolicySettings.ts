import type { Disposable } from '../../src/core/bus/Disposable.ts';
import type { PolicySettings } from '../../src/core/ports/PolicySettings.ts';

/** The person's settings of approvals, in memory. */
export class TestPolicySettings implements PolicySettings {
  #enabled: unknown;
  #rules: unknown;
  readonly #listeners = new Set<() => void>();
  /** Writing them fails with this. */
  failure: Error | undefined;

  read(): { enabled: unknown; rules: unknown } {
    return { enabled: this.#enabled, rules: this.#rules };
  }

  onChange(run: () => void): Disposable {
    this.#listeners.add(run);
    return { dispose: () => this.#listeners.delete(run) };
  }

  writeRules(rules: readonly unknown[]): Promise<void> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    this.set({ rules });
    return Promise.resolve();
  }

  /** The person edits their settings. */
  set(settings: { enabled?: unknown; rules?: unknown }): void {
    if ('enabled' in settings) this.#enabled = settings.enabled;
    if ('rules' in settings) this.#rules = settings.rules;
    for (const run of this.#listeners) run();
  }
}
