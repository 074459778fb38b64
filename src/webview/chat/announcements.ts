import type { ChatItem, ChatOp, ChatState, QuestionItem, ToolItem } from '../../protocol/webview.ts';
import { agentName } from '../ui/agent.ts';
import type { Announcer } from '../ui/Announcer.ts';
import { spokenDuration } from '../ui/format.ts';
import { spokenLineCounts } from '../ui/lineCounts.ts';
import { spokenText } from '../ui/visibleText.ts';
import { planNews } from './dock/planProgress.ts';
import { oneLine, queuedWords } from './dock/queueRows.ts';
import { plainText } from './markdown/plainText.ts';

type Speaker = Pick<Announcer, 'say' | 'interrupt'>;

function find(items: readonly ChatItem[], { kind, id }: ChatItem): ChatItem | undefined {
  return items.find((item) => item.kind === kind && item.id === id);
}

function approvalNeeded({ tool, object, created, diff }: ToolItem): string {
  const verb = tool === 'write_file' ? (created === true ? 'create' : 'edit') : 'use';
  const counts = diff === undefined ? '' : `, ${spokenLineCounts(diff)}`;
  return `Approval needed: ${verb} ${spokenText(object)}${counts}`;
}

function questionAsked({ agent, question, choices, free }: QuestionItem): string {
  const list = choices.length === 0 ? '' : ` Choices: ${choices.map(spokenText).join('; ')}`;
  return `${agentName(agent)} ${free ? 'asks' : 'waits for you'}: ${spokenText(question)}${list}`;
}

/** What is worth saying about an item that was added. */
function sayNew(item: ChatItem, announcer: Speaker): void {
  if (item.kind === 'route') announcer.say(`${agentName(item.from)} hands over to ${agentName(item.to)}: ${spokenText(item.reason)}`);
  if (item.kind === 'problem') announcer.say(`${item.title}. ${item.detail}`);
  if (item.kind === 'turnEnd' && item.outcome === 'stopped') announcer.say(`Stopped by you, ${spokenDuration(item.durationMs)}`);
}

/** What is worth saying about an item that came into its state; tokens and quiet steps are not. */
function sayState(item: ChatItem, announcer: Speaker): void {
  if (item.kind === 'answer' && item.state === 'done') announcer.say(`${agentName(item.agent)}: ${plainText(item.markdown)}`);
  if (item.kind === 'tool' && item.state === 'waiting') announcer.interrupt(approvalNeeded(item));
  if (item.kind === 'question' && item.state === 'waiting') announcer.interrupt(questionAsked(item));
}

function stateOf(item: ChatItem | undefined): string | undefined {
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
  }
}

/** Says a question that waits already when the page gets to know it: nobody heard it come. */
export function announceWaiting(before: readonly ChatItem[], after: readonly ChatItem[], announcer: Speaker): void {
  for (const item of after) if (item.kind === 'question' && item.state === 'waiting' && stateOf(find(before, item)) !== 'waiting') announcer.interrupt(questionAsked(item));
}

/** Says what a delta brought beside the transcript: the plan's step, and what was queued. */
export function announceState(before: ChatState, after: ChatState, announcer: Speaker): void {
  const news = planNews(before.plan, after.plan);
  if (news !== undefined) announcer.say(news);
  const known = new Set(before.queue.map(({ messageId }) => messageId));
  for (const { messageId, text } of after.queue) if (!known.has(messageId)) announcer.say(`${queuedWords(after)}: ${spokenText(oneLine(text))}`);
}
