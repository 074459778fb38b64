import { html, nothing } from 'lit-html';
import type { TemplateResult } from 'lit-html';
import { guard } from 'lit-html/directives/guard.js';
import type { ApprovalView } from '../../protocol/approvalWebview.ts';
import { diff } from '../ui/diff.ts';
import { filePath } from '../ui/filePath.ts';
import { icon } from '../ui/icon.ts';
import { lineCounts } from '../ui/lineCounts.ts';
import { spokenPath, visiblePath, visibleText } from '../ui/visibleText.ts';
import type { ApprovalPage } from './page.ts';

/** Pixels that two sides need. */
export const SIDES_FROM = 900;
const noRoom = `Side by side needs a width of ${SIDES_FROM} pixels; this tab has less.`;

function layoutSwitch({ sides: { wanted, room }, on }: ApprovalPage): TemplateResult {
  const both = wanted && room;
  return html`<span class="seg" role="group" aria-label="How the change is shown"
    ><button type="button" class="inline" aria-pressed=${both ? 'false' : 'true'} @click=${() => on.sides(false)}>Inline</button
    ><button
      type="button"
      class="beside"
      aria-pressed=${both ? 'true' : 'false'}
      aria-disabled=${room ? nothing : 'true'}
      title=${room ? nothing : noRoom}
      aria-describedby=${room ? nothing : 'no-room'}
      @click=${() => {
        if (room) on.sides(true);
      }}
    >
      Side by side</button
    >${room ? nothing : html`<span id="no-room" hidden>${noRoom}</span>`}</span
  >`;
}

/** What a call would do: the change that it makes, or all that it says where it makes none. */
export function contentBox(page: ApprovalPage, { path, created, diff: view, arguments: given }: Pick<ApprovalView, 'path' | 'created' | 'diff' | 'arguments'>): TemplateResult {
  const both = page.sides.wanted && page.sides.room;
  const tools =
    view === undefined
      ? nothing
      : html`<span class="grow"></span>${layoutSwitch(page)}<button type="button" class="ib" aria-label="Open in Diff Editor" title="Open in Diff Editor" @click=${page.on.openDiff}>
            <i class="codicon codicon-git-compare" aria-hidden="true"></i>
          </button>`;
  return html`<div class="code diffbox">
    <header><span class="file" title=${spokenPath(path)}>${icon(created ? 'new-file' : 'file-code')}${filePath(path)}${view === undefined ? nothing : lineCounts(view)}</span>${tools}</header>
    ${view === undefined ? argumentsOf(given.filter(({ value }) => value !== path)) : guard([view, both], () => diff(view, { sides: both }))}
  </div>`;
}

function argumentsOf(given: ApprovalView['arguments']): TemplateResult | typeof nothing {
  if (given.length === 0) return nothing;
  return html`<dl class="kv given">
    ${given.map(
      ({ name, value }) => html`<dt>${visibleText(name)}</dt>
        <dd>${visiblePath(value, 'block')}</dd>`,
    )}
  </dl>`;
}
