import type { EventOf } from '../../protocol/events.ts';
import type { ApprovalView } from '../../protocol/webview.ts';

/** A request for approval as the dialog shows it. */
export function approvalView(
  { data, timestamp, sessionId }: EventOf<'hitl.approval.requested'>,
  words: { titleOf: (sessionId: string) => string; agentTitle: (agent: string) => string },
): ApprovalView {
  const { path, created, diff } = data.preview;
  return {
    approvalId: data.approvalId,
    argumentsHash: data.argumentsHash,
    title: `${created ? 'Create' : 'Edit'} ${path}?`,
    path,
    created,
    agent: words.agentTitle(data.agent),
    sessionTitle: sessionId === undefined ? '' : words.titleOf(sessionId),
    askedAt: timestamp,
    diff,
    why: {
      rule: `${data.rule}. ${data.reason}`,
      checked: 'Inside the workspace, and no link leads out of it',
      boundTo: 'This change and this version of the file. If the file differs when it runs, you are asked again.',
    },
    arguments: Object.entries(data.arguments).map(([name, value]) => ({
      name,
      value: typeof value === 'string' ? value : JSON.stringify(value),
    })),
  };
}
