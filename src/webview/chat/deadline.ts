import type { ToolItem, WaitingApproval } from '../../protocol/webview.ts';
import { spokenPath } from '../ui/visibleText.ts';
import { requestWords } from './items/toolWords.ts';

/** Below this many seconds it is near. */
const SOON = 30;
/** Seconds at which it is said how many are left, once each. */
const marks: readonly number[] = [60, 30];

/** Whole seconds until a question counts as rejected; `undefined` where it waits as long as it takes. */
export function secondsLeft({ askedAt, timeoutMs }: Pick<WaitingApproval, 'askedAt' | 'timeoutMs'>, now: number): number | undefined {
  if (timeoutMs === undefined) return undefined;
  const left = Math.ceil((Date.parse(askedAt) + timeoutMs - now) / 1000);
  // the clock of this page may be another than the host's
  return Math.min(Math.max(left, 0), Math.ceil(timeoutMs / 1000));
}

/** "4:32". */
export function deadlineWords(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

export function isSoon(seconds: number): boolean {
  return seconds < SOON;
}

/** What is to be said of a deadline that came nearer; `undefined` between the marks, and where it was not seen before. */
export function deadlineNews(item: Pick<ToolItem, 'tool' | 'object' | 'created'>, before: number | undefined, seconds: number): string | undefined {
  if (before === undefined) return undefined;
  const passed = marks.findLast((mark) => seconds <= mark && before > mark);
  if (passed === undefined) return undefined;
  return `${seconds} ${seconds === 1 ? 'second' : 'seconds'} left to decide: ${requestWords(item)} ${spokenPath(item.object)}. Then it counts as rejected.`;
}
