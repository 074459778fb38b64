import { html } from 'lit-html';
import type { TemplateResult } from 'lit-html';
import { agentName } from '../ui/agent.ts';
import type { ApprovalPage } from './page.ts';

export function rejectPanel({ approval, sent, closed, feedback, on }: ApprovalPage): TemplateResult {
  const changed = (event: Event): void => {
    if (event.target instanceof HTMLTextAreaElement) on.feedback(event.target.value);
  };
  return html`<section class="panel" aria-label="Reject">
    <label for="feedback">${closed === undefined ? html`What should ${agentName(approval.agent)} do instead?` : 'What you typed'}</label>
    <textarea
      id="feedback"
      class="field"
      rows="3"
      maxlength="20000"
      aria-describedby="feedback-hint"
      .value=${feedback}
      .readOnly=${sent !== undefined || closed !== undefined}
      @input=${changed}
    ></textarea>
    <span class="hint" id="feedback-hint">${closed === undefined ? 'Goes to the model as the tool’s result. May stay empty.' : 'It was not sent. Copy it before you close this.'}</span>
  </section>`;
}
