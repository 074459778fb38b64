import { argumentsHash as hashOf } from './argumentsHash.ts';
import type { EventData, RuntimeEvent } from '../../protocol/events.ts';

/**
 * The life of one question: `requested`, `shown`, then decided (`approved`, `rejected`, or `expired` when nobody
 * did in time), `started`, `ended`. `edited`: they want it with other arguments, and are asked for that. `withdrawn`: its call ended without it.
 * One that is asked anew takes its place.
 */
export type ApprovalStage = 'requested' | 'shown' | 'approved' | 'edited' | 'rejected' | 'expired' | 'withdrawn' | 'started' | 'ended';

export interface Approval {
  readonly approvalId: string;
  readonly argumentsHash: string;
  /** How often the person was asked about the call; more than once where VS Code closed, or the file changed. */
  readonly times: number;
  /** What the person wants in place of the model's arguments, since they edited them. */
  edited?: Record<string, unknown>;
  stage: ApprovalStage;
}

/** The latest question of each call, by call id: an earlier one holds no more. */
export type Approvals = Map<string, Approval>;

const undecided: ReadonlySet<ApprovalStage> = new Set<ApprovalStage>(['requested', 'shown']);
type OpenStage = 'requested' | 'shown' | 'edited' | 'approved';
const beforeStart: ReadonlySet<ApprovalStage> = new Set<OpenStage>(['requested', 'shown', 'edited', 'approved']);

/** Applies one event to the approvals of its session. An event that an approval's stage does not allow changes nothing. */
export function foldApproval(approvals: Approvals, event: RuntimeEvent): void {
  switch (event.type) {
    case 'hitl.approval.requested': {
      const { approvalId, callId, argumentsHash } = event.data;
      const { times = 0, edited } = approvals.get(callId) ?? {};
      // an edit that could not run is asked for as the model wanted it
      const holds = edited !== undefined && hashOf(edited) === hashOf(event.data.arguments);
      approvals.set(callId, { approvalId, argumentsHash, times: times + 1, stage: 'requested', ...(holds ? { edited } : {}) });
      break;
    }
    case 'hitl.approval.shown':
      move(question(approvals, event.data), new Set(['requested']), 'shown');
      break;
    case 'hitl.decision.made':
      decided(question(approvals, event.data), event.data);
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

function decided(approval: Approval | undefined, { decision, edited }: EventData<'hitl.decision.made'>): void {
  if (approval === undefined || !undecided.has(approval.stage)) return;
  approval.stage = ({ approve: 'approved', edit: 'edited', reject: 'rejected' } as const)[decision];
  if (edited !== undefined) approval.edited = edited.arguments;
}

/** The question of a call that still holds: not decided, or approved and not started. */
export function openApproval(approvals: Approvals, callId: string): (Approval & { stage: OpenStage }) | undefined {
  const approval = approvals.get(callId);
  return approval !== undefined && isOpen(approval) ? approval : undefined;
}

function isOpen(approval: Approval): approval is Approval & { stage: OpenStage } {
  return beforeStart.has(approval.stage);
}

/** What an event is about, where that is the latest question of its call. */
function question(approvals: Approvals, { callId, approvalId }: { callId: string; approvalId: string }): Approval | undefined {
  const approval = approvals.get(callId);
  return approval?.approvalId === approvalId ? approval : undefined;
}

function move(approval: Approval | undefined, from: ReadonlySet<ApprovalStage>, to: ApprovalStage): void {
  if (approval !== undefined && from.has(approval.stage)) approval.stage = to;
}
