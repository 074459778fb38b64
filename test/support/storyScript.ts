import { isTurnEvent } from '../../src/core/sessions/turnEvents.ts';
import type { RuntimeEvent } from '../../src/protocol/events.ts';
import type { ScriptedAnswer } from './modelServer.ts';

/** The workspace that the story begins in. */
export const storyFiles = {
  'README.md': '# Rate limiter\n\nAllows so many calls in a window of time, by key.\n',
  'src/rateLimiter.ts': 'export const allow = (hits: number, limit: number): boolean => hits <= limit;\n',
  'src/window.ts': 'export const windowMs = 60_000;\n',
} as const;

/** What the person says, in order; `meanwhile` while the model answers with its two reads. */
export const said = {
  question: 'How does the rate limiter count?',
  task: 'It lets one call too many through. Plan a fix, then make it.',
  meanwhile: 'Keep its signature.',
  after: 'Is the limit per key?',
} as const;

export const FIXED = 'export const allow = (hits: number, limit: number): boolean => hits < limit;\n';
export const PLAN = '# Fix the limiter\n\nA hit counts before it is allowed, so the comparison must not include the limit.\n';

/** What the agents say at the end of each turn. */
export const answers = {
  question: 'It counts hits **by key**, in a window of time. See [README.md](README.md).',
  task: 'The limiter let one call too many through. `hits < limit` excludes it now; the signature is as it was.',
  after: 'Yes, each key has its own.',
} as const;

/** Why Architect may write no code, as its model is told. */
export const REFUSAL = /^Architect may write only Markdown files \(\.md\), and src\/rateLimiter\.ts is none\. Nothing was written\. Hand over with switch_mode/;

type Steps = readonly ('pending' | 'in_progress' | 'completed')[];

const call = (name: string, args: object): { name: string; arguments: string } => ({ name, arguments: JSON.stringify(args) });
const read = (path: string): ReturnType<typeof call> => call('read_file', { path });
const handOver = (agent: string, reason: string): ReturnType<typeof call> => call('switch_mode', { agent, reason });
const plan = (...statuses: Steps): ReturnType<typeof call> =>
  call('update_plan', { steps: ['Read the code', 'Change the comparison', 'Say what changed'].map((title, index) => ({ title, status: statuses[index] ?? 'pending' })) });
const route = (agent: string, reasoning: string): ScriptedAnswer => ({ text: JSON.stringify({ agent, confidence: 'high', reasoning }) });

/** The turn in which a question is asked. */
const asking: readonly ScriptedAnswer[] = [
  route('ask', 'asks how it works'),
  { text: 'I look at the description.', toolCalls: [read('README.md')], usage: { prompt_tokens: 900, completion_tokens: 30 } },
  { text: answers.question, usage: { prompt_tokens: 1_000, completion_tokens: 40 } },
];

/** The turn in which it is planned and done. `reads`: waited for before the two reads are answered. */
const planning = (reads: Promise<unknown>): readonly ScriptedAnswer[] => [
  { toolCalls: [handOver('architect', 'a plan is wanted')] },
  { text: 'I fix it at once.', toolCalls: [call('write_file', { path: 'src/rateLimiter.ts', content: 'broken' })] },
  { text: 'I may not, so I write the plan.', toolCalls: [call('write_file', { path: 'docs/plan.md', content: PLAN })] },
  { toolCalls: [handOver('coder', 'the plan is written')] },
  { toolCalls: [plan('in_progress')] },
  { toolCalls: [read('docs/plan.md'), read('src/rateLimiter.ts')], hold: reads },
  { toolCalls: [read('src/limits.ts')] },
  { text: 'It is called otherwise.', toolCalls: [read('src/window.ts')] },
  { toolCalls: [plan('completed', 'in_progress'), call('write_file', { path: 'src/rateLimiter.ts', content: FIXED })] },
  { toolCalls: [plan('completed', 'completed', 'completed')], usage: { prompt_tokens: 3_000, completion_tokens: 60 } },
  { text: answers.task, usage: { prompt_tokens: 3_100, completion_tokens: 70 } },
];

/** The turn after the person has given the session back to the orchestrator. */
const afterwards: readonly ScriptedAnswer[] = [route('ask', 'asks about the limit'), { text: answers.after }];

/** Everything that the model answers. `reads`: waited for before its two reads are answered. */
export function storyAnswers(reads: Promise<unknown>): readonly ScriptedAnswer[] {
  return [...asking, ...planning(reads), ...afterwards];
}

/** How many requests the model got when it is asked for the two reads, that one included. */
export const READS = asking.length + planning(Promise.resolve()).findIndex(({ hold }) => hold !== undefined) + 1;

