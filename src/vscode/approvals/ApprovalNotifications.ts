import type { EventBus } from '../../core/bus/EventBus.ts';
import type { Disposable } from '../../core/bus/Disposable.ts';
import type { Messages } from '../Messages.ts';
import type { PendingApprovals } from './PendingApprovals.ts';
import type { Rejections } from './Rejections.ts';
import { sentence } from './waiting.ts';

const REVIEW = 'Review';
const REJECT = 'Reject';

export interface ApprovalNotificationsDependencies {
  bus: EventBus;
  pending: Pick<PendingApprovals, 'find'>;
  rejections: Pick<Rejections, 'reject' | 'tooLate'>;
  messages: Messages;
  /** Whether the person has the session's chat before them, and so the question. */
  chatIsVisible: (sessionId: string) => boolean;
  /** Brings the question's dialog to the front. */
  review: (approvalId: string) => void;
}

/**
 * A notification for each question that comes while its chat is not before the person. It cannot show the whole, so
 * nothing is approved there; VS Code lets nobody take one back, so one that comes too late says so.
 */
export class ApprovalNotifications implements Disposable {
  readonly #dependencies: ApprovalNotificationsDependencies;
  readonly #subscription: Disposable;
  #disposed = false;

  constructor(dependencies: ApprovalNotificationsDependencies) {
    this.#dependencies = dependencies;
    this.#subscription = dependencies.bus.on(
      'hitl.approval.requested',
      ({ sessionId = '', data }) => {
        // in a moment: what the person approved by an edit is decided as soon as it is asked
        queueMicrotask(() => {
          if (!dependencies.chatIsVisible(sessionId)) void this.#tell(data.approvalId);
        });
      },
      { priority: 2 },
    );
  }

  dispose(): void {
    this.#disposed = true;
    this.#subscription.dispose();
  }

  async #tell(approvalId: string): Promise<void> {
    const { pending, rejections, messages, review } = this.#dependencies;
    const one = pending.find(approvalId);
    if (one === undefined) return;
    const pressed = await messages.showInformationMessage(`${sentence(one)}.`, REVIEW, REJECT);
    if (pressed === undefined || this.#disposed) return;
    if (pending.find(approvalId) === undefined) rejections.tooLate();
    else if (pressed === REVIEW) review(approvalId);
    else if (pressed === REJECT) await rejections.reject(one, { feedback: '', actor: 'notification' });
  }
}
