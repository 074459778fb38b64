import { render } from 'lit-html';
import type { ApprovalFromWebview, ApprovalToWebview, ApprovalView } from '../../protocol/webview.ts';
import { Announcer } from '../ui/Announcer.ts';
import { spokenConnectionLost } from '../ui/connectionLost.ts';
import { Heartbeat } from '../ui/Heartbeat.ts';
import { InputGuard } from '../ui/InputGuard.ts';
import { spokenLineCounts } from '../ui/lineCounts.ts';
import { spokenText } from '../ui/visibleText.ts';
import { approvalTemplate } from './approvalTemplate.ts';

const isMac = navigator.platform.startsWith('Mac');

/** The approval dialog. It decides only by its buttons and by the key that it names, and never by accident. */
export class ApprovalApp {
  readonly #root: HTMLElement;
  readonly #post: (message: ApprovalFromWebview) => void;
  readonly #announcer: Announcer;
  readonly #guard = new InputGuard(() => this.#draw());
  readonly #heartbeat: Heartbeat;
  #approval: ApprovalView | undefined;
  #panel: 'decide' | 'reject' = 'decide';
  #argumentsOpen = false;
  #feedback = '';
  #sent: 'approve' | 'reject' | undefined;
  #closed: string | undefined;
  #lost = false;

  constructor(root: HTMLElement, post: (message: ApprovalFromWebview) => void) {
    this.#root = root;
    this.#post = post;
    this.#announcer = new Announcer(document.body);
    this.#heartbeat = new Heartbeat(
      () => post({ type: 'ping' }),
      (lost) => this.#connection(lost),
    );
    addEventListener('focus', () => this.#focusIfNothingIs());
    document.addEventListener('keydown', (event) => this.#onKey(event));
  }

  receive(message: ApprovalToWebview): void {
    this.#heartbeat.heard();
    switch (message.type) {
      case 'pong':
        break;
      case 'show':
        this.#show(message.approval, message.feedback);
        break;
      case 'uncovered':
        this.#guard.restart();
        this.#draw();
        break;
      case 'closed':
        this.#close(message.reason);
        break;
    }
  }

  #show(approval: ApprovalView, feedback: string): void {
    const changed = JSON.stringify(approval) !== JSON.stringify(this.#approval);
    if (approval.approvalId !== this.#approval?.approvalId) {
      this.#panel = feedback === '' ? 'decide' : 'reject';
      this.#feedback = feedback;
    }
    if (changed || this.#sent !== undefined) this.#guard.restart();
    this.#approval = approval;
    this.#sent = undefined;
    this.#closed = undefined;
    this.#draw();
    if (!changed) return;
    this.#tellWhenDrawn(approval.approvalId);
    const verb = approval.created ? 'create' : 'edit';
    this.#announcer.interrupt(`Approval needed: ${verb} ${spokenText(approval.path)}, ${spokenLineCounts(approval.diff)}`);
    if (document.hasFocus()) this.#focusIfNothingIs();
  }

  /** A frame begins only where the page is seen, and the next one when the first is on the screen. */
  #tellWhenDrawn(approvalId: string): void {
    requestAnimationFrame(() => {
      requestAnimationFrame(() => this.#post({ type: 'shown', approvalId }));
    });
  }

  #connection(lost: boolean): void {
    this.#lost = lost;
    // the banner moves what stands below it
    this.#guard.restart();
    if (lost) this.#announcer.interrupt(spokenConnectionLost);
    else this.#announcer.say('Connected again.');
    this.#draw();
  }

  #close(reason: string): void {
    const repeated = this.#closed === reason;
    const focused = document.activeElement;
    const hadFocus = [...this.#root.querySelectorAll('.actions, .panel')].some((element) => element.contains(focused));
    this.#closed = reason;
    // what was typed stays, to be copied
    this.#panel = this.#feedback.trim() === '' ? 'decide' : 'reject';
    this.#draw();
    if (!repeated) this.#announcer.say(reason);
    if (hadFocus && focused?.isConnected !== true) this.#title()?.focus();
  }

  #title(): HTMLElement | null {
    return this.#root.querySelector<HTMLElement>('h1');
  }

  #focusIfNothingIs(): void {
    if (document.activeElement === null || document.activeElement === document.body) this.#title()?.focus();
  }

  #onKey(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if (event.key === 'Escape' && this.#panel === 'reject' && this.#closed === undefined) {
      event.preventDefault();
      this.#back();
      return;
    }
    const modifier = isMac ? event.metaKey : event.ctrlKey;
    if (event.key !== 'Enter' || !modifier) return;
    event.preventDefault();
    // A key that is still held down from elsewhere decides nothing.
    if (!event.repeat) this.#decide(this.#panel === 'reject' ? 'reject' : 'approve');
  }

  #decide(decision: 'approve' | 'reject'): void {
    const approval = this.#approval;
    if (approval === undefined || this.#closed !== undefined || this.#sent !== undefined || this.#lost || !this.#guard.open) return;
    const { approvalId, argumentsHash } = approval;
    this.#sent = decision;
    if (decision === 'approve') this.#post({ type: 'approve', approvalId, argumentsHash });
    else this.#post({ type: 'reject', approvalId, argumentsHash, feedback: this.#feedback.trim() });
    this.#draw();
  }

  #openReject(): void {
    if (this.#sent !== undefined) return;
    this.#panel = 'reject';
    this.#guard.restart();
    this.#draw();
    this.#root.querySelector('textarea')?.focus();
  }

  #back(): void {
    if (this.#sent !== undefined) return;
    this.#panel = 'decide';
    this.#guard.restart();
    this.#draw();
    this.#root.querySelector<HTMLElement>('button.reject')?.focus();
  }

  #draw(): void {
    if (this.#approval === undefined) return;
    render(
      approvalTemplate({
        approval: this.#approval,
        panel: this.#panel,
        argumentsOpen: this.#argumentsOpen,
        sent: this.#sent,
        settled: this.#guard.settled,
        closed: this.#closed,
        lost: this.#lost,
        isMac,
        now: new Date(),
        feedback: this.#feedback,
        onFeedback: (text) => {
          this.#feedback = text;
          this.#post({ type: 'feedback', feedback: text });
        },
        onDecide: (decision) => this.#decide(decision),
        onOpenReject: () => {
          if (this.#guard.open) this.#openReject();
        },
        onBack: () => {
          if (this.#guard.open) this.#back();
        },
        onArguments: () => {
          this.#argumentsOpen = !this.#argumentsOpen;
          this.#draw();
        },
      }),
      this.#root,
    );
  }
}
