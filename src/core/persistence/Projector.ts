import type { EventType, RuntimeEvent } from '../../protocol/events.ts';
import { errorInfoOf } from '../../protocol/errors.ts';
import type { Journal, JournalPage } from '../ports/Journal.ts';
import type { Projected } from '../ports/Projections.ts';

/** One table, as a fold of the events of some types. */
export interface Projection<Row, Change extends Projected<Row>> {
  readonly table: 'sessions' | 'contexts';
  readonly types: readonly EventType[];
  read(sessionId: string): Projected<Row> | undefined;
  /** The row after `events`, as of `seq`. `undefined` where they give none. */
  fold(sessionId: string, row: Row | undefined, events: readonly RuntimeEvent[], seq: number): Change | undefined;
  write(changes: readonly Change[]): void;
  lagging(): string[];
}

/** What writes tables asks of a {@link Projector}. */
export interface TableWriter {
  readonly table: string;
  readonly types: readonly EventType[];
  /** Brings sessions up from the journal, by at most `limit` events in one transaction. Returns the sessions that have more. Throws where nothing was written. */
  write(sessionIds: readonly string[], limit: number): string[];
  lagging(): string[];
  /** Sessions that could not be read the last time, with the reason: they keep no other from being written. */
  readonly unreadable: ReadonlyMap<string, string>;
}

/** Brings a table up from the journal: the same way at a start, after an event, and by a timer. */
export class Projector<Row, Change extends Projected<Row>> implements TableWriter {
  readonly #journal: Journal;
  readonly #projection: Projection<Row, Change>;
  readonly #unreadable = new Map<string, string>();

  constructor(dependencies: { journal: Journal; projection: Projection<Row, Change> }) {
    this.#journal = dependencies.journal;
    this.#projection = dependencies.projection;
  }

  get table(): string {
    return this.#projection.table;
  }

  get types(): readonly EventType[] {
    return this.#projection.types;
  }

  get unreadable(): ReadonlyMap<string, string> {
    return this.#unreadable;
  }

  lagging(): string[] {
    return this.#projection.lagging();
  }

  write(sessionIds: readonly string[], limit: number): string[] {
    const changes: Change[] = [];
    const more: string[] = [];
    let left = limit;
    for (const sessionId of sessionIds) {
      const step = left > 0 ? this.#bringUp(sessionId, left) : { events: 0, more: true, change: undefined };
      left -= Math.max(1, step.events);
      if (step.more) more.push(sessionId);
      if (step.change !== undefined) changes.push(step.change);
    }
    if (changes.length > 0) this.#projection.write(changes);
    return more;
  }

  /** The change that one session's next events give, if they give one. */
  #bringUp(sessionId: string, limit: number): { events: number; more: boolean; change: Change | undefined } {
    const head = this.#journal.head(sessionId);
    const before = head === undefined ? undefined : this.#projection.read(sessionId);
    const page = head === undefined ? undefined : this.#read(sessionId, before?.seq ?? 0, limit);
    if (head === undefined || page === undefined) return { events: 0, more: false, change: undefined };
    const { events, more } = page;
    const last = events.at(-1)?.seq ?? 0;
    const seq = more ? last : Math.max(head.seq, last);
    const change = seq === before?.seq ? undefined : this.#projection.fold(sessionId, before?.row, events, seq);
    return { events: events.length, more, change };
  }

  /** `undefined` for a session with a row that cannot be read. */
  #read(sessionId: string, after: number, limit: number): JournalPage | undefined {
    try {
      const page = this.#journal.page(sessionId, after, { types: this.#projection.types, limit });
      this.#unreadable.delete(sessionId);
      return page;
    } catch (error) {
      const { code, message } = errorInfoOf(error);
      if (code !== 'journal_read') throw error;
      this.#unreadable.set(sessionId, message);
      return undefined;
    }
  }
}
