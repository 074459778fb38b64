import { html, nothing } from 'lit-html';
import type { TemplateResult } from 'lit-html';
import type { ToolItem } from '../../../protocol/webview.ts';
import { diff } from '../../ui/diff.ts';
import { filePath } from '../../ui/filePath.ts';
import { duration, spokenDuration } from '../../ui/format.ts';
import { icon } from '../../ui/icon.ts';
import { lineCounts, spokenLineCounts } from '../../ui/lineCounts.ts';
import { visiblePath, visibleText } from '../../ui/visibleText.ts';
import type { ChatContext } from '../ChatContext.ts';
import { approvalCard } from './approvalCard.ts';
import { objectKind, spokenObject, toolLine } from './toolWords.ts';
import type { ToolLine } from './toolWords.ts';

/** An open change of more lines scrolls in its own box. */
const TALL_ROWS = 24;

/** Whether a row stands open when nobody has folded it: where one sentence says what went wrong. */
export function opensByItself({ state }: ToolItem): boolean {
  return state === 'failed' || state === 'rejected' || state === 'denied' || state === 'expired' || state === 'unknown';
}

/** The change of a tool that did not go wrong; where it did, one sentence says so. */
function shownDiff(item: ToolItem): ToolItem['diff'] {
  return opensByItself(item) || item.diff?.rows.length === 0 ? undefined : item.diff;
}

function isOpenableFile({ tool, state }: ToolItem): boolean {
  return state === 'done' && (tool === 'read_file' || tool === 'write_file');
}

/** What ran is the person's more than the model's. */
function isEdited({ decision, state }: ToolItem): boolean {
  return decision === 'edited' && state === 'done';
}

function object(item: ToolItem, context: ChatContext): TemplateResult {
  const spoken = spokenObject(item);
  if (isOpenableFile(item)) {
    const open = (): void => {
      context.openFile(item.object);
    };
    return html`<button type="button" class="obj file" aria-label="Open ${spoken}" title=${spoken} @click=${open}>${filePath(item.object)}</button>`;
  }
  const kind = objectKind(item);
  const text = kind === 'path' ? filePath(item.object) : html`<span class="ell">${kind === 'words' ? spoken : visiblePath(item.object)}</span>`;
  return html`<span class="obj ${kind === 'words' ? 'words' : ''}" title=${spoken}>${text}</span>`;
}

function spokenName(item: ToolItem, { verb, word }: ToolLine): string {
  const parts = [`${verb} ${spokenObject(item)}`.trimEnd()];
  if (word !== undefined) parts.push(word.toLowerCase());
  if (item.diff !== undefined) parts.push(spokenLineCounts(item.diff));
  if (isEdited(item)) parts.push('edited by you');
  if (item.durationMs !== undefined) parts.push(spokenDuration(item.durationMs));
  return parts.join(', ');
}

function onKey(event: KeyboardEvent, item: ToolItem, context: ChatContext): void {
  if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
  event.preventDefault();
  context.fold(item.id, event.key === 'ArrowRight');
}

/** The start of the line: a button where there is something to unfold. */
function head(item: ToolItem, line: ToolLine, open: boolean, foldable: boolean, context: ChatContext): TemplateResult {
  const content = html`${icon(line.icon, { tone: line.tone })}<span class="verb">${line.verb}</span>`;
  if (!foldable) return html`<span class="toggle">${content}</span>`;
  const toggle = (): void => {
    context.fold(item.id, !open);
  };
  return html`<button
    type="button"
    class="toggle"
    aria-expanded=${open ? 'true' : 'false'}
    aria-label=${spokenName(item, line)}
    @click=${toggle}
    @keydown=${(event: KeyboardEvent) => onKey(event, item, context)}
  >
    ${content}
  </button>`;
}

function meta(item: ToolItem, { word }: ToolLine, open: boolean): TemplateResult {
  const counts = item.diff === undefined ? nothing : lineCounts(item.diff);
  const time = item.durationMs === undefined ? nothing : html`<span class="num ${open || word !== undefined ? 'opt' : ''}">${duration(item.durationMs)}</span>`;
  return html`<span class="meta">${isEdited(item) ? html`<span class="opt">Edited by you</span>` : nothing}${word === undefined ? counts : html`<span>${word}</span>`}${time}</span>`;
}

/** What stands below the line of an open row. */
function details({ state, decision, allowed, note }: ToolItem, change: ToolItem['diff']): TemplateResult {
  const by = change === undefined || state !== 'done' ? undefined : (decision ?? allowed);
  return html`${change === undefined ? nothing : diff(change, { tallFrom: TALL_ROWS })}${by === undefined
    ? nothing
    : html`<div class="by">${whoAllowed(by)}</div>`}${note === undefined ? nothing : html`<div class="note">${visibleText(note, 'block')}</div>`}`;
}

function whoAllowed(by: string): unknown {
  if (by === 'approved') return 'Approved by you';
  return by === 'edited' ? 'Edited and approved by you' : html`Not asked. ${visibleText(by)}`;
}

interface RowState {
  open: boolean;
  /** It has not begun: a question of its turn waits. */
  held: boolean;
}

function row(item: ToolItem, { open, held }: RowState, context: ChatContext): TemplateResult {
  const line = toolLine(item, held);
  const change = shownDiff(item);
  // What waits for the person's answer stays open.
  const foldable = item.state !== 'unknown' && (change !== undefined || item.note !== undefined);
  const shown = open || item.state === 'unknown';
  const card = item.state === 'unknown' || (open && change !== undefined);
  return html`<div class="tool ${card ? 'card' : ''}" data-state=${item.state} data-tool=${item.tool}>
    <div class="line">
      ${head(item, line, open, foldable, context)}${object(item, context)}${meta(item, line, open)}${foldable
        ? icon(open ? 'chevron-down' : 'chevron-right', { small: true })
        : nothing}
    </div>
    ${shown ? details(item, change) : nothing}
  </div>`;
}

/** A tool's row; a card while it waits for the person, or is open. */
export function toolItem(item: ToolItem, state: RowState, context: ChatContext): TemplateResult {
  return item.state === 'waiting' ? approvalCard(item, context) : row(item, state, context);
}
