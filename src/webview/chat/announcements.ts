import type { ChatItem, ChatOp, ChatState, QuestionItem, ToolItem, TurnChanges } from '../../protocol/webview.ts';
import { agentName } from '../ui/agent.ts';
import type { Announcer } from '../ui/Announcer.ts';
import { spokenDuration } from '../ui/format.ts';
import { spokenLineCounts } from '../ui/lineCounts.ts';
import { spokenPath, spokenText } from '../ui/visibleText.ts';
import { planNews } from './dock/planProgress.ts';
import { oneLine, queuedWords } from './dock/queueRows.ts';
import { contextCutWords } from './items/contextCutItem.ts';
import { spokenRetry } from './items/retryItem.ts';
import { requestWords } from './items/toolWords.ts';
import { undoNews } from './items/turnChanges.ts';
import { plainText } from './markdown/plainText.ts';

type Speaker = Pick<Announcer, 'say' | 'interrupt'>;

function find(items: readonly ChatItem[], { kind, id }: ChatItem): ChatItem | undefined {
  return items.find((item) => item.kind === kind && item.id === id);
}

function approvalNeeded(item: ToolItem): string {
  const { object, diff } = item;
  const counts = diff === undefined ? '' : `, ${spokenLineCounts(diff)}`;
  return `Approval needed: ${requestWords(item)} ${spokenPath(object)}${counts}`;
}

function questionAsked({ agent, question, choices, free }: QuestionItem): string {
  const list = choices.length === 0 ? '' : ` Choices: ${choices.map(spokenText).join('; ')}`;
  return `${agentName(agent)} ${free ? 'asks' : 'waits for you'}: ${spokenText(question)}${list}`;
}

/** What is worth saying about an item that was added. */
function sayNew(item: ChatItem, announcer: Speaker): void {
  if (item.kind === 'route') announcer.say(`${agentName(item.from)} hands over to ${agentName(item.to)}: ${spokenText(item.reason)}`);
  if (item.kind === 'contextCut') announcer.say(contextCutWords(item));
  if (item.kind === 'problem') announcer.say(`${item.title}. ${item.detail}`);
  if (item.kind === 'turnEnd' && item.outcome === 'stopped') announcer.say(`Stopped by you, ${spokenDuration(item.durationMs)}`);
}

/** What is worth saying about an item that came into its state; tokens and quiet steps are not. */
function sayState(item: ChatItem, announcer: Speaker): void {
  if (item.kind === 'answer' && item.state === 'done') announcer.say(`${agentName(item.agent)}: ${plainText(item.markdown)}`);
  if (item.kind === 'tool' && item.state === 'waiting') announcer.interrupt(approvalNeeded(item));
  if (item.kind === 'tool' && item.state === 'expired') announcer.say(`No decision on ${spokenPath(item.object)}. It counts as rejected.`);
  if (item.kind === 'retry' && item.state === 'waiting') announcer.say(spokenRetry(item));
  if (item.kind === 'question' && item.state === 'waiting') announcer.interrupt(questionAsked(item));
}

/** What is worth saying of the files that a turn changed, when they were put back. */
function sayChanges(before: ChatItem | undefined, after: ChatItem, announcer: Speaker): void {
  const news = undoNews(changesOf(before), changesOf(after));
  if (news !== undefined) announcer.say(news);
}

function changesOf(item: ChatItem | undefined): TurnChanges | undefined {
  return item?.kind === 'turnEnd' || item?.kind === 'problem' ? item.changes : undefined;
}

function stateOf(item: ChatItem | undefined): string | undefined {
  if (item?.kind === 'retry') return `${item.state} ${item.attempt}`;
  return item?.kind === 'answer' || item?.kind === 'tool' || item?.kind === 'question' ? item.state : undefined;
}

/** Says what a delta brought; `before` and `after` are the transcript on either side of it. */
export function announce(ops: readonly ChatOp[], before: readonly ChatItem[], after: readonly ChatItem[], announcer: Speaker): void {
  const said = new Set<ChatItem>();
  for (const op of ops) {
    if (op.op !== 'add' && op.op !== 'replace') continue;
    const item = find(after, op.item);
    if (item === undefined || said.has(item)) continue;
    said.add(item);
    const old = find(before, item);
    if (old === undefined) sayNew(item, announcer);
    if (stateOf(old) !== stateOf(item)) sayState(item, announcer);
    sayChanges(old, item, announcer);
  }
}

/** Says what waits already when the page gets to know it: nobody heard it come. And what was put back. */
export function announceWaiting(before: readonly ChatItem[], after: readonly ChatItem[], announcer: Speaker): void {
  for (const item of after) {
    const old = find(before, item);
    if ((item.kind === 'question' || item.kind === 'tool') && item.state === 'waiting' && stateOf(old) !== 'waiting') sayState(item, announcer);
    sayChanges(old, item, announcer);
  }
}

/** Says what a delta brought beside the transcript: the plan's step, the preset, and what was queued. */
export function announceState(before: ChatState, after: ChatState, announcer: Speaker): void {
  const news = planNews(before.plan, after.plan);
  if (news !== undefined) announcer.say(news);
  const { preset, choices } = after.approvals;
  const chosen = choices.find((choice) => choice.preset === preset);
  if (before.approvals.preset !== preset && chosen !== undefined) announcer.say(`Approvals: ${chosen.title}`);
  const known = new Set(before.queue.map(({ messageId }) => messageId));
  for (const { messageId, text } of after.queue) if (!known.has(messageId)) announcer.say(`${queuedWords(after)}: ${spokenText(oneLine(text))}`);
}
