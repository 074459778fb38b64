import type { Answer, InputOptions, PickManyOptions, PickOptions, Prompts } from '../../src/vscode/models/Prompts.ts';

type Reply = { pick: string } | { many: readonly string[] } | { type: string } | { enter: true } | 'back' | 'esc';

/** A person at the lists and boxes who replies as scripted, in order; keeps what they saw, passwords as dots. */
export class ScriptedPrompts implements Prompts {
  readonly seen: string[] = [];
  readonly #replies: Reply[];
  open = false;
  /** What is done while something is waited for; absent: it is waited for. */
  whileWaiting: 'back' | 'esc' | undefined;
  /** Runs when something begins to be waited for. */
  waiting: () => void = () => undefined;

  constructor(...replies: Reply[]) {
    this.#replies = replies;
  }

  /** What was scripted and not asked for. */
  get left(): number {
    return this.#replies.length;
  }

  get last(): string {
    return this.seen.at(-1) ?? '';
  }

  async pick<T>({ placeholder, words, groups, later, title, step, totalSteps, active }: PickOptions<T>): Promise<Answer<T>> {
    let shown = groups;
    await later?.((update) => (shown = update));
    const items = shown.flatMap((group) => group.items);
    const first = items.find(({ value }) => value === active)?.label;
    const list = shown.map((group) => `${group.title === '' ? '' : `${group.title}: `}${group.items.map(({ label, description = '' }) => `${label}${description === '' ? '' : ` (${description})`}`).join(', ')}`).join(' | ');
    const at = step === undefined ? '' : ` ${step}/${totalSteps ?? '?'}`;
    const reply = this.#next(`${title}${at}: ${words === undefined ? '' : `[${words}] `}${placeholder} -> ${list}${first === undefined ? '' : ` @${first}`}`);
    if (typeof reply === 'string') return left(reply);
    if (!('pick' in reply)) throw new Error(`A list is shown: ${this.last}`);
    const item = items.find(({ label }) => label === reply.pick);
    if (item === undefined) throw new Error(`“${reply.pick}” is not in the list: ${this.last}`);
    return { kind: 'done', value: item.value };
  }

  pickMany<T>({ title, placeholder, items }: PickManyOptions<T>): Promise<Answer<T[]>> {
    const reply = this.#next(`${title}: ${placeholder} -> ${items.map(({ label, description = '', picked }) => `${picked ? '*' : ''}${label} (${description})`).join(', ')}`);
    if (typeof reply === 'string') return Promise.resolve(left(reply));
    if (!('many' in reply)) throw new Error(`Several can be chosen: ${this.last}`);
    return Promise.resolve({ kind: 'done', value: items.filter(({ label }) => reply.many.includes(label)).map(({ value }) => value) });
  }

  async input({ title, prompt, value, words, password = false, check, step, totalSteps }: InputOptions): Promise<Answer<string>> {
    const at = step === undefined ? '' : ` ${step}/${totalSteps ?? '?'}`;
    const shown = `${title}${at}: ${words === undefined ? '' : `[${words}] `}${prompt} = “${password ? '•'.repeat(value.length) : value}”`;
    for (let wrong = ''; ; ) {
      const reply = this.#next(`${shown}${wrong}`);
      if (typeof reply === 'string') return left(reply);
      if (!('type' in reply) && !('enter' in reply)) throw new Error(`A box is shown: ${this.last}`);
      const typed = 'type' in reply ? reply.type : value;
      const problem = check(typed);
      if (problem === undefined) return Promise.resolve({ kind: 'done', value: typed });
      wrong = ` {${problem}}`;
    }
  }

  async wait<T>({ text }: { text: string }, run: (signal: AbortSignal) => Promise<T>): Promise<Answer<T>> {
    this.open = true;
    this.seen.push(`waits: ${text}`);
    this.waiting();
    const abort = new AbortController();
    const result = run(abort.signal);
    if (this.whileWaiting === undefined) return { kind: 'done', value: await result };
    const reply = this.whileWaiting;
    this.whileWaiting = undefined;
    abort.abort();
    await result.catch(() => undefined);
    return left(reply);
  }

  close(): void {
    this.open = false;
  }

  #next(shown: string): Reply {
    this.open = true;
    this.seen.push(shown);
    const reply = this.#replies.shift();
    if (reply === undefined) throw new Error(`Nothing is scripted for: ${shown}`);
    return reply;
  }
}

function left(reply: 'back' | 'esc'): { kind: 'back' | 'cancelled' } {
  return { kind: reply === 'back' ? 'back' : 'cancelled' };
}
