import type { EventBus } from '../bus/EventBus.ts';
import type { Disposable } from '../bus/Disposable.ts';
import { isDurable, type RuntimeEvent } from '../../protocol/events.ts';
import type { ChatOp } from '../../protocol/webview.ts';
import type { Transcript } from './Transcript.ts';

/** Gets the changes of a transcript; none where an event changed something else of the session, as its queue or its agent. */
export type TranscriptListener = (ops: readonly ChatOp[]) => void;

interface Entry {
  transcript: Transcript;
  listeners: Set<TranscriptListener>;
}

/**
 * The transcripts of the open sessions, kept up whether or not a chat shows them: an answer that
 * streams while its panel is hidden is not lost.
 */
export class Transcripts implements Disposable {
  readonly #entries = new Map<string, Entry>();
  readonly #subscription: Disposable;

  constructor(bus: EventBus) {
    this.#subscription = bus.onAll((event) => this.#apply(event), { priority: 10 });
  }

  /** Keeps a session's transcript up from now on, in place of the one that was there. */
  adopt(sessionId: string, transcript: Transcript): void {
    this.#entries.set(sessionId, { transcript, listeners: this.#entries.get(sessionId)?.listeners ?? new Set() });
  }

  /** Forgets a session that no chat shows and no turn changes. */
  close(sessionId: string): void {
    this.#entries.delete(sessionId);
  }

  /** Tells the changes of an open session's transcript, and each durable event of the session that made none. */
  onChange(sessionId: string, listener: TranscriptListener): Disposable {
    const listeners = this.#entries.get(sessionId)?.listeners;
    listeners?.add(listener);
    return { dispose: () => listeners?.delete(listener) };
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  #apply(event: RuntimeEvent): void {
    const entry = event.sessionId === undefined ? undefined : this.#entries.get(event.sessionId);
    if (entry === undefined) return;
    const ops = entry.transcript.apply(event);
    if (ops.length > 0 || isDurable(event.type)) for (const listener of [...entry.listeners]) listener(ops);
  }
}
