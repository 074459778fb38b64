import type { ToolItem } from '../../../protocol/webview.ts';
import { agentName } from '../../ui/agent.ts';
import type { IconTone } from '../../ui/icon.ts';
import { spokenPath, spokenText } from '../../ui/visibleText.ts';

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
    case 'switch_mode':
      return { icon: 'arrow-right', doing: 'Handing over to', done: 'Handed over to', plain: 'hand over to' };
    case 'ask_followup_question':
      return { icon: 'comment-unresolved', doing: 'Asking', done: 'Asked', plain: 'ask' };
    case 'attempt_completion':
      return { icon: 'check', doing: 'Finishing', done: 'Finished', plain: 'finish' };
    case 'update_plan':
      return { icon: 'checklist', doing: 'Updating the plan', done: 'Updated the plan', plain: 'update the plan' };
    case 'calculator':
      return { icon: 'symbol-numeric', doing: 'Calculating', done: 'Calculated', plain: 'calculate' };
    case 'echo':
      return { icon: 'megaphone', doing: 'Echoing', done: 'Echoed', plain: 'echo' };
    default: {
      const name = spokenText(tool);
      return { icon: 'tools', doing: `Using ${name}`, done: `Used ${name}`, plain: `use ${name}` };
    }
  }
}

/** How a tool's row begins and ends: past tense when it is done, the state's icon when it is not. `held`: it has not begun, since the person is asked first. */
export function toolLine(item: ToolItem, held = false): ToolLine {
  const { icon, doing, done, plain } = words(item);
  if (held) return { icon: 'circle-large', tone: 'muted', verb: `Waits to ${plain}` };
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
    case 'denied':
      return { icon: 'circle-slash', tone: 'attention', verb: `Did not ${plain}`, word: 'Not allowed' };
    case 'expired':
      return { icon: 'clockface', tone: 'attention', verb: 'No decision on', word: 'Timed out' };
    case 'cancelled':
      return { icon: 'debug-stop', tone: 'muted', verb: `Stopped ${doing.charAt(0).toLowerCase()}${doing.slice(1)}`, word: 'Cancelled' };
    case 'unknown':
      return { icon: 'question', tone: 'attention', verb: 'Outcome unknown' };
  }
}

/** What a waiting tool asks for, as a verb: "Edit", "Create", "Use frobnicate on". */
export function requestVerb({ tool, created }: Pick<ToolItem, 'tool' | 'created'>): string {
  switch (tool) {
    case 'write_file':
      return created === true ? 'Create' : 'Edit';
    case 'read_file':
      return 'Read';
    case 'list_files':
      return 'List';
    default:
      return `Use ${spokenText(tool)} on`;
  }
}

/** The same within a sentence. */
export function requestWords(item: Pick<ToolItem, 'tool' | 'created'>): string {
  const verb = requestVerb(item);
  return `${verb.charAt(0).toLowerCase()}${verb.slice(1)}`;
}

/** How the object is drawn: a path gives up its folder where there is no room, words are no code. */
export function objectKind({ tool, object }: Pick<ToolItem, 'tool' | 'object'>): 'path' | 'code' | 'words' {
  if (/^\s*[[{]/.test(object)) return 'code';
  switch (tool) {
    case 'list_files':
      return isWholeWorkspace(object) ? 'words' : 'path';
    case 'switch_mode':
    case 'ask_followup_question':
    case 'attempt_completion':
    case 'update_plan':
      return 'words';
    case 'calculator':
    case 'echo':
      return 'code';
    default:
      return 'path';
  }
}

/** The object in words: a path, or what stands in its place. */
export function spokenObject({ tool, object }: ToolItem): string {
  if (tool === 'list_files' && isWholeWorkspace(object)) return 'the workspace';
  if (objectKind({ tool, object }) === 'path') return spokenPath(object);
  return spokenText(tool === 'switch_mode' ? agentName(object) : object);
}

function isWholeWorkspace(object: string): boolean {
  return object === '' || object === '.';
}
