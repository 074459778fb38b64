import { randomUUID } from 'node:crypto';
import type { LlmChunk, LlmRequest, LlmStream } from '../../src/core/ports/LlmStream.ts';

/** The agents that a turn may be handed to: most can write. */
const WORKERS = ['coder', 'coder', 'architect', 'universal'];

type Call = [name: string, args: object];

/** Answers after a moment: with text, or with calls of every kind. Each write is to a file of its own. */
export class RandomModel implements LlmStream {
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  async *stream({ format }: LlmRequest, signal: AbortSignal): AsyncGenerator<LlmChunk> {
    await new Promise((resolve) => setTimeout(resolve, this.#random() * 4));
    signal.throwIfAborted();
    if (format === 'json') {
      yield { type: 'text', text: JSON.stringify({ agent: this.#worker(), confidence: 'high', reasoning: 'writes' }) };
      yield { type: 'finish', reason: 'stop' };
      return;
    }
    yield { type: 'text', text: `Answer ${'word '.repeat(this.#random() * 300)}` };
    const calls = this.#calls();
    for (const [index, [name, args]] of calls.entries()) yield { type: 'toolCall', index, id: randomUUID(), name, arguments: JSON.stringify(args) };
    yield { type: 'finish', reason: calls.length === 0 ? 'stop' : 'tool_calls' };
  }

  #calls(): Call[] {
    const chance = this.#random();
    if (chance < 0.15) return [];
    if (chance < 0.25) return [['attempt_completion', { result: 'Done.' }]];
    // beside each other
    if (chance < 0.4) return Array.from({ length: 2 + this.#random() * 6 }, () => ['list_files', { path: '.' }]);
    return Array.from({ length: 1 + this.#random() * 3 }, () => this.#call());
  }

  #call(): Call {
    const chance = this.#random();
    if (chance < 0.15) return ['ask_followup_question', { question: `Question ${randomUUID()}?`, choices: ['This', 'That'] }];
    if (chance < 0.25) return ['switch_mode', { agent: this.#worker(), reason: 'it can do it better' }];
    if (chance < 0.35) return ['list_files', { path: '.' }];
    const id = randomUUID();
    return ['write_file', { path: `file-${id}.md`, content: `${id}\n`.repeat(1 + this.#random() * 100) }];
  }

  #worker(): string {
    return WORKERS[Math.floor(this.#random() * WORKERS.length)] ?? 'coder';
  }
}
