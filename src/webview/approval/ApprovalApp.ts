import { render } from 'lit-html';
import type { ApprovalDraft, ApprovalFromWebview, ApprovalPanel, ApprovalToWebview, ApprovalView } from '../../protocol/approvalWebview.ts';
import { Announcer } from '../ui/Announcer.ts';
import { spokenConnectionLost } from '../ui/connectionLost.ts';
import { Heartbeat } from '../ui/Heartbeat.ts';
import { InputGuard } from '../ui/InputGuard.ts';
import { spokenLineCounts } from '../ui/lineCounts.ts';
import { spokenPath } from '../ui/visibleText.ts';
import { AllowForm } from './AllowForm.ts';
import { approvalTemplate } from './approvalTemplate.ts';
import { SIDES_FROM } from './contentBox.ts';
import { Deadline } from './Deadline.ts';
import { EditForm } from './EditForm.ts';
import { messageFor } from './messageFor.ts';
import type { Action, ApprovalPage } from './page.ts';

const isMac = navigator.platform.startsWith('Mac');
/** What Ctrl+Enter does in each panel: what its first button does. */
const primary: Readonly<Record<ApprovalPanel, Action>> = { decide: 'approve', reject: 'reject', edit: 'edit', allow: 'allow' };
/** Where the focus goes when a panel opens, and when the person goes back from it. */
const entries: Readonly<Record<ApprovalPanel, string>> = { decide: 'h1', reject: '#feedback', edit: '.form :is(input, textarea)', allow: '.panel select' };
const exits: Readonly<Record<ApprovalPanel, string>> = { decide: 'h1', reject: 'button.reject', edit: 'button.edit', allow: 'button.allow' };
const justChanged = 'What is shown has just changed. Look at it, and decide then.';

/** The approval dialog. It decides only by its buttons, by the key that it names and by commands, and never by accident. */
export class ApprovalApp {
  readonly #root: HTMLElement;
  readonly #post: (message: ApprovalFromWebview) => void;
  readonly #announcer: Announcer;
  readonly #guard = new InputGuard(() => this.#draw());
  readonly #heartbeat: Heartbeat;
  readonly #deadline = new Deadline(() => performance.now());
  readonly #wide = matchMedia(`(min-width: ${SIDES_FROM}px)`);
  #approval: ApprovalView | undefined;
  #form = new EditForm([], undefined);
  #allow: AllowForm | undefined;
  #matches: ApprovalPage['matches'];
  #panel: ApprovalPanel = 'decide';
  #argumentsOpen = false;
  #sides = false;
  #feedback = '';
  #sent: Action | undefined;
  #note: string | undefined;
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
    this.#wide.addEventListener('change', () => this.#relayout());
    setInterval(() => this.#tick(), 1_000);
  }

  receive(message: ApprovalToWebview): void {
    this.#heartbeat.heard();
    switch (message.type) {
      case 'pong':
        if (message.leftMs !== undefined) this.#deadline.set(message.leftMs);
        break;
      case 'show':
        this.#show(message.approval, message.draft, message.panel);
        break;
      case 'openPanel':
        this.#openPanel(message.panel);
        break;
      case 'decide':
        this.#command(message.decision);
        break;
      case 'uncovered':
        this.#changed();
        break;
      case 'checked':
        this.#checked(message);
        break;
      case 'matched':
        this.#matched(message);
        break;
      case 'ruleAdded':
        this.#ruleAdded();
        break;
      case 'refused':
        this.#sent = undefined;
        this.#refuse(message.reason);
        break;
      case 'closed':
        this.#close(message.reason);
        break;
    }
  }

