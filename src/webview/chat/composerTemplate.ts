import { html, nothing } from 'lit-html';
import type { TemplateResult } from 'lit-html';
import { ref } from 'lit-html/directives/ref.js';
import type { ChatState, QuestionItem } from '../../protocol/webview.ts';
import { agentName } from '../ui/agent.ts';
import { icon } from '../ui/icon.ts';
import { sessionTokens } from './dock/sessionTokens.ts';
import { enterWords, placeholder, sendTitle } from './dock/inputWords.ts';

export interface ComposerView {
  state: ChatState;
  /** The question that stands before the person. */
  asked: QuestionItem | undefined;
  /** What is sent now answers it. */
  answers: boolean;
  /** Stand in the toolbar. */
  agents: unknown;
  models: unknown;
  /** Stands under the box. */
  presets: unknown;
  /** There is something to send. */
  hasText: boolean;
  sending: boolean;
  /** Nobody hears this page. */
  lost: boolean;
  hint: string | undefined;
  textarea: (element: Element | undefined) => void;
  onInput: () => void;
  onComposition: (event: CompositionEvent) => void;
  onKey: (event: KeyboardEvent) => void;
  onBlur: () => void;
  onSend: () => void;
  onStop: (event: MouseEvent) => void;
}

/** Quiet beside Stop, which keeps the accent and its place. */
function sendButton(view: ComposerView): TemplateResult {
  const title = sendTitle(view.state, view.answers ? view.asked : undefined);
  return html`<button
    type="button"
    class=${view.state.turn === 'idle' ? 'send' : 'ib'}
    aria-label=${title}
    title=${title}
    aria-disabled=${view.sending || view.lost || view.state.owner !== 'here' ? 'true' : 'false'}
    @click=${view.onSend}
  >
    ${icon('arrow-up')}
  </button>`;
}

function stopButton(view: ComposerView): TemplateResult {
  return html`<button type="button" class="send stop" aria-label="Stop (Esc)" title="Stop (Esc)" @click=${view.onStop}>${icon('debug-stop')}</button>`;
}

function buttons(view: ComposerView): TemplateResult {
  if (view.state.turn === 'idle') return sendButton(view);
  return html`${view.hasText ? sendButton(view) : nothing}${stopButton(view)}`;
}

function underText({ state, asked, answers, hasText, sending, hint }: ComposerView): TemplateResult | typeof nothing {
  if (sending) return html`<span>Sending…</span>`;
  if (hint !== undefined) return html`<span>${hint}</span>`;
  const enter = enterWords(asked, { answers, hasText });
  if (enter !== undefined) return html`<span id="enter">${enter}</span>`;
  if (state.turn !== 'running') return nothing;
  return html`<span class="working">${icon('loading', { small: true })}<span class="opt">${agentName(state.agent)} is working</span></span>`;
}

/** The input. The text area keeps its own text. */
export function composerTemplate(view: ComposerView): TemplateResult {
  const { state } = view;
  return html`<div class="input">
      <textarea
        ${ref(view.textarea)}
        rows="1"
        maxlength="1000000"
        aria-label="Message"
        placeholder=${placeholder(state, view.asked)}
        aria-describedby="enter"
        @input=${view.onInput}
        @compositionstart=${view.onComposition}
        @compositionend=${view.onComposition}
        @keydown=${view.onKey}
        @blur=${view.onBlur}
      ></textarea>
      <div class="tb">
        ${view.agents}${view.models}
        <span class="grow"></span>
        ${buttons(view)}
      </div>
    </div>
    <div class="under">${view.presets}<span class="right">${underText(view)}${sessionTokens(state.usage)}</span></div>`;
}
