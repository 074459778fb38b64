import { html, nothing } from 'lit-html';
import type { TemplateResult } from 'lit-html';
import type { PlanStep } from '../../../protocol/messages.ts';
import type { ChatState } from '../../../protocol/webview.ts';
import { icon } from '../../ui/icon.ts';
import { visibleText } from '../../ui/visibleText.ts';
import { HiddenPlan } from './HiddenPlan.ts';
import { planProgress, type PlanProgress } from './planProgress.ts';

const spokenStatus = { completed: 'Done: ', in_progress: 'In progress: ', pending: '' } as const satisfies Record<PlanStep['status'], string>;

function statusIcon(status: PlanStep['status'], running: boolean): TemplateResult {
  if (status === 'completed') return icon('pass', { tone: 'good' });
  if (status === 'pending') return icon('circle-large', { tone: 'muted' });
  // nothing spins where nobody works
  return running ? icon('loading') : icon('circle-small-filled', { tone: 'muted' });
}

/** The plan on the input: folded its current step, unfolded all of them. */
export class PlanStack {
  readonly #changed: () => void;
  readonly #hidden = new HiddenPlan();
  #open = false;
  /** A turn ran when it was last drawn. */
  #followed = false;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  template({ plan, turn }: ChatState): TemplateResult | typeof nothing {
    const progress = planProgress(plan);
    if (this.#hidden.isHidden(plan) || progress === undefined) return nothing;
    // there is nothing more to follow
    if (turn === 'idle' && progress.done === plan.length && this.#followed) this.#open = false;
    this.#followed = turn !== 'idle';
    return html`<section class="stack plan" aria-label="Plan">
      ${this.#head(plan, progress)}${this.#open ? this.#steps(plan, turn === 'running') : nothing}
    </section>`;
  }

  #head(plan: readonly PlanStep[], { done, current, number }: PlanProgress): TemplateResult {
    const toggle = html`<button type="button" class="pick" aria-expanded=${this.#open ? 'true' : 'false'} @click=${() => this.#toggle()}>
      ${icon(this.#open ? 'chevron-down' : 'chevron-right')}<span>Plan</span>
    </button>`;
    const folded = html`<span class="quiet ell grow">${visibleText(current.title)}</span><span class="quiet num"><span class="sr">Step </span>${number} of ${plan.length}</span>`;
    return html`<div class="h">
      ${toggle}${this.#open ? html`<span class="quiet num grow">${done} of ${plan.length} done</span>` : folded}
      <button type="button" class="ib" aria-label="Hide Plan" title="Hide Plan" @click=${() => this.#hide(plan)}>${icon('close')}</button>
    </div>`;
  }

  #steps(plan: readonly PlanStep[], running: boolean): TemplateResult {
    return html`<ol class="todo" tabindex="0" aria-label="Steps">
      ${plan.map(
        ({ title, status }) =>
          html`<li class=${status}>${statusIcon(status, running)}<span class="grow"><span class="sr">${spokenStatus[status]}</span>${visibleText(title)}</span></li>`,
      )}
    </ol>`;
  }

  #toggle(): void {
    this.#open = !this.#open;
    this.#changed();
  }

  #hide(plan: readonly PlanStep[]): void {
    this.#hidden.hide(plan);
    this.#changed();
  }
}
