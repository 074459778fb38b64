import { html, nothing } from 'lit-html';
import type { TemplateResult } from 'lit-html';
import type { TurnChanges } from '../../../protocol/webview.ts';
import { spokenPath, spokenText, visiblePath, visibleText } from '../../ui/visibleText.ts';
import type { ChatContext } from '../ChatContext.ts';

const counted = (files: number): string => `${files} ${files === 1 ? 'file' : 'files'}`;

/** "Changed 2 files", or that it was undone, with the step that changes that. */
export function turnChanges(changes: TurnChanges, context: ChatContext): TemplateResult {
  const undone = changes.state === 'undone';
  const busy = context.undoing === changes.id;
  const label = busy ? (undone ? 'Redoing…' : 'Undoing…') : undone ? 'Redo' : 'Undo';
  const press = (event: MouseEvent): void => {
    if (event.detail <= 1) context.undo(changes.id);
  };
  return html`<span class="changes"
    ><span>${undone ? 'Undone' : `Changed ${counted(changes.files)}`}</span>${context.undoable
      ? html`<button type="button" class="btn sm undo" title=${undone ? 'Change the files again' : 'Put the files back as they were before this turn'} aria-disabled=${context.undoing === undefined ? 'false' : 'true'} @click=${press}>${label}</button>`
      : nothing}</span
  >`;
}

/** The files that the last undo left alone, each in a line. */
export function refusedFiles({ refused }: TurnChanges): TemplateResult | typeof nothing {
  if (refused.length === 0) return nothing;
  return html`<ul class="left-alone" aria-label="Files that were left alone">
    ${refused.map(({ path, reason }) => html`<li><code>${visiblePath(path)}</code> was left alone. ${visibleText(reason)}</li>`)}
  </ul>`;
}

/** What is to be said when an undo is done; `undefined` where none was. */
export function undoNews(before: TurnChanges | undefined, after: TurnChanges | undefined): string | undefined {
  if (before === undefined || after === undefined || JSON.stringify(before) === JSON.stringify(after)) return undefined;
  const put = counted(after.files - after.refused.length);
  const did = before.state === after.state ? 'Nothing was changed.' : after.state === 'undone' ? `Undone, ${put} put back.` : `Redone, ${put} changed again.`;
  return [did, ...after.refused.map(({ path, reason }) => `${spokenPath(path)} was left alone. ${spokenText(reason)}`)].join(' ');
}
