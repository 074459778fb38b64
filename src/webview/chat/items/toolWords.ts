import type { ToolItem } from '../../../protocol/webview.ts';
import type { IconTone } from '../../ui/icon.ts';
import { spokenText } from '../../ui/visibleText.ts';

interface Words {
  icon: string;
  doing: string;
  done: string;
  /** As in "Could not read". */
  plain: string;
}

export interface ToolLine {
  icon: string;
  tone: IconTone;
  verb: string;
  /** Said at the right, where it did not end well. */
  word?: string;
}

function words({ tool, created }: ToolItem): Words {
  switch (tool) {
    case 'read_file':
      return { icon: 'file', doing: 'Reading', done: 'Read', plain: 'read' };
    case 'list_files':
      return { icon: 'list-tree', doing: 'Listing', done: 'Listed', plain: 'list' };
    case 'write_file':
      return created === true
        ? { icon: 'new-file', doing: 'Writing', done: 'Created', plain: 'write' }
        : { icon: 'edit', doing: 'Writing', done: 'Edited', plain: 'write' };
    default: {
      const name = spokenText(tool);
      return { icon: 'tools', doing: `Using ${name}`, done: `Used ${name}`, plain: `use ${name}` };
    }
  }
}

/** How a tool's row begins and ends: past tense when it is done, the state's icon when it is not. */
export function toolLine(item: ToolItem): ToolLine {
  const { icon, doing, done, plain } = words(item);
  switch (item.state) {
    case 'requested':
    case 'running':
      return { icon: 'loading', tone: 'plain', verb: doing };
    case 'waiting':
      return { icon: 'shield', tone: 'asks', verb: 'Waiting for you' };
    case 'done':
      return { icon, tone: 'muted', verb: done };
    case 'failed':
      return { icon: 'error', tone: 'bad', verb: `Could not ${plain}`, word: 'Failed' };
    case 'rejected':
      return { icon: 'circle-slash', tone: 'attention', verb: `Did not ${plain}`, word: 'Rejected' };
    case 'expired':
      return { icon: 'clockface', tone: 'attention', verb: 'No decision on', word: 'Timed out' };
    case 'cancelled':
      return { icon: 'debug-stop', tone: 'muted', verb: `Stopped ${doing.charAt(0).toLowerCase()}${doing.slice(1)}`, word: 'Cancelled' };
    case 'unknown':
      return { icon: 'question', tone: 'attention', verb: 'Outcome unknown' };
  }
}

/** What a waiting tool asks for, as a verb: "Edit", "Create", "Use frobnicate on". */
export function requestVerb({ tool, created }: ToolItem): string {
  if (tool === 'write_file') return created === true ? 'Create' : 'Edit';
  return `Use ${spokenText(tool)} on`;
}

/** The object in words: a path, or what stands in its place. */
export function spokenObject({ tool, object }: ToolItem): string {
  return tool === 'list_files' && (object === '' || object === '.') ? 'the workspace' : spokenText(object);
}
