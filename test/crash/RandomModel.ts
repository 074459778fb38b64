import { randomUUID } from 'node:crypto';
import type { LlmChunk, LlmRequest, LlmStream } from '../../src/core/ports/LlmStream.ts';

/** Answers after a moment: with text, reads, or writes, each to a file of its own. */
export class RandomModel implements LlmStream {
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  async *stream({ format }: LlmRequest, signal: AbortSignal): AsyncGenerator<LlmChunk> {
    await new Promise((resolve) => setTimeout(resolve, this.#random() * 4));
    signal.throwIfAborted();
    if (format === 'json') {
      yield { type: 'text', text: JSON.stringify({ agent: 'coder', confidence: 'high', reasoning: 'writes' }) };
      yield { type: 'finish', reason: 'stop' };
      return;
    }
    yield { type: 'text', text: `Answer ${'word '.repeat(this.#random() * 300)}` };
    const calls = this.#random() < 0.25 ? 0 : Math.ceil(this.#random() * 3);
    for (let index = 0; index < calls; index += 1) {
      const id = randomUUID();
      if (this.#random() < 0.2) yield { type: 'toolCall', index, id, name: 'list_files', arguments: '{"path":"."}' };
      else {
        const args = JSON.stringify({ path: `file-${id}.txt`, content: `${id}\n`.repeat(1 + this.#random() * 100) });
        yield { type: 'toolCall', index, id, name: 'write_file', arguments: args };
      }
    }
    yield { type: 'finish', reason: calls === 0 ? 'stop' : 'tool_calls' };
  }
}
