import { html, nothing } from 'lit-html';
import type { TemplateResult } from 'lit-html';
import type { ChatState, QuestionItem } from '../../../protocol/webview.ts';
import { Composer, type ComposerDependencies } from '../Composer.ts';
import { AgentPicker } from './AgentPicker.ts';
import { PlanStack } from './PlanStack.ts';
import { queueRows, type QueueActions } from './queueRows.ts';
import { ownerRow, pendingRow, problemRow, questionRow } from './stateRows.ts';

/** What is at hand below the transcript. */
export interface DockView {
  state: ChatState;
  /** Opens what waits; absent where nothing that waits is in the transcript. */
  review: (() => void) | undefined;
  /** The question that waits for the person in this window. */
  waiting: QuestionItem | undefined;
  /** Brings it before the person. */
  showQuestion: () => void;
  /** The question that stands before the person, long enough to be answered. */
  asked: QuestionItem | undefined;
}

/** The input, and what is stacked on it. */
export class Dock {
  readonly composer: Composer;
  readonly #deps: ComposerDependencies;
  readonly #picker: AgentPicker;
  readonly #plan: PlanStack;
  readonly #queue: QueueActions;
  readonly #queueList = (element: Element | undefined): void => void (this.#list = element);
  #list: Element | undefined;
  #queued = 0;
  #queueGrew = false;

  constructor(deps: ComposerDependencies) {
    this.#deps = deps;
    this.composer = new Composer(deps);
    this.#plan = new PlanStack(deps.changed);
    this.#picker = new AgentPicker({
      choose: (agent) => deps.reach({ type: 'chooseAgent', agent }),
      changed: deps.changed,
      focusInput: () => this.composer.focus(),
    });
    this.#queue = {
      edit: (messageId) => this.composer.editQueued(messageId),
      remove: (messageId) => {
        deps.reach({ type: 'withdraw', messageId, edit: false });
        this.composer.focus();
      },
    };
  }

  /** To be called when it was drawn: what was queued last is seen. */
  afterRender(): void {
    if (this.#queueGrew && this.#list !== undefined) this.#list.scrollTop = this.#list.scrollHeight;
    this.#queueGrew = false;
  }

  template({ state, review, waiting, showQuestion, asked }: DockView): TemplateResult {
    const here = state.owner === 'here';
    if (state.queue.length > this.#queued) this.#queueGrew = true;
    this.#queued = state.queue.length;
    const input = this.composer.template(state, { asked, picker: this.#picker.template(state) });
    return html`<div class="stacks">
        ${this.#plan.template(state)}${queueRows(state, here ? this.#queue : undefined, this.#queueList)}${state.pending > 0 ? pendingRow(state.pending, review) : nothing}
        ${waiting === undefined ? nothing : questionRow(waiting, showQuestion)}
        ${state.owner === 'here' ? nothing : ownerRow(state.owner, () => this.#deps.reach({ type: 'action', action: 'newSession' }))}
        ${problemRow(this.composer.problem)}
      </div>
      ${input}`;
  }
}
