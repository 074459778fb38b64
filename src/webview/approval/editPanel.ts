import { html, nothing } from 'lit-html';
import type { TemplateResult } from 'lit-html';
import type { ApprovalField } from '../../protocol/approvalWebview.ts';
import { icon } from '../ui/icon.ts';
import { visibleText } from '../ui/visibleText.ts';
import { contentBox } from './contentBox.ts';
import type { ApprovalPage } from './page.ts';

/** "create_dirs" as "Create dirs". */
export function fieldName(name: string): string {
  const words = name.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function control(page: ApprovalPage, { name, kind, required }: ApprovalField, describedBy: string, invalid: boolean): TemplateResult {
  const { form, on, sent, closed } = page;
  const value = form.values[name];
  const id = `field-${name}`;
  const fixed = sent !== undefined || closed !== undefined;
  const typed = (event: Event): void => {
    const { target } = event;
    if (target instanceof HTMLInputElement) on.edit(name, target.type === 'checkbox' ? target.checked : target.value);
    if (target instanceof HTMLTextAreaElement) on.edit(name, target.value);
  };
  const text = typeof value === 'boolean' ? '' : String(value ?? '');
  const state = invalid ? 'true' : nothing;
  if (kind === 'boolean') return html`<input id=${id} type="checkbox" class="check" .checked=${value === true} .disabled=${fixed} aria-describedby=${describedBy} @change=${typed} />`;
  if (kind === 'lines') {
    return html`<textarea id=${id} class="field mono" rows="4" spellcheck="false" .value=${text} .readOnly=${fixed} aria-describedby=${describedBy} aria-invalid=${state} @input=${typed}></textarea>`;
  }
  return html`<input
    id=${id}
    type="text"
    class="field mono"
    spellcheck="false"
    autocomplete="off"
    inputmode=${kind === 'number' ? 'numeric' : 'text'}
    aria-required=${required ? 'true' : 'false'}
    .value=${text}
    .readOnly=${fixed}
    aria-describedby=${describedBy}
    aria-invalid=${state}
    @input=${typed}
  />`;
}

function problemLine(message: string): TemplateResult {
  return html`<span class="wrong">${icon('error', { tone: 'bad', small: true })}<span>${visibleText(message, 'block')}</span></span>`;
}

function row(page: ApprovalPage, field: ApprovalField): TemplateResult {
  const { form } = page;
  const { name, description } = field;
  const problem = form.problems.find((each) => each.field === name);
  const changed = form.changedIn(name) ? ' Changed by you. The model is told what ran.' : '';
  const note = `note-${name}`;
  return html`<div class="row">
    <label for="field-${name}">${visibleText(fieldName(name))}</label>
    <span>
      ${control(page, field, note, problem !== undefined)}
      <span class="hint" id=${note}>${problem === undefined ? nothing : problemLine(problem.message)}<span>${visibleText(description)}${description === '' ? '' : '.'}${changed}</span></span>
    </span>
  </div>`;
}

/** The call's arguments as a form, and what they would do as they stand. */
export function editPanel(page: ApprovalPage): TemplateResult {
  const { form, approval } = page;
  const general = form.problems.filter(({ field }) => !form.fields.some(({ name }) => name === field));
  const spoken = form.problems.map(({ field, message }) => `${field === undefined ? '' : `${fieldName(field)}: `}${message}`).join(' ');
  const content = form.changed ? (form.shown ?? (form.problems.length > 0 ? undefined : approval)) : approval;
  return html`<section class="form" aria-label="Arguments">${form.fields.map((field) => row(page, field))} ${general.map(({ message }) => problemLine(message))}</section>
    <div class="sr" role="alert" aria-live="polite">${spoken}</div>
    <section aria-labelledby="would">
      <h2 id="would">What it would do, checked as you type</h2>
      ${content === undefined ? html`<p class="hint">Nothing, until what is wrong above is corrected.</p>` : contentBox(page, content)}
    </section>`;
}
