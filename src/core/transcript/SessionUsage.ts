import type { RuntimeEvent } from '../../protocol/events.ts';
import type { TokenUsage } from '../../protocol/webview.ts';
import { isTurnEvent } from '../sessions/turnEvents.ts';

interface Figures {
  inputTokens?: number | undefined;
  outputTokens?: number | undefined;
  estimated?: true;
}

/** The tokens of a session: of its turns as their ends tell them, and of the requests since. */
export class SessionUsage {
  #ended: TokenUsage | undefined;
  /** Of requests that no turn's end has told yet. */
  #open: TokenUsage | undefined;

  /** `undefined` before the first. */
  get total(): TokenUsage | undefined {
    return sum(this.#ended, this.#open);
  }

  apply(event: RuntimeEvent): void {
    switch (event.type) {
      case 'agent.processing.started':
        // a turn that goes on tells at its end what it used since
        if (isTurnEvent(event)) this.#settle(this.#open);
        break;
      case 'llm.request.completed':
      case 'llm.request.failed':
        this.#open = sum(this.#open, usageOf(event.data));
        break;
      case 'agent.processing.completed':
        if (isTurnEvent(event)) this.#settle(usageOf(event.data) ?? this.#open);
        break;
      default:
        break;
    }
  }

  #settle(usage: TokenUsage | undefined): void {
    this.#ended = sum(this.#ended, usage);
    this.#open = undefined;
  }
}

/** What an event tells of tokens; `undefined` where it tells nothing. */
export function usageOf({ inputTokens, outputTokens, estimated }: Figures): TokenUsage | undefined {
  if (inputTokens === undefined && outputTokens === undefined) return undefined;
  return { inputTokens: inputTokens ?? 0, outputTokens: outputTokens ?? 0, estimated: estimated === true };
}

function sum(one: TokenUsage | undefined, other: TokenUsage | undefined): TokenUsage | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return { inputTokens: one.inputTokens + other.inputTokens, outputTokens: one.outputTokens + other.outputTokens, estimated: one.estimated || other.estimated };
}
