import { html } from 'lit-html';
import type { TemplateResult } from 'lit-html';

/** The colour of an icon says a state; words never do. */
export type IconTone = 'plain' | 'muted' | 'good' | 'bad' | 'attention' | 'asks';

/** A codicon beside a word, or inside a control that has a name: hidden from screen readers. */
export function icon(name: string, options: { tone?: IconTone; small?: boolean } = {}): TemplateResult {
  const spin = name === 'loading' ? ' codicon-modifier-spin' : '';
  const size = options.small === true ? ' s' : '';
  return html`<i class="codicon codicon-${name}${spin}${size} tone-${options.tone ?? 'plain'}" aria-hidden="true"></i>`;
}
