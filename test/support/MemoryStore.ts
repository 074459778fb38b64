import type { AuditEntry, AuditLog, AuditPage } from '../../src/core/ports/AuditLog.ts';
import type { Journal, JournalPage, SessionHead, UncommittedEvent } from '../../src/core/ports/Journal.ts';
import type { Leases } from '../../src/core/ports/Leases.ts';
import type { ContextRow, MessageRow, Projected, ProjectedSession, Projections, SessionRow } from '../../src/core/ports/Projections.ts';
import { isTurnEvent } from '../../src/core/sessions/turnEvents.ts';
import { RuntimeError } from '../../src/protocol/RuntimeError.ts';
import { parseEvent, type EventType, type RuntimeEvent } from '../../src/protocol/events.ts';

/** What hosts share: a database in memory. */
export class MemoryStore {
  events: RuntimeEvent[] = [];
  /** The host that has each session. */
  readonly leases = new Map<string, string>();
  readonly sessions = new Map<string, Projected<SessionRow>>();
  readonly messages = new Map<string, MessageRow[]>();
  readonly contexts = new Map<string, Projected<ContextRow>>();
  readonly audit = new Map<string, AuditEntry>();
  /** Sessions that something was erased of. */
  readonly erasing = new Set<string>();

  /** `''` and `undefined`: those without a session. */
  of(sessionId: string | undefined): RuntimeEvent[] {
    return this.events.filter((event) => (event.sessionId ?? '') === (sessionId ?? ''));
  }

  head(sessionId: string): SessionHead | undefined {
    const events = this.of(sessionId);
    if (events.length === 0) return undefined;
    const isMessage = (event: RuntimeEvent): boolean => event.type === 'session.message.added' && event.data.message.role === 'user';
    const ofTurn = (event: RuntimeEvent): boolean => (event.type === 'agent.processing.started' || event.type === 'agent.processing.completed') && isTurnEvent(event);
    const turn = events.findLast((event) => ofTurn(event) || isMessage(event));
    const life = events.findLast(({ type }) => type === 'session.deleted' || type === 'session.restored');
    return { sessionId, seq: events.at(-1)?.seq ?? 0, turnOpen: turn !== undefined && turn.type !== 'agent.processing.completed', deleted: life?.type === 'session.deleted' };
  }

  /** Sessions with events, the one that was written to last first. */
  get ids(): string[] {
    return [...new Set(this.events.toReversed().flatMap(({ sessionId }) => sessionId ?? []))];
  }

  /** Whether rows of a session are taken: there is something of it, and nothing of it is erased. */
  keeps(sessionId: string): boolean {
    return this.head(sessionId) !== undefined && !this.erasing.has(sessionId);
  }

  /** The host is dead: what it had is free. */
  kill(host: string): void {
    for (const [sessionId, owner] of this.leases) if (owner === host) this.leases.delete(sessionId);
  }
}

/** A journal in memory that can be made to refuse. */
export class MemoryJournal implements Journal {
  readonly store: MemoryStore;
  readonly #host: string;
  refuses: (event: UncommittedEvent) => boolean = () => false;
  /** Events in a page, where nobody asks for another number. */
  pageSize = 20;
  /** Types that were to survive a power cut, in order. */
  readonly powerCut: string[] = [];

  /** Leases are asked for where a `host` is given. */
  constructor(store = new MemoryStore(), host = '') {
    this.store = store;
    this.#host = host;
  }

  get events(): RuntimeEvent[] {
    return this.store.events;
  }

