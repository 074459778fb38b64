import type { EventOf, RuntimeEvent } from '../../protocol/events.ts';
import type { TurnChanges } from '../../protocol/webview.ts';
import type { TranscriptItems } from './TranscriptItems.ts';

/** A call that is about to change files, or does. */
interface Call {
  turn: string;
  paths: readonly string[];
  started: boolean;
}

/** What a turn changed, and how far that was put back. */
interface Turn {
  files: Set<string>;
  /** The latest undo, else the turn: the next undo is of it. */
  id: string;
  state: TurnChanges['state'];
  refused: TurnChanges['refused'];
  /** The item that tells its end. */
  item: string | undefined;
}

/** What each turn changed, told on the item that ends it; by the turn's correlation id. */
export class Changes {
  readonly #items: TranscriptItems;
  readonly #calls = new Map<string, Call>();
  readonly #turns = new Map<string, Turn>();
  /** By the id of an undo: its turn, and whether it took the turn's changes out; where not, it did them again. */
  readonly #undos = new Map<string, { turn: Turn; takesOut: boolean }>();

  constructor(items: TranscriptItems) {
    this.#items = items;
  }

  apply(event: RuntimeEvent): void {
    switch (event.type) {
      case 'tool.change.recorded':
        this.#calls.set(event.data.callId, { turn: event.correlationId, paths: event.data.files.map(({ path }) => path), started: false });
        break;
      case 'tool.execution.started': {
        const call = this.#calls.get(event.data.callId);
        if (call !== undefined) call.started = true;
        break;
      }
      case 'tool.execution.completed':
        this.#ended(event.data.callId, true);
        break;
      case 'tool.execution.failed': {
        // one that ran and has no duration was ended for the window that closed on it
        const { callId, outcome, durationMs } = event.data;
        this.#ended(callId, outcome === 'unknown' || (durationMs === undefined && this.#calls.get(callId)?.started === true));
        break;
      }
      case 'session.undo.completed':
        this.#undone(event.data);
        break;
      default:
        break;
    }
  }

  /** The turn is over, or broke off, which the item with this id tells. Gives what is on it; what still ran may have changed its files. */
  end(turn: string, item: string): { changes?: TurnChanges } {
    for (const [callId, call] of this.#calls) if (call.turn === turn) this.#ended(callId, call.started);
    const changed = this.#turns.get(turn);
    if (changed === undefined) return {};
    changed.item = item;
    return { changes: changesOf(changed) };
  }

  /** The turn goes on: what told its end tells nothing of its changes any more. */
  goesOn(turn: string): void {
    const changed = this.#turns.get(turn);
    const item = this.#items.get(changed?.item ?? '');
    if (changed !== undefined) changed.item = undefined;
    if (item?.kind !== 'turnEnd' && item?.kind !== 'problem') return;
    const { changes, ...rest } = item;
    if (changes !== undefined) this.#items.put(rest);
  }

  #ended(callId: string, changed: boolean): void {
    const call = this.#calls.get(callId);
    this.#calls.delete(callId);
    if (call === undefined || !changed) return;
    const turn = this.#turns.get(call.turn) ?? { files: new Set(), id: call.turn, state: 'done', refused: [], item: undefined };
    this.#turns.set(call.turn, turn);
    for (const path of call.paths) turn.files.add(path);
    this.#tell(turn);
  }

  #undone({ undoId, of, restored, refused }: EventOf<'session.undo.completed'>['data']): void {
    const undone = this.#undos.get(of);
    const turn = undone?.turn ?? this.#turns.get(of);
    if (turn === undefined) return;
    const takesOut = undone?.takesOut !== true;
    this.#undos.set(undoId, { turn, takesOut });
    turn.refused = refused;
    // what put nothing back is nothing to take back
    if (restored.length > 0) {
      turn.id = undoId;
      turn.state = takesOut ? 'undone' : 'done';
    }
    this.#tell(turn);
  }

  /** Puts it on the item that told the turn's end already. */
  #tell(turn: Turn): void {
    const item = this.#items.get(turn.item ?? '');
    if (item?.kind === 'turnEnd' || item?.kind === 'problem') this.#items.put({ ...item, changes: changesOf(turn) });
  }
}

function changesOf({ id, files, state, refused }: Turn): TurnChanges {
  return { id, files: files.size, state, refused };
}
