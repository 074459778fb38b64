import { html, nothing } from 'lit-html';
import type { TemplateResult } from 'lit-html';
import type { ChatState, PresetChoice, QuestionItem } from '../../../protocol/webview.ts';
import { Composer, type ComposerDependencies } from '../Composer.ts';
import { agentChoices } from './agentChoices.ts';
import { modelChoices } from './modelChoices.ts';
import { Picker } from './Picker.ts';
import { PlanStack } from './PlanStack.ts';
import { queueRows, type QueueActions } from './queueRows.ts';
import { presetChoices } from './presetChoices.ts';
import { ownerRow, pendingRow, problemRow, questionRow, rulesRow } from './stateRows.ts';

/** What is at hand below the transcript. */
export interface DockView {
  state: ChatState;
  /** Brings the first call that waits before the person; absent where nothing that waits is in the transcript. */
  showPending: (() => void) | undefined;
  /** The question that waits for the person in this window. */
  waiting: QuestionItem | undefined;
  /** Brings it before the person. */
  showQuestion: () => void;
  /** The question that stands before the person, long enough to be answered. */
  asked: QuestionItem | undefined;
}

export interface DockDependencies extends ComposerDependencies {
  /** What a list covered is there again, or is covered. */
  uncovered: () => void;
}

/** The input, and what is stacked on it. */
export class Dock {
  readonly composer: Composer;
  readonly #deps: DockDependencies;
  readonly #agents: Picker;
  readonly #models: Picker;
  readonly #presets: Picker;
  readonly #plan: PlanStack;
  readonly #queue: QueueActions;
  readonly #queueList = (element: Element | undefined): void => void (this.#list = element);
  #list: Element | undefined;
  #choices: readonly PresetChoice[] = [];
  #queued = 0;
  #queueGrew = false;

  constructor(deps: DockDependencies) {
    this.#deps = deps;
    this.composer = new Composer(deps);
    this.#plan = new PlanStack(deps.changed);
    const picking = { changed: deps.uncovered, focusInput: () => this.composer.focus() };
    this.#agents = new Picker({ kind: 'agent', label: 'Agent', choose: (agent) => deps.reach({ type: 'chooseAgent', agent }), ...picking });
    this.#models = new Picker({ kind: 'model', label: 'Model', choose: (name) => deps.reach({ type: 'chooseModel', name }), ...picking });
    this.#presets = new Picker({ kind: 'preset', label: 'Approvals', choose: (name) => this.#choosePreset(name), ...picking });
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

  template({ state, showPending, waiting, showQuestion, asked }: DockView): TemplateResult {
    const here = state.owner === 'here';
    const { invalid, choices } = state.approvals;
    this.#choices = choices;
    if (state.queue.length > this.#queued) this.#queueGrew = true;
    this.#queued = state.queue.length;
    const agents = agentChoices(state);
    const pickers = {
      agents: agents === undefined ? nothing : this.#agents.template(agents),
      models: this.#models.template(modelChoices(state, () => this.#deps.reach({ type: 'action', action: 'setUpModel' }))),
      presets: this.#presets.template(presetChoices(state)),
    };
    const input = this.composer.template(state, { asked, ...pickers });
    return html`<div class="stacks">
        ${this.#plan.template(state)}${queueRows(state, here ? this.#queue : undefined, this.#queueList)}${state.pending > 0 ? pendingRow(state.pending, showPending) : nothing}
        ${waiting === undefined ? nothing : questionRow(waiting, showQuestion)}
        ${state.owner === 'here' ? nothing : ownerRow(state.owner, () => this.#deps.reach({ type: 'action', action: 'newSession' }))}
        ${invalid.length === 0 ? nothing : rulesRow(invalid, () => this.#deps.reach({ type: 'action', action: 'openRules' }))}
        ${problemRow(this.composer.problem)}
      </div>
      ${input}`;
  }

  #choosePreset(name: string): void {
    const choice = this.#choices.find(({ preset }) => preset === name);
    if (choice !== undefined) this.#deps.reach({ type: 'choosePreset', preset: choice.preset });
  }
}