  #show({ leftMs, ...approval }: ApprovalView, draft: ApprovalDraft, panel: ApprovalPanel | undefined): void {
    const changed = JSON.stringify(approval) !== JSON.stringify({ ...this.#approval, leftMs: undefined });
    if (approval.approvalId !== this.#approval?.approvalId) this.#begin(approval, draft, panel);
    if (changed || this.#sent !== undefined) this.#guard.restart();
    this.#approval = { ...approval, ...(leftMs === undefined ? {} : { leftMs }) };
    this.#deadline.set(leftMs);
    this.#sent = undefined;
    this.#note = undefined;
    this.#closed = undefined;
    this.#draw();
    if (!changed) return;
    this.#tellWhenDrawn(approval.approvalId);
    const verb = approval.diff === undefined ? 'read' : approval.created ? 'create' : 'edit';
    // beside a chat that is seen the card says so; who comes here hears the title
    if (!document.hasFocus()) return;
    this.#announcer.interrupt(`Approval needed: ${verb} ${spokenPath(approval.path)}${approval.diff === undefined ? '' : `, ${spokenLineCounts(approval.diff)}`}`);
    this.#focusIfNothingIs();
  }

  #begin(approval: ApprovalView, draft: ApprovalDraft, panel: ApprovalPanel | undefined): void {
    this.#feedback = draft.feedback;
    this.#form = new EditForm(approval.fields, draft.edit);
    this.#allow = 'not' in approval.allow ? undefined : new AllowForm(approval.tool, approval.allow, new Date());
    this.#matches = undefined;
    const typed = draft.feedback.trim() !== '' ? 'reject' : this.#form.changed ? 'edit' : 'decide';
    this.#panel = this.#canOpen(panel) ? panel : typed;
    if (this.#form.changed) this.#check();
    if (this.#panel === 'allow') this.#match();
  }

  #canOpen(panel: ApprovalPanel | undefined): panel is ApprovalPanel {
    if (panel === 'allow') return this.#allow !== undefined;
    return panel === 'edit' ? this.#form.fields.length > 0 : panel !== undefined;
  }

  /** A frame begins only where the page is seen, and the next one when the first is on the screen. */
  #tellWhenDrawn(approvalId: string): void {
    requestAnimationFrame(() => {
      requestAnimationFrame(() => this.#post({ type: 'shown', approvalId }));
    });
  }

  #tick(): void {
    if (this.#approval === undefined || this.#closed !== undefined || this.#deadline.leftMs === undefined) return;
    const spoken = this.#deadline.passed();
    if (spoken !== undefined && document.hasFocus()) this.#announcer.say(spoken);
    this.#draw();
  }

  /** What is shown is another: nothing counts for a moment. */
  #changed(): void {
    this.#guard.restart();
    this.#draw();
  }

  #connection(lost: boolean): void {
    this.#lost = lost;
    if (lost) this.#announcer.interrupt(spokenConnectionLost);
    else this.#announcer.say('Connected again.');
    // the banner moves what stands below it
    this.#changed();
  }

  #relayout(): void {
    if (this.#sides) this.#changed();
    else this.#draw();
  }

  #close(reason: string): void {
    const repeated = this.#closed === reason;
    const focused = document.activeElement;
    const hadFocus = [...this.#root.querySelectorAll('.actions, .panel')].some((element) => element.contains(focused));
    this.#closed = reason;
    // what was typed stays, to be copied
    if (!(this.#panel === 'edit' && this.#form.changed)) this.#panel = this.#feedback.trim() !== '' ? 'reject' : this.#form.changed ? 'edit' : 'decide';
    this.#draw();
    if (!repeated) this.#announcer.say(reason);
    if (hadFocus && focused?.isConnected !== true) this.#focus('h1');
  }

  #refuse(reason: string): void {
    this.#note = reason;
    this.#announcer.interrupt(reason);
    this.#changed();
  }

  #focus(selector: string): void {
    this.#root.querySelector<HTMLElement>(selector)?.focus();
  }

  #focusIfNothingIs(): void {
    if (document.activeElement === null || document.activeElement === document.body) this.#focus('h1');
  }

