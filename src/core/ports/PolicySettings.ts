import type { Disposable } from '../bus/Disposable.ts';

/** The person's own settings of approvals, which no file of a workspace reaches. */
export interface PolicySettings {
  /** `agentRuntime.approvals.enabled` and `agentRuntime.approvals.rules`, as they are written: unchecked. */
  read(): { enabled: unknown; rules: unknown };
  /** Runs when they may be others. */
  onChange(run: () => void): Disposable;
  /** Writes the rules anew. Rejects where they could not be written. */
  writeRules(rules: readonly unknown[]): Promise<void>;
}
