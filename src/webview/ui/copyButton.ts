import { html } from 'lit-html';
import type { TemplateResult } from 'lit-html';

const shownMs = 1500;

function show(button: HTMLElement, name: 'copy' | 'check'): void {
  const glyph = button.querySelector('.codicon');
  glyph?.classList.toggle('codicon-copy', name === 'copy');
  glyph?.classList.toggle('codicon-check', name === 'check');
}

async function copy(button: HTMLElement, text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // The clipboard refuses a page that has lost the focus: the icon stays, and says so.
    return;
  }
  show(button, 'check');
  setTimeout(() => {
    show(button, 'copy');
  }, shownMs);
}

/** An icon button that copies what `text` gives when it is pressed. */
export function copyButton(label: string, text: () => string): TemplateResult {
  const press = (event: Event): void => {
    if (event.currentTarget instanceof HTMLElement) void copy(event.currentTarget, text());
  };
  return html`<button type="button" class="ib copy" aria-label=${label} title=${label} @click=${press}>
    <i class="codicon codicon-copy" aria-hidden="true"></i>
  </button>`;
}
