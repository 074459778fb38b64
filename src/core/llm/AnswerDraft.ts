import type { TokenUsage } from '../../protocol/webview.ts';
import type { FinishReason } from '../ports/LlmStream.ts';
import { CallDrafts, type CallDraft } from './CallDrafts.ts';
import type { ClientChunk } from './LlmClient.ts';
import { Usage } from './Usage.ts';

/** An answer while it comes, from as many requests as it takes. */
export class AnswerDraft {
  readonly messageId: string;
  text = '';
  #reasoning = '';
  #calls = new CallDrafts();
  #finishReason: FinishReason | undefined;
  readonly #usage = new Usage();
  /** As it was when the last request began. */
  #before = { text: '', reasoning: '' };

  constructor(messageId: string) {
    this.messageId = messageId;
  }

  get calls(): readonly CallDraft[] {
    return this.#calls.all;
  }

  /** It has text, and stopped at the model's length limit before anything else came. */
  get isCutText(): boolean {
    return this.#finishReason === 'length' && this.text.trim() !== '' && this.calls.length === 0;
  }

  /** Nothing of it was shown. */
  get isEmpty(): boolean {
    return this.text === '' && this.#reasoning === '';
  }

  /** A request begins, that goes on with what is there. */
  begin(): void {
    this.#before = { text: this.text, reasoning: this.#reasoning };
    this.#finishReason = undefined;
  }

  take(chunk: ClientChunk): void {
    switch (chunk.type) {
      case 'text':
        this.text += chunk.text;
        break;
      case 'reasoning':
        this.#reasoning += chunk.text;
        break;
      case 'toolCall':
        this.#calls.take(chunk);
        break;
      case 'finish':
        this.#finishReason = chunk.reason;
        break;
      case 'used':
        this.#usage.add(chunk.usage);
        break;
      case 'again':
        this.text = this.#before.text;
        this.#reasoning = this.#before.reasoning;
        this.#calls = new CallDrafts();
        break;
    }
  }

  /** What there is of it; its calls only where the model finished it. */
  answer(): { messageId: string; text: string; reasoning: string; toolCalls: []; finishReason?: FinishReason; usage?: TokenUsage } {
    const finishReason = this.#finishReason;
    const usage = this.#usage.total;
    return {
      messageId: this.messageId,
      text: this.text,
      reasoning: this.#reasoning,
      toolCalls: [],
      ...(finishReason === undefined ? {} : { finishReason }),
      ...(usage === undefined ? {} : { usage }),
    };
  }
}
