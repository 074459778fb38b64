import { LLMock, type ChatCompletionRequest, type FixtureResponse } from '@copilotkit/aimock';

/** One scripted answer of the model. */
export interface ScriptedAnswer {
  text?: string;
  /** Comes before the text, as `reasoning_content`. */
  reasoning?: string;
  toolCalls?: { id?: string; name: string; arguments: string }[];
  usage?: { prompt_tokens: number; completion_tokens: number };
  finishReason?: string;
  /** Characters in a chunk. */
  chunkSize?: number;
  /** Milliseconds between chunks. */
  latency?: number;
  /** The connection is cut after so many chunks. */
  truncateAfterChunks?: number;
  /** Answers with this status instead; `retryAfter`: in seconds. */
  error?: { status: number; message: string; retryAfter?: number };
  /** Waited for before the first byte. */
  hold?: Promise<unknown>;
}

/** What a client sent. */
export interface RecordedRequest {
  headers: Record<string, string>;
  body: ChatCompletionRequest;
}

/** An OpenAI-compatible server on loopback that answers as scripted, in order; past the script's end it answers 500. */
export class ModelServer {
  readonly #mock = new LLMock({ host: '127.0.0.1', port: 0, logLevel: 'silent' });
  #scripted = 0;
  #served = 0;

  async start(): Promise<string> {
    await this.#mock.start();
    return this.baseUrl;
  }

  get baseUrl(): string {
    return `${this.#mock.url}/v1`;
  }

  get requests(): RecordedRequest[] {
    return this.#mock.getRequests().map(({ headers, body }) => ({ headers, body: body as ChatCompletionRequest }));
  }

  /** How many requests were answered from the script. */
  get served(): number {
    return this.#served;
  }

  script(...answers: ScriptedAnswer[]): void {
    for (const answer of answers) this.#add(this.#scripted++, answer);
  }

  /** Leaves out what is scripted and was not asked for. */
  skip(): void {
    this.#served = this.#scripted;
  }

  async stop(): Promise<void> {
    await this.#mock.stop();
  }

  #add(index: number, answer: ScriptedAnswer): void {
    const { chunkSize, latency, truncateAfterChunks, hold } = answer;
    this.#mock.addFixture({
      match: { predicate: () => this.#served === index },
      response: async () => {
        this.#served += 1;
        await hold;
        return responseOf(answer);
      },
      ...(chunkSize === undefined ? {} : { chunkSize }),
      ...(latency === undefined ? {} : { latency }),
      ...(truncateAfterChunks === undefined ? {} : { truncateAfterChunks }),
    });
  }
}

/** The orchestrator's answer that sends a conversation to Coder. */
export const routeToCoder: ScriptedAnswer = {
  text: JSON.stringify({ agent: 'coder', confidence: 'high', reasoning: 'changes a file' }),
};

function responseOf({ text, reasoning, toolCalls, usage, finishReason, error }: ScriptedAnswer): FixtureResponse {
  if (error !== undefined) {
    const { status, message, retryAfter } = error;
    return { status, error: { message }, ...(retryAfter === undefined ? {} : { retryAfter }) };
  }
  const overrides = { ...(reasoning === undefined ? {} : { reasoning }), ...(usage === undefined ? {} : { usage }), ...(finishReason === undefined ? {} : { finishReason }) };
  if (toolCalls === undefined) return { content: text ?? '', ...overrides };
  return { content: text ?? '', toolCalls, ...overrides };
}