  append(event: UncommittedEvent, { powerCut }: { powerCut: boolean }): number {
    if (this.refuses(event)) throw new Error('disk full');
    const { sessionId } = event;
    if (this.#host !== '' && sessionId !== undefined) {
      if (this.store.leases.get(sessionId) !== this.#host) throw new RuntimeError({ code: 'session_not_owned', message: 'Another window has this session' });
      const head = this.store.head(sessionId);
      const restores = event.type === 'session.restored';
      if (restores ? !this.store.keeps(sessionId) : head?.deleted === true) throw new RuntimeError({ code: 'session_deleted', message: 'This session is deleted' });
    }
    const seq = (this.store.of(sessionId).at(-1)?.seq ?? 0) + 1;
    this.store.events.push(parseEvent(structuredClone({ ...event, seq })));
    if (powerCut) this.powerCut.push(event.type);
    return seq;
  }

  page(sessionId: string, after: number, { types, limit = this.pageSize }: { types?: readonly EventType[]; limit?: number } = {}): JournalPage {
    const wanted = this.store.of(sessionId).filter(({ seq, type }) => (seq ?? 0) > after && (types === undefined || types.includes(type)));
    const most = Math.max(1, limit);
    return { events: wanted.slice(0, most), more: wanted.length > most };
  }

  head(sessionId: string): SessionHead | undefined {
    return this.store.head(sessionId);
  }

  unfinished(): SessionHead[] {
    return this.store.ids.flatMap((id) => this.store.head(id) ?? []).filter(({ turnOpen, deleted }) => turnOpen || deleted);
  }

  latestSessionId(): string | undefined {
    return this.store.events.findLast(({ sessionId }) => sessionId !== undefined && this.store.head(sessionId)?.deleted === false)?.sessionId;
  }

  erase(sessionId: string): boolean {
    const last = this.store.of(sessionId).at(-1);
    if (last === undefined) return false;
    if (this.store.head(sessionId)?.deleted !== true) throw new Error(`${sessionId} is not deleted`);
    const owner = this.store.leases.get(sessionId);
    if (this.#host !== '' && owner !== undefined && owner !== this.#host) throw new RuntimeError({ code: 'session_not_owned', message: 'Another window has this session' });
    this.store.erasing.add(sessionId);
    // its deletion last
    const others = this.store.of(sessionId).length > 1;
    this.store.events = this.store.events.filter((event) => event.sessionId !== sessionId || (others && event === last));
    this.store.sessions.delete(sessionId);
    this.store.messages.delete(sessionId);
    this.store.contexts.delete(sessionId);
    const more = this.store.of(sessionId).length > 0;
    if (!more) this.store.leases.delete(sessionId);
    return more;
  }

  checkpoint(): void {
    // nothing to move
  }
}

export class MemoryLeases implements Leases {
  readonly #store: MemoryStore;
  readonly #host: string;

  constructor(store: MemoryStore, host: string) {
    this.#store = store;
    this.#host = host;
  }

  take(sessionId: string): boolean {
    if (!this.#store.leases.has(sessionId)) this.#store.leases.set(sessionId, this.#host);
    return this.#store.leases.get(sessionId) === this.#host;
  }

  release(sessionId: string): void {
    if (this.#store.leases.get(sessionId) === this.#host) this.#store.leases.delete(sessionId);
  }

  beat(): string[] {
    return [...this.#store.leases].flatMap(([sessionId, host]) => (host === this.#host ? [sessionId] : []));
  }
}

/** Tables in memory that can be made to fail. */
export class MemoryProjections implements Projections {
  readonly #store: MemoryStore;
  /** Thrown by every write, while it is set. */
  failure: Error | undefined;
  /** How many events each write was of. */
  readonly batches: number[] = [];

  constructor(store: MemoryStore) {
    this.#store = store;
  }

  session(sessionId: string): Projected<SessionRow> | undefined {
    return this.#store.sessions.get(sessionId);
  }

  context(sessionId: string): Projected<ContextRow> | undefined {
    return this.#store.contexts.get(sessionId);
  }

  messages(sessionId: string): MessageRow[] {
    return this.#store.messages.get(sessionId) ?? [];
  }

  writeSessions(changes: readonly ProjectedSession[]): void {
    if (this.failure !== undefined) throw this.failure;
    this.batches.push(changes.reduce((sum, { messages }) => sum + messages.length, 0));
    for (const { seq, row, messages } of changes) {
      if (!this.#isTaken('sessions', { seq, row })) continue;
      this.#store.sessions.set(row.sessionId, { seq, row });
      const known = this.messages(row.sessionId);
      const added = messages.filter(({ messageId }) => known.every((message) => message.messageId !== messageId));
      this.#store.messages.set(row.sessionId, [...known, ...added].sort((a, b) => a.seq - b.seq));
    }
  }

  writeContexts(changes: readonly Projected<ContextRow>[]): void {
    if (this.failure !== undefined) throw this.failure;
    for (const change of changes) if (this.#isTaken('contexts', change)) this.#store.contexts.set(change.row.sessionId, change);
  }

  lagging(table: 'sessions' | 'contexts'): string[] {
    return this.#store.ids.filter((id) => this.#store.head(id)?.deleted === false && (this.#store[table].get(id)?.seq ?? 0) < (this.#store.head(id)?.seq ?? 0));
  }

  list(): SessionRow[] {
    return this.#store.ids
      .flatMap((id) => this.#store.sessions.get(id)?.row ?? [])
      .filter(({ sessionId }) => this.#store.head(sessionId)?.deleted === false)
      .sort((a, b) => (a.updatedAt < b.updatedAt ? 1 : a.updatedAt > b.updatedAt ? -1 : 0));
  }

  #isTaken(table: 'sessions' | 'contexts', { seq, row }: Projected<{ sessionId: string }>): boolean {
    return this.#store.keeps(row.sessionId) && seq >= (this.#store[table].get(row.sessionId)?.seq ?? 0);
  }
}

export class MemoryAudit implements AuditLog {
  readonly #store: MemoryStore;
  pageSize = 20;

  constructor(store: MemoryStore) {
    this.#store = store;
  }

  add(entries: readonly AuditEntry[]): void {
    for (const entry of entries) if (!this.#store.audit.has(entry.eventId)) this.#store.audit.set(entry.eventId, entry);
  }

  eventIds(sessionId: string): string[] {
    return this.read(sessionId).map(({ eventId }) => eventId);
  }

  read(sessionId?: string): AuditEntry[] {
    return [...this.#store.audit.values()].filter((entry) => sessionId === undefined || entry.sessionId === sessionId);
  }

  page(after: number): AuditPage {
    const entries = [...this.#store.audit.values()].slice(after, after + this.pageSize);
    const next = after + entries.length;
    return { entries, next, more: next < this.#store.audit.size };
  }

  beforeLast(count: number): number {
    return Math.max(0, this.#store.audit.size - count);
  }
}
