import { html, nothing } from 'lit-html';
import type { TemplateResult } from 'lit-html';
import { ref } from 'lit-html/directives/ref.js';
import type { ChatState } from '../../protocol/webview.ts';
import { icon } from '../ui/icon.ts';

export interface ComposerView {
  state: ChatState;
  /** Opens what waits; absent where nothing that waits is in the transcript. */
  review: (() => void) | undefined;
  sending: boolean;
  /** Nobody hears this page. */
  lost: boolean;
  hint: string | undefined;
  textarea: (element: Element | undefined) => void;
  onInput: () => void;
  onKey: (event: KeyboardEvent) => void;
  onBlur: () => void;
  onSend: () => void;
  onStop: (event: MouseEvent) => void;
  onSettings: () => void;
  onNewSession: () => void;
}

const placeholders = {
  idle: 'Ask, or say what to build',
  running: 'Write on; Esc stops the turn',
  waiting: 'Your text stays here; only the buttons decide',
} as const;

/** Whose session it is, as it is said where it is not, or no more, this window's. */
export const ownerWords = {
  here: 'This session is yours now.',
  elsewhere: 'This session is open in another window. You see it as it was when you opened it; it becomes yours when that window closes it.',
  nobody: 'This session was deleted in another window. What you typed stays here.',
} as const satisfies Record<ChatState['owner'], string>;

const permissions = {
  open: 'Ask for writes and commands',
  none: 'Read only',
  untrusted: 'Read only, not trusted',
} as const;

function pendingRow(pending: number, review: (() => void) | undefined): TemplateResult {
  return html`<div class="stack pending">
    <div class="h">
      ${icon('shield', { tone: 'asks' })}<span class="grow">${pending} waiting for you</span>
      ${review === undefined ? nothing : html`<button type="button" class="btn sm link" @click=${review}>Review</button>`}
    </div>
  </div>`;
}

function ownerRow(owner: 'elsewhere' | 'nobody', onNewSession: () => void): TemplateResult {
  return html`<div class="stack elsewhere">
    <div class="h wrap">
      ${icon(owner === 'elsewhere' ? 'multiple-windows' : 'trash', { tone: 'asks' })}<span class="grow">${ownerWords[owner]}</span>
      <button type="button" class="btn sm" @click=${onNewSession}>New session</button>
    </div>
  </div>`;
}

function sendButton(view: ComposerView): TemplateResult {
  return html`<button
    type="button"
    class="send"
    aria-label="Send (Enter)"
    title="Send (Enter)"
    aria-disabled=${view.sending || view.lost || view.state.owner !== 'here' ? 'true' : 'false'}
    @click=${view.onSend}
  >
    ${icon('arrow-up')}
  </button>`;
}

function stopButton(view: ComposerView): TemplateResult {
  return html`<button type="button" class="send stop" aria-label="Stop (Esc)" title="Stop (Esc)" @click=${view.onStop}>${icon('debug-stop')}</button>`;
}

function underText({ sending, hint }: ComposerView): TemplateResult | typeof nothing {
  if (sending) return html`<span class="late">Sending…</span>`;
  return hint === undefined ? nothing : html`<span>${hint}</span>`;
}

/** The input and what is stacked on it. The text area keeps its own text. */
export function composerTemplate(view: ComposerView): TemplateResult {
  const { state } = view;
  const model = state.model.offline ? 'Offline' : state.model.name;
  return html`${state.pending > 0 ? pendingRow(state.pending, view.review) : nothing}
    ${state.owner === 'here' ? nothing : ownerRow(state.owner, view.onNewSession)}
    <div class="input ${view.sending ? 'sending' : ''}">
      <textarea
        ${ref(view.textarea)}
        rows="1"
        maxlength="1000000"
        aria-label="Message"
        placeholder=${state.owner !== 'here' ? 'Your text stays here' : placeholders[state.turn]}
        .readOnly=${view.sending}
        aria-busy=${view.sending ? 'true' : 'false'}
        @input=${view.onInput}
        @keydown=${view.onKey}
        @blur=${view.onBlur}
      ></textarea>
      <div class="tb">
        <button type="button" class="pick" aria-label="Model: ${model}. Open settings" title="Model: ${model}" @click=${view.onSettings}>
          <span class="ell">${model}</span>${icon('chevron-down', { small: true })}
        </button>
        <span class="grow"></span>
        ${state.turn === 'idle' ? sendButton(view) : stopButton(view)}
      </div>
    </div>
    <div class="under"><span class="preset">${icon('shield', { small: true })}<span>${permissions[state.workspace]}</span></span>${underText(view)}</div>`;
}
