import type { ApprovalView } from '../../protocol/approvalWebview.ts';

/** A call's arguments for people. */
export function argumentTexts(given: Readonly<Record<string, unknown>>): ApprovalView['arguments'] {
  return Object.entries(given).map(([name, value]) => ({ name, value: typeof value === 'string' ? value : JSON.stringify(value) }));
}
