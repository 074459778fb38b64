import { ERROR_MARK, NOT_RUN } from '../core/sessions/history.ts';
import type { LlmChunk, LlmMessage, LlmRequest, LlmStream } from '../core/ports/LlmStream.ts';

type ToolMessage = Extract<LlmMessage, { role: 'tool' }>;

/** What the person wants, as far as a script can tell. */
type Wish = { kind: 'look' } | { kind: 'add'; path: string; content: string } | { kind: 'other' };

type Answer = { text: string } | { call: { name: string; arguments: Record<string, unknown> }; text: string };

const CHUNK_LENGTH = 24;
const SHOWN_ENTRIES = 40;
const SHOWN_LINES = 12;
const NO_AI = '*From the offline model: a script, not an AI. Nothing left this computer.*';

const HELP = `I am the offline model: a script, not an AI. I can do two things with the files of this workspace:

- **Say what is in it.** Ask “What is in this workspace?”
- **Add a file.** Write “Add a file notes.md with: my text”. You see the file and approve it before it is written.

For everything else run the command **Agent Runtime: Set Up a Model**. It asks for the provider, the key and the model, and
tries them before anything is kept. A local server such as Ollama needs no key.`;

/** A deterministic script behind the port of the models: the first conversation needs no key and no network. */
export class OfflineModel implements LlmStream {
  async *stream(request: LlmRequest, signal: AbortSignal): AsyncGenerator<LlmChunk> {
    const answer = request.format === 'json' ? route(request.messages) : next(request.messages);
    for (let start = 0; start < answer.text.length; start += CHUNK_LENGTH) {
      // in pieces over several turns of the event loop, as a model's answer comes
      await new Promise((resolve) => setImmediate(resolve));
      signal.throwIfAborted();
      const text = answer.text.slice(start, start + CHUNK_LENGTH);
      yield { type: 'text', text };
    }
    if ('call' in answer) {
      const { name, arguments: args } = answer.call;
      yield { type: 'toolCall', index: 0, id: '', name, arguments: JSON.stringify(args) };
    }
    yield { type: 'finish', reason: 'call' in answer ? 'tool_calls' : 'stop' };
  }
}

function route(messages: readonly LlmMessage[]): Answer {
  const reasons = { look: 'looks at the files', add: 'adds a file', other: 'says what the offline model can do' };
  const { kind } = wishOf(lastUserText(messages));
  return { text: JSON.stringify({ agent: 'coder', confidence: 'high', reasoning: reasons[kind] }) };
}

/** The next step of the turn: from the person's message and the results of the tools since. */
function next(messages: readonly LlmMessage[]): Answer {
  const wish = wishOf(lastUserText(messages));
  const since = messages.slice(messages.findLastIndex(({ role }) => role === 'user') + 1);
  const results = since.filter((message): message is ToolMessage => message.role === 'tool' && message.content !== NOT_RUN);
  switch (wish.kind) {
    case 'look':
      return look(results);
    case 'add':
      return add(wish, results);
    case 'other':
      return { text: HELP };
  }
}

function look(results: readonly ToolMessage[]): Answer {
  const [listing, reading] = results;
  if (listing === undefined) return { text: 'I list the files first.', call: { name: 'list_files', arguments: { path: '.', recursive: true } } };
  if (listing.content.startsWith(ERROR_MARK)) return { text: `${listing.content.slice(ERROR_MARK.length)}\n\n${NO_AI}` };
  const entries = listing.content.split('\n').filter((line) => line !== '' && !line.startsWith('['));
  if (entries.length === 0) return { text: `${listing.content}\n\n${NO_AI}` };
  const readme = entries.find((entry) => /^readme(\.\w+)?$/i.test(entry)) ?? entries.find((entry) => entry === 'package.json');
  if (readme !== undefined && reading === undefined) return { text: `Then I read \`${readme}\`.`, call: { name: 'read_file', arguments: { path: readme } } };
  const text = reading?.content.startsWith(ERROR_MARK) === true ? undefined : reading?.content;
  return { text: describe(entries, readme, text) };
}

function describe(entries: readonly string[], readme: string | undefined, text: string | undefined): string {
  const files = entries.filter((entry) => !entry.endsWith('/'));
  const folders = entries.length - files.length;
  const shown = entries.slice(0, SHOWN_ENTRIES).map((entry) => `- \`${entry}\``);
  const more = entries.length > SHOWN_ENTRIES ? [`- … and ${entries.length - SHOWN_ENTRIES} more`] : [];
  const parts = [`This workspace has **${plural(files.length, 'file')}** in **${plural(folders, 'folder')}**:`, [...shown, ...more].join('\n')];
  if (readme !== undefined && text !== undefined) {
    const lines = text.trimEnd().split('\n').slice(0, SHOWN_LINES).join('\n');
    const fence = '`'.repeat(Math.max(3, ...[...lines.matchAll(/`+/g)].map(([run]) => run.length + 1)));
    parts.push(`\`${readme}\` begins:`, `${fence}${readme.endsWith('.json') ? 'json' : 'markdown'}\n${lines}\n${fence}`);
  }
  return [...parts, NO_AI].join('\n\n');
}

function add({ path, content }: { path: string; content: string }, results: readonly ToolMessage[]): Answer {
  const [written] = results;
  if (written === undefined) return { text: `I add \`${path}\`. You see it before it is written.`, call: { name: 'write_file', arguments: { path, content } } };
  return { text: `${written.content}\n\n${NO_AI}` };
}

const ADD = /^\s*(?:please\s+)?(?:add|create|write|make)\s+(?:an?\s+|the\s+)?(?:new\s+)?(?:file\s+)?(?:named\s+|called\s+)?[`"\u201C']?([^\s`"\u201D':]+\.[^\s`"\u201D':]+|[^\s`"\u201D':]*\/[^\s`"\u201D':]+)[`"\u201D']?\s*(?:with(?:\s+the)?(?:\s+(?:content|text))?|containing|saying)?\s*:?\s*([\s\S]*)$/i;
const LOOK = /\b(what('s| is| does)?|list|show|which|describe|look)\b[\s\S]*\b(workspace|project|folder|files?|repo(sitory)?|here)\b/i;

function wishOf(text: string): Wish {
  const addition = ADD.exec(text);
  const [, path, body] = addition ?? [];
  if (path !== undefined && body !== undefined && body.trim() !== '') return { kind: 'add', path, content: contentOf(body) };
  return LOOK.test(text) ? { kind: 'look' } : { kind: 'other' };
}

/** The text after "with:"; a fenced block gives its inside. Files end with a newline. */
function contentOf(body: string): string {
  const fenced = /^\s*(`{3,})[^\n]*\n([\s\S]*?)\n?\1\s*$/.exec(body);
  const text = (fenced?.[2] ?? body.trim()).replaceAll('\r\n', '\n');
  return text.endsWith('\n') ? text : `${text}\n`;
}

function lastUserText(messages: readonly LlmMessage[]): string {
  const last = messages.findLast((message) => message.role === 'user');
  return last?.content ?? '';
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
