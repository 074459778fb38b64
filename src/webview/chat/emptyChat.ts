import { html } from 'lit-html';
import type { TemplateResult } from 'lit-html';
import type { ChatState } from '../../protocol/webview.ts';
import { icon } from '../ui/icon.ts';
import type { ChatContext } from './ChatContext.ts';
import { areApprovalsOff } from './dock/presetChoices.ts';

const examples: readonly { label: string; text: string }[] = [
  { label: 'What is in this workspace?', text: 'What is in this workspace?' },
  { label: 'Add a file notes.md with: …', text: 'Add a file notes.md with: ' },
  { label: 'What can you do?', text: 'What can you do?' },
];

function page(name: string, title: string, text: string, buttons: unknown): TemplateResult {
  return html`<section class="empty" aria-label=${title}>
    ${icon(name, { tone: 'muted' })}
    <h2>${title}</h2>
    <p>${text}</p>
    ${buttons}
  </section>`;
}

function offline(context: ChatContext): TemplateResult {
  return page(
    'comment-discussion',
    'Try it without a model',
    'The offline model is a script, not an AI. It reads and adds files here, so you can see agents and approvals at work. Nothing leaves this computer.',
    html`<div class="examples" role="group" aria-label="Examples, put into the input">
        ${examples.map(({ label, text }) => html`<button type="button" class="btn example" @click=${() => context.fill(text)}>${label}</button>`)}
      </div>
      <button type="button" class="btn" @click=${() => context.act('setUpModel')}>Set up a model…</button>
      <p>An API key is kept in VS Code’s secret storage.</p>`,
  );
}

type Approvals = ChatState['approvals'];

const byPreset: Readonly<Record<Approvals['preset'], string>> = {
  askAll: 'Agents ask before they read or change a file. You see what they want and decide.',
  askWrites: 'Agents read this workspace and answer. Before a file is changed, you see the change and decide.',
  trustEdits: 'Agents read and change files in this workspace. Protected files ask first, and what a turn changed can be undone.',
  readOnly: 'Agents read this workspace and answer. They change nothing and run nothing.',
};

/** What agents do by themselves. */
export function freedom(approvals: Approvals): string {
  if (areApprovalsOff({ approvals })) return 'Approvals are off: agents change files without asking, but for protected ones. What a turn changed can be undone.';
  return byPreset[approvals.preset];
}

/** What stands in a chat that has no message yet: what is possible here, and the next step. */
export function emptyChat({ workspace, model, approvals }: ChatState, context: ChatContext): TemplateResult {
  if (workspace === 'none') {
    return page(
      'folder-opened',
      'No folder is open',
      'Agents can answer, but there are no files to read or change.',
      html`<button type="button" class="btn primary" @click=${() => context.act('openFolder')}>Open folder…</button>`,
    );
  }
  if (workspace === 'untrusted') {
    return page(
      'workspace-untrusted',
      'This workspace is not trusted',
      'Agents read and answer here. They do not write, run commands, or take rules from this folder.',
      html`<button type="button" class="btn primary" @click=${() => context.act('manageTrust')}>Manage workspace trust…</button>`,
    );
  }
  if (model.offline) return offline(context);
  return page(
    'comment-discussion',
    'Ask, or say what to build',
    freedom(approvals),
    '',
  );
}
