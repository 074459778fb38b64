import type { RuntimeEvent } from '../../protocol/events.ts';

/**
 * The life of one question: `requested`, `shown`, then decided (`approved`, `rejected`, or `expired` when nobody
 * did in time), `started`, `ended`. `withdrawn`: its call ended without it. One that is asked anew takes its place.
 */
export type ApprovalStage = 'requested' | 'shown' | 'approved' | 'rejected' | 'expired' | 'withdrawn' | 'started' | 'ended';

export interface Approval {
  readonly approvalId: string;
  readonly argumentsHash: string;
  /** How often the person was asked about the call; more than once where VS Code closed, or the file changed. */
  readonly times: number;
  stage: ApprovalStage;
}

/** The latest question of each call, by call id: an earlier one holds no more. */
export type Approvals = Map<string, Approval>;

const undecided: ReadonlySet<ApprovalStage> = new Set<ApprovalStage>(['requested', 'shown']);
const beforeStart: ReadonlySet<ApprovalStage> = new Set<ApprovalStage>(['requested', 'shown', 'approved']);

/** Applies one event to the approvals of its session. An event that an approval's stage does not allow changes nothing. */
export function foldApproval(approvals: Approvals, event: RuntimeEvent): void {
  switch (event.type) {
    case 'hitl.approval.requested': {
      const { approvalId, callId, argumentsHash } = event.data;
      const times = (approvals.get(callId)?.times ?? 0) + 1;
      approvals.set(callId, { approvalId, argumentsHash, times, stage: 'requested' });
      break;
    }
    case 'hitl.approval.shown':
      move(question(approvals, event.data), new Set(['requested']), 'shown');
      break;
    case 'hitl.decision.made':
      move(question(approvals, event.data), undecided, event.data.decision === 'approve' ? 'approved' : 'rejected');
      break;
    case 'hitl.timeout.occurred':
      move(question(approvals, event.data), undecided, 'expired');
      break;
    case 'tool.execution.started': {
      const approval = approvals.get(event.data.callId);
      if (approval?.argumentsHash === event.data.argumentsHash) move(approval, new Set(['approved']), 'started');
      break;
    }
    case 'tool.execution.completed':
    case 'tool.execution.failed': {
      const approval = approvals.get(event.data.callId);
      move(approval, beforeStart, 'withdrawn');
      move(approval, new Set(['started']), 'ended');
      break;
    }
    default:
      break;
  }
}

/** The question of a call that still holds: not decided, or approved and not started. */
export function openApproval(approvals: Approvals, callId: string): Approval | undefined {
  const approval = approvals.get(callId);
  return approval !== undefined && beforeStart.has(approval.stage) ? approval : undefined;
}

/** What an event is about, where that is the latest question of its call. */
function question(approvals: Approvals, { callId, approvalId }: { callId: string; approvalId: string }): Approval | undefined {
  const approval = approvals.get(callId);
  return approval?.approvalId === approvalId ? approval : undefined;
}

function move(approval: Approval | undefined, from: ReadonlySet<ApprovalStage>, to: ApprovalStage): void {
  if (approval !== undefined && from.has(approval.stage)) approval.stage = to;
}
