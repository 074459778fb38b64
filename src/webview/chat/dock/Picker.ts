import { html, nothing } from 'lit-html';
import type { TemplateResult } from 'lit-html';
import { classMap } from 'lit-html/directives/class-map.js';
import { ref } from 'lit-html/directives/ref.js';
import { icon, type IconTone } from '../../ui/icon.ts';
import { spokenText, visibleText } from '../../ui/visibleText.ts';
import { listboxKey } from './listboxKey.ts';
import { TypeAhead } from './TypeAhead.ts';

/** One of the things that can be chosen. */
export interface Choice {
  name: string;
  title: string;
  purpose: string;
  icon: string;
  /** What taking it does, where it is nothing that can hold. */
  take?: () => void;
}

export interface PickerView {
  choices: readonly Choice[];
  /** The name of the one that holds, where it is one of them. */
  chosen: string | undefined;
  /** Whether another one can be chosen here. */
  enabled: boolean;
  /** What stands on the button. */
  face: { icon?: string; tone?: IconTone; words: string };
  /** Said at the button, where its list is closed. */
  tip: string;
}

export interface PickerDependencies {
  /** Names the list in the page, and how it is drawn. */
  kind: 'agent' | 'preset' | 'model';
  /** For people. */
  label: string;
  choose: (name: string) => void;
  changed: () => void;
  focusInput: () => void;
}

type KeyPress = Pick<KeyboardEvent, 'key' | 'isComposing' | 'ctrlKey' | 'altKey' | 'metaKey' | 'timeStamp' | 'preventDefault'>;

/** A button that says what holds and opens the list of what can be chosen. The focus stays on the button. */
export class Picker {
  readonly #deps: PickerDependencies;
  readonly #typeAhead = new TypeAhead();
  #button: Element | undefined;
  #view: Pick<PickerView, 'choices' | 'chosen' | 'enabled'> = { choices: [], chosen: undefined, enabled: false };
  #open = false;
  #active = 0;

  constructor(deps: PickerDependencies) {
    this.#deps = deps;
  }

  template({ choices, chosen, enabled, face, tip }: PickerView): TemplateResult {
    const { kind, label } = this.#deps;
    this.#view = { choices, chosen, enabled };
    if (!enabled) this.#open = false;
    this.#active = Math.min(this.#active, choices.length - 1);
    return html`<button
        ${ref((element) => (this.#button = element))}
        type="button"
        class=${classMap({ pick: true, [kind]: true, open: this.#open })}
        role="combobox"
        aria-label=${label}
        aria-haspopup="listbox"
        aria-controls=${this.#listId}
        aria-expanded=${this.#open ? 'true' : 'false'}
        aria-activedescendant=${this.#open ? this.#idOf(this.#active) : nothing}
        aria-disabled=${enabled ? 'false' : 'true'}
        title=${this.#open ? nothing : tip}
        @click=${() => this.#toggle()}
        @keydown=${(event: KeyboardEvent) => this.key(event)}
        @blur=${() => this.#close()}
      >
        ${face.icon === undefined ? nothing : icon(face.icon, { small: true, tone: face.tone ?? 'plain' })}<span class="ell">${visibleText(face.words)}</span>${icon('chevron-down', { small: true })}
      </button>
      ${this.#open ? this.#list() : nothing}`;
  }

  /** A key on the button. */
  key(event: KeyPress): void {
    if (!this.#open) {
      if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
      event.preventDefault();
      this.#show();
      return;
    }
    const step = listboxKey(event.key, { active: this.#active, count: this.#view.choices.length });
    if (step === undefined) {
      this.#jump(event);
      return;
    }
    if (step !== 'takeAndLeave') event.preventDefault();
    if (step === 'close') this.#close();
    else if (step === 'take' || step === 'takeAndLeave') this.#take(this.#active, step === 'take');
    else this.#move(step.active);
  }

  get #listId(): string {
    return `${this.#deps.kind}s`;
  }

  #idOf(index: number): string {
    return `${this.#deps.kind}-${index}`;
  }

  #list(): TemplateResult {
    // what is pressed keeps the focus where it is
    return html`<div class="pop ${this.#listId}" role="listbox" id=${this.#listId} aria-label=${this.#deps.label} @mousedown=${(event: Event) => event.preventDefault()}>
      ${this.#view.choices.map((choice, index) => this.#option(choice, index))}
    </div>`;
  }

  #option(choice: Choice, index: number): TemplateResult {
    const chosen = choice.take === undefined && choice.name === this.#view.chosen;
    return html`<div
      role="option"
      id=${this.#idOf(index)}
      class=${classMap({ 'opt-row': true, sel: index === this.#active, step: choice.take !== undefined })}
      aria-selected=${chosen ? 'true' : 'false'}
      title=${choice.purpose === '' ? nothing : `${spokenText(choice.title)} · ${spokenText(choice.purpose)}`}
      @click=${() => this.#take(index)}
    >
      ${icon(choice.icon)}<span>${visibleText(choice.title)}</span><span class="purpose ell grow">${visibleText(choice.purpose)}</span>
      ${chosen ? icon('check', { small: true }) : nothing}
    </div>`;
  }

  #toggle(): void {
    if (this.#open) this.#close();
    else this.#show();
  }

  #show(): void {
    const { choices, chosen, enabled } = this.#view;
    if (!enabled) return;
    this.#open = true;
    this.#active = Math.max(
      choices.findIndex(({ name, take }) => take === undefined && name === chosen),
      0,
    );
    this.#deps.changed();
  }

  #close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#deps.changed();
  }

  /** To the one whose title begins with what is typed. */
  #jump(event: KeyPress): void {
    if (event.key.length !== 1 || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    event.preventDefault();
    const titles = this.#view.choices.map(({ title }) => title);
    const found = this.#typeAhead.find({ key: event.key, at: event.timeStamp }, titles, this.#active);
    if (found !== undefined) this.#move(found);
  }

  #move(active: number): void {
    this.#active = active;
    this.#deps.changed();
    this.#button?.parentElement?.querySelector(`#${this.#idOf(active)}`)?.scrollIntoView({ block: 'nearest' });
  }

  #take(index: number, toInput = true): void {
    const choice = this.#view.choices[index];
    this.#close();
    if (choice?.take !== undefined) {
      // it opens something of its own
      choice.take();
      return;
    }
    if (choice !== undefined && choice.name !== this.#view.chosen) this.#deps.choose(choice.name);
    if (toInput) this.#deps.focusInput();
  }
}
