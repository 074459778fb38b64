import type { PlanStep } from '../../../protocol/messages.ts';
import { spokenText } from '../../ui/visibleText.ts';

export interface PlanProgress {
  done: number;
  /** The step that an agent works on, or comes to next; the last one where everything is done. */
  current: PlanStep;
  /** From 1. */
  number: number;
}

/** How far a plan got; `undefined` for one without steps. */
export function planProgress(plan: readonly PlanStep[]): PlanProgress | undefined {
  const worked = plan.findIndex(({ status }) => status === 'in_progress');
  const next = worked >= 0 ? worked : plan.findIndex(({ status }) => status === 'pending');
  const index = next >= 0 ? next : plan.length - 1;
  const current = plan[index];
  return current === undefined ? undefined : { done: plan.filter(({ status }) => status === 'completed').length, current, number: index + 1 };
}

/** What is worth saying about a plan's change: each step once, and its end. */
export function planNews(before: readonly PlanStep[], after: readonly PlanStep[]): string | undefined {
  const now = planProgress(after);
  if (now === undefined) return undefined;
  const past = planProgress(before);
  const ended = now.done === after.length;
  const wasEnded = past?.done === before.length;
  if (ended) return wasEnded ? undefined : `Plan done, ${after.length} of ${after.length}`;
  if (!wasEnded && past?.number === now.number && past.current.title === now.current.title) return undefined;
  return `Plan, step ${now.number} of ${after.length}: ${spokenText(now.current.title)}`;
}
