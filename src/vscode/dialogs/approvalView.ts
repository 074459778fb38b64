import type { EventOf } from '../../protocol/events.ts';
import type { ApprovalView } from '../../protocol/webview.ts';

export interface ApprovalWords {
  titleOf: (sessionId: string) => string;
  agentTitle: (agent: string) => string;
  /** Whether the person was asked about the call before: the reason says why they are asked once more. */
  askedBefore: (requested: EventOf<'hitl.approval.requested'>) => boolean;
}

/** A request for approval as the dialog shows it. */
export function approvalView(requested: EventOf<'hitl.approval.requested'>, words: ApprovalWords): ApprovalView {
  const { data, timestamp, sessionId } = requested;
  const { path, created, diff } = data.preview;
  const again = words.askedBefore(requested);
  return {
    approvalId: data.approvalId,
    argumentsHash: data.argumentsHash,
    title: `${created ? 'Create' : 'Edit'} ${path}?`,
    path,
    created,
    agent: words.agentTitle(data.agent),
    sessionTitle: sessionId === undefined ? '' : words.titleOf(sessionId),
    askedAt: timestamp,
    ...(data.timeoutMs === undefined ? {} : { timeoutMs: data.timeoutMs }),
    ...(again ? { again: data.reason } : {}),
    diff,
    why: {
      rule: again ? data.rule : `${data.rule}. ${data.reason}`,
      checked: 'Inside the workspace, and no link leads out of it',
      boundTo: 'This change and this version of the file. If the file differs when it runs, you are asked again.',
    },
    arguments: Object.entries(data.arguments).map(([name, value]) => ({
      name,
      value: typeof value === 'string' ? value : JSON.stringify(value),
    })),
  };
}