const capital = (name: string): string => `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
const verbs: Readonly<Record<string, readonly [does: string, plain: string]>> = {
  read_file: ['reads', 'read'],
  write_file: ['writes', 'write'],
};

/** The story as {@link linesOf} tells it. */
export const STORY = [
  `You say: ${said.question}`,
  'Orchestrator → Ask, by orchestrator',
  'Ask begins to read README.md',
  'Ask reads README.md',
  'Ask answers',
  'The turn is over: completed',

  `You say: ${said.task}`,
  'Ask → Architect, by handover',
  // nobody is asked about what the agent may not do
  'Architect may not write src/rateLimiter.ts',
  'Architect asks to write docs/plan.md',
  'You approve docs/plan.md',
  'Architect begins to write docs/plan.md',
  'Architect writes docs/plan.md',
  'Architect → Coder, by handover',
  'Coder plans: in_progress, pending, pending',
  `You say, to be queued: ${said.meanwhile}`,
  // both at once
  'Coder begins to read docs/plan.md',
  'Coder begins to read src/rateLimiter.ts',
  'Coder reads docs/plan.md',
  'Coder reads src/rateLimiter.ts',
  `Delivered: ${said.meanwhile}`,
  'Coder begins to read src/limits.ts',
  'Coder could not read src/limits.ts',
  'Coder begins to read src/window.ts',
  'Coder reads src/window.ts',
  'Coder plans: completed, in_progress, pending',
  'Coder asks to write src/rateLimiter.ts',
  'You approve src/rateLimiter.ts',
  'Coder begins to write src/rateLimiter.ts',
  'Coder writes src/rateLimiter.ts',
  'Coder plans: completed, completed, completed',
  'Coder answers',
  'The turn is over: completed',

  'Coder → Orchestrator, by user',
  `You say: ${said.after}`,
  'Orchestrator → Ask, by orchestrator',
  'Ask answers',
  'The turn is over: completed',
];

/** A session's events as short lines. */
export function linesOf(events: readonly RuntimeEvent[]): string[] {
  const tale = new Tale();
  return inStoryOrder(events.flatMap((event) => tale.line(event) ?? []));
}

/** Reads that run at once begin and end in any order: theirs is put as the story has it. */
function inStoryOrder(lines: readonly string[]): string[] {
  const sorted = [...lines];
  for (const does of ['begins to read', 'reads']) {
    const [first = -1, second = -1] = ['docs/plan.md', 'src/rateLimiter.ts'].map((file) => sorted.indexOf(`Coder ${does} ${file}`));
    if (second !== -1 && second === first - 1) sorted.splice(second, 2, sorted[first] ?? '', sorted[second] ?? '');
  }
  return sorted;
}

class Tale {
  readonly #calls = new Map<string, { agent: string; tool: string; object: string }>();
  readonly #queued = new Set<string>();
  #agent = '';

  line(event: RuntimeEvent): string | undefined {
    switch (event.type) {
      case 'session.message.queued':
        this.#queued.add(event.data.messageId);
        return `You say, to be queued: ${event.data.text}`;
      case 'session.message.added':
        return this.#message(event.data.message);
      case 'agent.switched':
        return `${capital(event.data.from)} → ${capital(event.data.to)}, by ${event.data.trigger}`;
      case 'agent.plan.updated':
        return `${capital(event.data.agent)} plans: ${event.data.steps.map(({ status }) => status).join(', ')}`;
      case 'agent.processing.completed':
        return isTurnEvent(event) ? `The turn is over: ${event.data.outcome}` : undefined;
      default:
        return this.#call(event);
    }
  }

  #message(message: Extract<RuntimeEvent, { type: 'session.message.added' }>['data']['message']): string | undefined {
    if (message.role === 'user') return this.#queued.has(message.id) ? `Delivered: ${message.content}` : `You say: ${message.content}`;
    if (message.role === 'tool') return undefined;
    this.#agent = message.agent;
    return message.toolCalls.length === 0 ? `${capital(message.agent)} answers` : undefined;
  }

  #call(event: RuntimeEvent): string | undefined {
    switch (event.type) {
      case 'tool.execution.requested':
        this.#calls.set(event.data.callId, { agent: capital(this.#agent), tool: event.data.tool, object: event.data.object });
        return undefined;
      case 'hitl.approval.requested':
        return this.#told(event.data.callId, 1, 'asks to');
      case 'hitl.decision.made':
        return `You ${event.data.decision} ${this.#calls.get(event.data.callId)?.object ?? ''}`;
      case 'tool.execution.started':
        return this.#told(event.data.callId, 1, 'begins to');
      case 'tool.execution.completed':
        return this.#told(event.data.callId, 0);
      case 'tool.execution.failed':
        return this.#told(event.data.callId, 1, event.data.durationMs === undefined ? 'may not' : 'could not');
      default:
        return undefined;
    }
  }

  /** Only what is done with files: the rest is told by its own events. */
  #told(callId: string, form: 0 | 1, ...before: string[]): string | undefined {
    const { agent, tool, object } = this.#calls.get(callId) ?? { agent: '', tool: '', object: '' };
    const verb = verbs[tool]?.[form];
    return verb === undefined ? undefined : [agent, ...before, verb, object].join(' ');
  }
}
