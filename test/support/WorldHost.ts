import { createCore, type Core } from '../../src/core/createCore.ts';
import type { JournalPage, UncommittedEvent } from '../../src/core/ports/Journal.ts';
import type { OpenSession } from '../../src/core/sessions/OpenSessions.ts';
import type { SessionState } from '../../src/core/sessions/SessionState.ts';
import type { EventOf, EventType, RuntimeEvent } from '../../src/protocol/events.ts';
import { HeldModel } from './HeldModel.ts';
import { MemoryAudit, MemoryJournal, MemoryLeases, MemoryProjections, type MemoryStore } from './MemoryStore.ts';
import { MemoryWorkspace, type MemoryDisk } from './MemoryWorkspace.ts';
import { ManualClock, MemoryLog } from './ports.ts';
import { TestEnvironment } from './TestEnvironment.ts';
import { TestModelMemory } from './TestModelMemory.ts';
import type { TestPolicySettings } from './TestPolicySettings.ts';

/** One committed event, with what was true when it was. Stays when its session is erased. */
export interface Commit {
  event: RuntimeEvent;
  host: string;
  /** Who held the session's lease. */
  holder: string | undefined;
  /** Of the file that a question is about. */
  fileVersion: number;
}

/** What hosts share, and what is known of all that they did. */
export interface Shared {
  store: MemoryStore;
  disk: MemoryDisk;
  /** The person's settings. */
  settings: TestPolicySettings;
  commits: Commit[];
  /** Whether the workspace is trusted. */
  trusted: boolean;
  /** How much happened: the world is quiet when this stands still. */
  activity: number;
}

/** What becomes of the next commit of a type: refused, once; or the host is killed before or after it. */
export interface Trap {
  type: EventType | 'any';
  fate: 'refused' | 'killed before' | 'killed after';
}

/** A journal that knows who wrote what, and can fall into a {@link Trap}. */
class WatchedJournal extends MemoryJournal {
  readonly #shared: Shared;
  readonly #name: string;
  readonly #kill: () => void;
  alive = true;
  trap: Trap | undefined;

  constructor(shared: Shared, name: string, kill: () => void) {
    super(shared.store, name);
    this.#shared = shared;
    this.#name = name;
    this.#kill = kill;
    this.pageSize = 4;
  }

  override append(event: UncommittedEvent, options: { powerCut: boolean }): number {
    this.#used();
    const { trap } = this;
    const trapped = trap !== undefined && (trap.type === 'any' || trap.type === event.type) ? trap.fate : undefined;
    if (trapped !== undefined) this.trap = undefined;
    if (trapped === 'refused') throw new Error('disk full');
    if (trapped === 'killed before') this.#die();
    const holder = this.store.leases.get(event.sessionId ?? '');
    const seq = super.append(event, options);
    const committed = this.store.events.at(-1);
    if (committed === undefined) throw new Error('Nothing was committed');
    const fileVersion = committed.type === 'hitl.approval.requested' ? this.#shared.disk.version(committed.data.preview.path) : 0;
    this.#shared.commits.push({ event: committed, host: this.#name, holder, fileVersion });
    if (trapped !== undefined) this.#die();
    return seq;
  }

  override page(sessionId: string, after: number, options?: { types?: readonly EventType[]; limit?: number }): JournalPage {
    this.#used();
    return super.page(sessionId, after, options);
  }

  override erase(sessionId: string): boolean {
    this.#used();
    return super.erase(sessionId);
  }

  #die(): never {
    this.#kill();
    throw new Error('This host is dead');
  }

  #used(): void {
    this.#shared.activity += 1;
    if (!this.alive) throw new Error('This host is dead');
  }
}

/** One extension host, from its start to its end. */
export class WorldHost {
  readonly name: string;
  readonly clock = new ManualClock();
  readonly log = new MemoryLog();
  readonly model: HeldModel;
  readonly core: Core;
  /** The sessions that somebody shows. */
  readonly shown = new Map<string, OpenSession>();
  /** Sessions, as they were read, whose transcript told of a journal that took no more: it knows more than the journal. */
  readonly failed = new Set<SessionState>();
  readonly projections: MemoryProjections;
  readonly subscriptions: number;
  readonly timers: number;
  readonly #shared: Shared;
  readonly #journal: WatchedJournal;

  constructor(shared: Shared, name: string, options: { holdRoutes: boolean; eventDriven: boolean }) {
    this.name = name;
    this.#shared = shared;
    const { store, disk } = shared;
    const used = (): void => void (shared.activity += 1);
    this.#journal = new WatchedJournal(shared, name, () => this.kill());
    this.projections = new MemoryProjections(store);
    this.model = new HeldModel(used, options.holdRoutes);
    this.core = createCore({
      journal: this.#journal,
      projections: this.projections,
      leases: new MemoryLeases(store, name),
      audit: new MemoryAudit(store),
      workspace: new MemoryWorkspace({ disk, host: name, alive: () => this.alive, trusted: () => shared.trusted, committed: () => shared.commits.length, used }),
      environment: new TestEnvironment(),
      policySettings: shared.settings,
      models: { select: () => Promise.resolve({ name: 'held', provider: 'test', llm: this.model }) },
      modelMemory: new TestModelMemory(),
      clock: this.clock,
      log: this.log,
      persistence: { eventDriven: options.eventDriven, debounceMs: 2_000, maxBatchSize: 3 },
      approvalTimeoutMs: 20_000,
    });
    this.core.registerAgents('startup');
    this.core.bus.on('system.journal.failed', ({ sessionId }) => {
      const session = this.core.sessions.find(sessionId ?? '');
      if (session !== undefined) this.failed.add(session);
    });
    this.subscriptions = this.core.bus.statistics.subscriptions;
    this.timers = this.clock.timers;
  }

  get alive(): boolean {
    return this.#journal.alive;
  }

  set trap(trap: Trap | undefined) {
    this.#journal.trap = trap;
  }

  /** The process is gone from one moment to the next: nothing of it reads or writes any more, and its leases are free. */
  kill(): void {
    this.#journal.alive = false;
    this.projections.failure = new Error('This host is dead');
    this.model.held.clear();
    this.#shared.store.kill(this.name);
  }

  /** Whether it has the session's lease. */
  holds(sessionId: string): boolean {
    return this.#shared.store.leases.get(sessionId) === this.name;
  }

  /** The questions that this host asked, the latest first. */
  questions(): EventOf<'hitl.approval.requested'>['data'][] {
    return this.#shared.commits.flatMap(({ event, host }) => (host === this.name && event.type === 'hitl.approval.requested' ? [event.data] : [])).reverse();
  }
}
