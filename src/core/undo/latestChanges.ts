import type { EventData, RuntimeEvent } from '../../protocol/events.ts';

/** The last turn of a session that changed files. */
export interface LatestChanges {
  /** Its correlation id. */
  turn: string;
  /** The undo that put its files back, where that still stands. */
  undoneBy: string | undefined;
  /** Whether that undo left files alone. */
  refused: boolean;
}

/** `undefined` where no turn changed a file. `pages`: the session's events of `changeTypes`. */
export async function latestChanges(pages: AsyncIterable<readonly RuntimeEvent[]>): Promise<LatestChanges | undefined> {
  const latest = new Latest();
  for await (const events of pages) for (const event of events) latest.apply(event);
  return latest.changes;
}

interface Undo {
  turn: string;
  /** Whether it took the turn's changes out; where not, it did them again. */
  takesOut: boolean;
  /** How things were before it. */
  before: LatestChanges | undefined;
}

class Latest {
  changes: LatestChanges | undefined;
  /** The call whose change was recorded last, and that has not begun. */
  #recorded: string | undefined;
  readonly #undos = new Map<string, Undo>();

  apply(event: RuntimeEvent): void {
    switch (event.type) {
      case 'tool.change.recorded':
        this.#recorded = event.data.callId;
        break;
      case 'tool.execution.started':
        if (event.data.callId === this.#recorded) this.changes = { turn: event.correlationId, undoneBy: undefined, refused: false };
        this.#recorded = undefined;
        break;
      case 'session.undo.started':
        this.#begin(event.data);
        break;
      case 'session.undo.completed':
        this.#end(event.data);
        break;
      default:
        break;
    }
  }

  #begin({ undoId, of }: EventData<'session.undo.started'>): void {
    const undone = this.#undos.get(of);
    const turn = undone?.turn ?? of;
    const takesOut = undone?.takesOut !== true;
    this.#undos.set(undoId, { turn, takesOut, before: this.changes });
    if (this.changes?.turn === turn) this.changes = { turn, undoneBy: takesOut ? undoId : undefined, refused: false };
  }

  #end({ undoId, restored, refused }: EventData<'session.undo.completed'>): void {
    const undo = this.#undos.get(undoId);
    if (undo === undefined || this.changes?.turn !== undo.turn) return;
    // one that changed nothing is none
    this.changes = restored.length === 0 ? undo.before : { ...this.changes, refused: undo.takesOut && refused.length > 0 };
  }
}
