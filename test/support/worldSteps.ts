import type { PolicyRule, Preset, RuleScope } from '../../src/protocol/policy.ts';
import type { AnswerKind } from './heldAnswers.ts';
import type { Trap } from './WorldHost.ts';

/** Steps on a session. `switch`: the person chooses another agent. `withdraw`: they take their last queued message back. `lose`: its host hung for so long that others hold it for dead. */
export type OnSession = 'open' | 'close' | 'stop' | 'resume' | 'switch' | 'withdraw' | 'delete' | 'restore' | 'erase' | 'lose';

/** One step. What makes no sense when it comes does nothing. `host`, `session` and the like count round. */
export type Step =
  | { do: 'create' | 'start' | 'crash' | 'quit'; host: number }
  | { do: OnSession; host: number; session: number }
  | { do: 'send'; host: number; session: number; again: boolean }
  /** Answers the question that waits in a session: by a choice, or in words where it takes them. */
  | { do: 'reply'; host: number; session: number; words: boolean }
  | { do: 'stream'; request: number }
  | { do: 'answer'; request: number; kind: AnswerKind; file: number }
  | { do: 'show'; host: number; question: number }
  /** On one of the surfaces; one that is late decides on a question that was asked before. */
  | { do: 'decide'; host: number; question: number; decision: 'approve' | 'reject'; hash: 'right' | 'wrong'; surface?: number }
  /** Approves a question with other arguments; `shown`: by the hash of what that would be, or of something else. */
  | { do: 'edit call'; host: number; question: number; shown: boolean }
  /** The person chooses a preset. */
  | { do: 'preset'; host: number; preset: Preset }
  /** The person makes a rule about writes of a file, or takes the last one back. */
  | { do: 'rule'; host: number; session: number; file: number; effect: PolicyRule['effect']; scope: RuleScope; remove: boolean }
  /** The workspace is trusted, or not any more. */
  | { do: 'trust'; trusted: boolean }
  | ({ do: 'trap'; host: number } & Trap)
  | { do: 'pass'; host: number; milliseconds: number }
  | { do: 'edit'; file: number };

export function fileName(index: number): string {
  return `file-${index}.md`;
}