  #onKey(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if (event.key === 'Escape' && this.#panel !== 'decide' && this.#idle) {
      event.preventDefault();
      this.#back();
      return;
    }
    const modifier = isMac ? event.metaKey : event.ctrlKey;
    if (event.key !== 'Enter' || !modifier) return;
    event.preventDefault();
    // A key that is still held down from elsewhere decides nothing.
    if (!event.repeat) this.#act(primary[this.#panel]);
  }

  /** A question waits here, and nothing is on its way. */
  get #idle(): boolean {
    return this.#approval !== undefined && this.#closed === undefined && this.#sent === undefined;
  }

  /** Why nothing can be sent as the page stands. */
  #obstacle(action: Action): string | undefined {
    if (this.#lost) return spokenConnectionLost;
    if (!this.#guard.settled) return justChanged;
    return action === 'edit' ? this.#form.obstacle : undefined;
  }

  #act(action: Action): void {
    if (!this.#idle || !this.#guard.open) return;
    const obstacle = this.#obstacle(action);
    if (obstacle === undefined) this.#send(action, false);
    else this.#announcer.say(obstacle);
  }

  /** A command counts as the button of its name, as the panel has one. */
  #command(decision: 'approve' | 'reject'): void {
    if (!this.#idle) return;
    const action = this.#commanded(decision);
    const obstacle = action === undefined ? 'Go back first: this panel has no such button.' : this.#obstacle(action);
    if (action === undefined || obstacle !== undefined) this.#refuse(`Nothing was decided. ${obstacle ?? ''}`);
    else this.#send(action, true);
  }

  #commanded(decision: 'approve' | 'reject'): Action | undefined {
    if (decision === 'approve') return this.#panel === 'edit' ? 'edit' : this.#panel === 'decide' ? 'approve' : undefined;
    // feedback that does not stand before the person is not sent by a command
    return this.#panel === 'reject' || (this.#panel === 'decide' && this.#feedback.trim() === '') ? 'reject' : undefined;
  }

  #send(action: Action, command: boolean): void {
    if (this.#approval === undefined) return;
    const message = messageFor(action, { approval: this.#approval, feedback: this.#feedback, form: this.#form, allow: this.#allow, command });
    if (message === undefined) return;
    this.#sent = action;
    this.#note = undefined;
    this.#post(message);
    this.#draw();
  }

  #openPanel(panel: ApprovalPanel): void {
    if (!this.#idle || !this.#canOpen(panel)) return;
    this.#panel = panel;
    this.#note = undefined;
    // the end of a rule is counted from now
    if (panel === 'allow') this.#allow?.chooseUntil(this.#allow.until, new Date());
    this.#changed();
    if (panel === 'allow') this.#match();
    this.#focus(entries[panel]);
  }

  #back(): void {
    const from = this.#panel;
    this.#panel = 'decide';
    this.#note = undefined;
    this.#changed();
    this.#focus(exits[from]);
  }

  #edit(name: string, value: string | boolean): void {
    this.#form.set(name, value);
    this.#note = undefined;
    this.#post({ type: 'edit', revision: this.#form.revision, values: this.#form.values });
    this.#draw();
  }

  /** Has the form checked as it stands. */
  #check(): void {
    this.#form.touch();
    this.#post({ type: 'edit', revision: this.#form.revision, values: this.#form.values });
  }

  #reset(): void {
    this.#form.reset();
    this.#post({ type: 'edit', revision: this.#form.revision, values: null });
    this.#changed();
    this.#focus(entries.edit);
  }

  #checked({ revision, check }: Extract<ApprovalToWebview, { type: 'checked' }>): void {
    if (!this.#form.checked(revision, check)) return;
    if (this.#sent === 'edit') {
      this.#sent = undefined;
      this.#refuse(check.ok ? 'The file changed meanwhile, so nothing was approved. This is how it is now.' : 'It cannot run as it stands any more, so nothing was approved.');
    } else this.#changed();
  }

  #match(): void {
    if (this.#allow === undefined) return;
    this.#matches = undefined;
    this.#post({ type: 'match', rule: this.#allow.rule });
  }

  #matched(message: Extract<ApprovalToWebview, { type: 'matched' }>): void {
    // of a rule that stood there before
    if (JSON.stringify(message.rule) !== JSON.stringify(this.#allow?.rule)) return;
    this.#matches = message;
    this.#draw();
  }

  #ruleAdded(): void {
    this.#sent = undefined;
    this.#panel = 'decide';
    this.#changed();
    this.#announcer.say('The rule is added. This question still waits.');
    this.#focus('h1');
  }

  #rule(change: (form: AllowForm) => void): void {
    if (this.#allow === undefined) return;
    change(this.#allow);
    this.#match();
    this.#changed();
  }

  readonly #on: ApprovalPage['on'] = {
    feedback: (text) => {
      this.#feedback = text;
      this.#post({ type: 'feedback', feedback: text });
    },
    act: (action) => this.#act(action),
    openPanel: (panel) => {
      if (this.#guard.open) this.#openPanel(panel);
    },
    back: () => {
      if (this.#idle && this.#guard.open) this.#back();
    },
    arguments: () => {
      this.#argumentsOpen = !this.#argumentsOpen;
      this.#draw();
    },
    sides: (wanted) => {
      this.#sides = wanted;
      this.#changed();
    },
    openDiff: () => this.#post({ type: 'openDiff', edited: this.#panel === 'edit' && this.#form.changed }),
    edit: (name, value) => this.#edit(name, value),
    reset: () => {
      if (this.#idle && this.#guard.open) this.#reset();
    },
    rule: (change) => this.#rule(change),
  };

  #draw(): void {
    if (this.#approval === undefined) return;
    render(
      approvalTemplate({
        approval: this.#approval,
        panel: this.#panel,
        leftMs: this.#deadline.leftMs,
        argumentsOpen: this.#argumentsOpen,
        sides: { wanted: this.#sides, room: this.#wide.matches },
        sent: this.#sent,
        settled: this.#guard.settled,
        closed: this.#closed,
        lost: this.#lost,
        note: this.#note,
        isMac,
        now: new Date(),
        feedback: this.#feedback,
        form: this.#form,
        allow: this.#allow,
        matches: this.#matches,
        on: this.#on,
      }),
      this.#root,
    );
  }
}
