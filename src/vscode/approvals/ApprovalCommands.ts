import type { Messages } from '../Messages.ts';
import type { PendingApprovals } from './PendingApprovals.ts';
import type { Rejections } from './Rejections.ts';
import type { Waiting } from './waiting.ts';

/** Milliseconds that a note stands in the status bar. */
const NOTE = 10_000;

/** The dialogs, as commands reach them. */
export interface OpenDialogs {
  /** Brings a question's dialog to the front. */
  review(approvalId: string): void;
  /** Presses the button of the dialog that the person is in. False where they are in none. */
  decideActive(decision: 'approve' | 'reject'): boolean;
}

/** What commands ask for; `undefined` where the person leaves it. */
export interface Prompts {
  /** Which of those that wait. */
  choose(title: string, waiting: readonly Waiting[]): Promise<Waiting | undefined>;
  /** What the agent should do instead. */
  feedback(waiting: Waiting): Promise<string | undefined>;
}

export interface ApprovalCommandsDependencies {
  pending: Pick<PendingApprovals, 'all' | 'find'>;
  dialogs: OpenDialogs;
  rejections: Pick<Rejections, 'reject' | 'tooLate'>;
  prompts: Prompts;
  messages: Pick<Messages, 'showInformationMessage'> & {
    /** In the status bar: a notification would cover what is to be read. */
    setStatusBarMessage(text: string, hideAfterTimeout: number): unknown;
  };
}

/** The palette's commands, and what the view and the status bar call. Nothing is approved that the person has not before them whole. */
export class ApprovalCommands {
  readonly #dependencies: ApprovalCommandsDependencies;

  constructor(dependencies: ApprovalCommandsDependencies) {
    this.#dependencies = dependencies;
  }

  /** Presses Approve in the dialog that the person is in; anywhere else it opens one, to be read first. */
  async approve(): Promise<void> {
    const { dialogs, messages } = this.#dependencies;
    if (dialogs.decideActive('approve')) return;
    const one = await this.#choose('Approve');
    if (one === undefined || !this.#review(one.approvalId)) return;
    messages.setStatusBarMessage('$(shield) Not approved yet: read it first, then approve it in its tab', NOTE);
  }

  /** `item`: what VS Code passes from the view; none from the palette. */
  async reject(item?: unknown): Promise<void> {
    const { dialogs, pending, rejections, prompts } = this.#dependencies;
    if (item === undefined && dialogs.decideActive('reject')) return;
    const one = await this.#meant('Reject', item);
    const feedback = one === undefined ? undefined : await prompts.feedback(one);
    if (one === undefined || feedback === undefined) return;
    if (pending.find(one.approvalId) === undefined) rejections.tooLate();
    else await rejections.reject(one, { feedback: feedback.trim(), actor: item === undefined ? 'command' : 'view' });
  }

  /** `item`: what VS Code passes from the view; none from the palette and the status bar. */
  async review(item?: unknown): Promise<void> {
    const one = await this.#meant('Review', item);
    if (one !== undefined) this.#review(one.approvalId);
  }

  async #meant(title: string, item: unknown): Promise<Waiting | undefined> {
    const { pending, rejections } = this.#dependencies;
    const approvalId = approvalIdOf(item);
    if (approvalId === undefined) return this.#choose(title);
    const one = pending.find(approvalId);
    if (one === undefined) rejections.tooLate();
    return one;
  }

  /** The one that waits, or which of several the person chooses. */
  async #choose(title: string): Promise<Waiting | undefined> {
    const { pending, prompts, messages } = this.#dependencies;
    const { all } = pending;
    if (all.length === 0) void messages.showInformationMessage('Nothing waits for you.');
    return all.length > 1 ? prompts.choose(title, all) : all[0];
  }

  /** False, and said, where it waits no more. */
  #review(approvalId: string): boolean {
    const { pending, dialogs, rejections } = this.#dependencies;
    const waits = pending.find(approvalId) !== undefined;
    if (waits) dialogs.review(approvalId);
    else rejections.tooLate();
    return waits;
  }
}

/** Of an item of the view. */
function approvalIdOf(item: unknown): string | undefined {
  const id: unknown = typeof item === 'object' && item !== null && 'approvalId' in item ? item.approvalId : undefined;
  return typeof id === 'string' ? id : undefined;
}
