import type { ChatOp, ChatToWebview } from '../../protocol/webview.ts';

/** Milliseconds. A page draws once in so many at most. */
const FRAME = 16;

/** What may wait for a frame. */
type Waiting = Extract<ChatToWebview, { type: 'accepted' | 'draftKept' }>;
/** `now`: when what happens now has happened; `together`: with what else has come by then; `frame`: with what comes within one. */
type Urgency = 'frame' | 'together' | 'now';

const ranks: readonly Urgency[] = ['frame', 'together', 'now'];

interface OutboxDependencies {
  /** Takes everything that waits, in its order: the changes first. */
  send: (ops: ChatOp[], messages: Waiting[]) => void;
}

/**
 * What is to go to a page. What happens within a frame goes out together, since each message costs the host, VS Code and the page more than what is
 * in it; the first words of an answer wait for nothing.
 */
export class Outbox {
  readonly #send: OutboxDependencies['send'];
  #ops: ChatOp[] = [];
  #messages: Waiting[] = [];
  #scheduled: { urgency: Urgency; cancel: () => void } | undefined;

  constructor({ send }: OutboxDependencies) {
    this.#send = send;
  }

  /** Without changes: what is no change may differ. */
  queue(ops: readonly ChatOp[]): void {
    this.#ops.push(...ops);
    this.#schedule(urgencyOf(ops));
  }

  add(message: Waiting): void {
    this.#messages.push(message);
    this.#schedule('frame');
  }

  /** The page gets the whole: changes until now are in it. */
  forgetChanges(): void {
    this.#ops = [];
  }

  flush(): void {
    this.#scheduled?.cancel();
    this.#scheduled = undefined;
    const [ops, messages] = [this.#ops, this.#messages];
    this.#ops = [];
    this.#messages = [];
    this.#send(ops, messages);
  }

  dispose(): void {
    this.#scheduled?.cancel();
  }

  #schedule(urgency: Urgency): void {
    if (this.#scheduled !== undefined && ranks.indexOf(urgency) <= ranks.indexOf(this.#scheduled.urgency)) return;
    this.#scheduled?.cancel();
    let cancelled = false;
    const run = (): void => {
      if (!cancelled) this.flush();
    };
    this.#scheduled = { urgency, cancel: () => (cancelled = true) };
    if (urgency === 'now') queueMicrotask(run);
    else if (urgency === 'together') setImmediate(run);
    else setTimeout(run, FRAME);
  }
}

function urgencyOf(ops: readonly ChatOp[]): Urgency {
  if (ops.some((op) => op.op === 'add' && (op.item.kind === 'answer' || op.item.kind === 'reasoning'))) return 'now';
  return ops.length > 0 && ops.every(({ op }) => op === 'appendText') ? 'together' : 'frame';
}
