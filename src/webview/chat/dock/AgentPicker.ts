import { html, nothing } from 'lit-html';
import type { TemplateResult } from 'lit-html';
import { classMap } from 'lit-html/directives/class-map.js';
import { ref } from 'lit-html/directives/ref.js';
import type { AgentChoice, ChatState } from '../../../protocol/webview.ts';
import { agentIcon, agentName } from '../../ui/agent.ts';
import { icon } from '../../ui/icon.ts';
import { spokenText, visibleText } from '../../ui/visibleText.ts';
import { listboxKey } from './listboxKey.ts';
import { TypeAhead } from './TypeAhead.ts';

export interface AgentPickerDependencies {
  choose: (agent: string) => void;
  changed: () => void;
  focusInput: () => void;
}

const AUTO = 'orchestrator';
const idOf = (index: number): string => `agent-${index}`;

/** The orchestrator is the agent that chooses another one: as a choice, and while it has the session, it is called Auto. */
const titleOf = ({ name, title }: Pick<AgentChoice, 'name' | 'title'>): string => (name === AUTO ? 'Auto' : title);
const iconOf = (name: string): string => (name === AUTO ? 'agent' : agentIcon(name));

/** Who has the session, as a button that opens the list of agents. The focus stays on the button. */
export class AgentPicker {
  readonly #deps: AgentPickerDependencies;
  readonly #typeAhead = new TypeAhead();
  #button: Element | undefined;
  #agents: readonly AgentChoice[] = [];
  #agent = '';
  #here = false;
  #open = false;
  #active = 0;

  constructor(deps: AgentPickerDependencies) {
    this.#deps = deps;
  }

  template({ agents, agent, owner }: ChatState): TemplateResult | typeof nothing {
    this.#agents = agents;
    this.#agent = agent;
    this.#here = owner === 'here';
    if (!this.#here) this.#open = false;
    this.#active = Math.min(this.#active, agents.length - 1);
    // one agent is no choice
    if (agents.length < 2) return nothing;
    const known = agents.find(({ name }) => name === agent);
    const title = known === undefined ? agentName(agent) : titleOf(known);
    return html`<button
        ${ref((element) => (this.#button = element))}
        type="button"
        class=${classMap({ pick: true, agent: true, open: this.#open })}
        role="combobox"
        aria-label="Agent"
        aria-haspopup="listbox"
        aria-controls="agents"
        aria-expanded=${this.#open ? 'true' : 'false'}
        aria-activedescendant=${this.#open ? idOf(this.#active) : nothing}
        aria-disabled=${this.#here ? 'false' : 'true'}
        title=${this.#open ? nothing : `Agent: ${spokenText(title)}`}
        @click=${() => this.#toggle()}
        @keydown=${(event: KeyboardEvent) => this.#onKey(event)}
        @blur=${() => this.#close()}
      >
        ${icon(iconOf(agent), { small: true })}<span class="ell">${visibleText(title)}</span>${icon('chevron-down', { small: true })}
      </button>
      ${this.#open ? this.#list() : nothing}`;
  }

  #list(): TemplateResult {
    // what is pressed keeps the focus where it is
    return html`<div class="pop" role="listbox" id="agents" aria-label="Agent" @mousedown=${(event: Event) => event.preventDefault()}>
      ${this.#agents.map((choice, index) => this.#option(choice, index))}
    </div>`;
  }

  #option(choice: AgentChoice, index: number): TemplateResult {
    const chosen = choice.name === this.#agent;
    const purpose = choice.name === AUTO ? 'the Orchestrator picks' : choice.purpose;
    return html`<div
      role="option"
      id=${idOf(index)}
      class="opt-row ${index === this.#active ? 'sel' : ''}"
      aria-selected=${chosen ? 'true' : 'false'}
      title=${spokenText(purpose)}
      @click=${() => this.#take(index)}
    >
      ${icon(iconOf(choice.name))}<span>${visibleText(titleOf(choice))}</span><span class="purpose ell grow">${visibleText(purpose)}</span>
      ${chosen ? icon('check', { small: true }) : nothing}
    </div>`;
  }

  #toggle(): void {
    if (this.#open) this.#close();
    else this.#show();
  }

  #show(): void {
    if (!this.#here) return;
    this.#open = true;
    this.#active = Math.max(
      this.#agents.findIndex(({ name }) => name === this.#agent),
      0,
    );
    this.#deps.changed();
  }

  #close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#deps.changed();
  }

  #onKey(event: KeyboardEvent): void {
    if (!this.#open) {
      if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
      event.preventDefault();
      this.#show();
      return;
    }
    const step = listboxKey(event.key, { active: this.#active, count: this.#agents.length });
    if (step === undefined) {
      this.#jump(event);
      return;
    }
    if (step !== 'takeAndLeave') event.preventDefault();
    if (step === 'close') this.#close();
    else if (step === 'take' || step === 'takeAndLeave') this.#take(this.#active, step === 'take');
    else this.#move(step.active);
  }

  /** To the agent whose name begins with what is typed. */
  #jump(event: KeyboardEvent): void {
    if (event.key.length !== 1 || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    event.preventDefault();
    const found = this.#typeAhead.find({ key: event.key, at: event.timeStamp }, this.#agents.map(titleOf), this.#active);
    if (found !== undefined) this.#move(found);
  }

  #move(active: number): void {
    this.#active = active;
    this.#deps.changed();
    this.#button?.parentElement?.querySelector(`#${idOf(active)}`)?.scrollIntoView({ block: 'nearest' });
  }

  #take(index: number, toInput = true): void {
    const choice = this.#agents[index];
    this.#close();
    if (choice !== undefined && choice.name !== this.#agent) this.#deps.choose(choice.name);
    if (toInput) this.#deps.focusInput();
  }
}
