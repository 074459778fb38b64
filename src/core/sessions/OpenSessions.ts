import type { EventBus } from '../bus/EventBus.ts';
import { DisposableStore, type Disposable } from '../bus/Disposable.ts';
import type { AgentContextManager } from '../context/AgentContextManager.ts';
import type { MultiAgentOrchestrator } from '../orchestration/MultiAgentOrchestrator.ts';
import type { Clock } from '../ports/Clock.ts';
import type { Log } from '../ports/Log.ts';
import { retryWhileBusy } from '../retryWhileBusy.ts';
import { auditedTypes, isAudited } from '../audit/auditEntry.ts';
import type { AuditLogger } from '../subscribers/AuditLogger.ts';
import type { Transcript } from '../transcript/Transcript.ts';
import type { Transcripts } from '../transcript/Transcripts.ts';
import { foldJournal, type FoldedSession } from './foldJournal.ts';
import type { Ownership, Use } from './Ownership.ts';
import type { SessionManager } from './SessionManager.ts';
import type { SessionState } from './SessionState.ts';

/** Milliseconds between two tries to take over a session that another window had. */
const TAKE_OVER = 2_000;

/** A session in memory. The same object from its opening to its close, whoever shows it. */
export interface OpenSession {
  readonly id: string;
  /** Another object after the session changed hands. */
  readonly session: SessionState;
  /** Another object after the session changed hands. */
  readonly transcript: Transcript;
  /** Whether this host holds its lease. Where not, it is shown as it was when it was read, and takes no message. */
  readonly owned: boolean;
  /** The person deleted it, here or in another window. */
  readonly deleted: boolean;
  /** For how many calls nobody knows the outcome since VS Code closed; what was found when it was read. */
  readonly unknown: number;
  /** Tells that it was taken over or lost: `session`, `transcript` and `owned` are others now. */
  onChangedHands(listener: () => void): Disposable;
}

interface Dependencies {
  bus: EventBus;
  sessions: SessionManager;
  contexts: AgentContextManager;
  transcripts: Transcripts;
  ownership: Ownership;
  orchestrator: MultiAgentOrchestrator;
  audit: AuditLogger;
  clock: Clock;
  log: Log;
}

interface InMemory {
  session: SessionState;
  transcript: Transcript;
  owned: boolean;
  unknown: number;
}

class Entry implements OpenSession {
  readonly id: string;
  readonly listeners = new Set<() => void>();
  /** Somebody shows it. */
  shown = true;
  /** It is being read anew. */
  reading = false;
  /** Another window has deleted it. */
  gone = false;
  memory: InMemory;

  constructor(id: string, memory: InMemory) {
    this.id = id;
    this.memory = memory;
  }

  get session(): SessionState {
    return this.memory.session;
  }

  get transcript(): Transcript {
    return this.memory.transcript;
  }

  get owned(): boolean {
    return this.memory.owned;
  }

  get deleted(): boolean {
    return this.gone || this.session.deleted;
  }

  get unknown(): number {
    return this.memory.unknown;
  }

  onChangedHands(listener: () => void): Disposable {
    this.listeners.add(listener);
    return { dispose: () => this.listeners.delete(listener) };
  }
}

/**
 * The sessions in memory: opened from the journal when somebody wants them, recovered where VS Code had
 * closed on a turn, and dropped when nobody shows them and no turn runs.
 */
export class OpenSessions implements Disposable {
  readonly #dependencies: Dependencies;
  readonly #entries = new Map<string, Entry>();
  readonly #opening = new Map<string, Promise<Entry | undefined>>();
  readonly #disposables = new DisposableStore();
  /** Sessions with an open turn that another host had at the start. */
  readonly #skipped = new Set<string>();
  #polling: Disposable | undefined;

  constructor(dependencies: Dependencies) {
    this.#dependencies = dependencies;
    const { bus, ownership } = dependencies;
    this.#disposables.add(ownership.onLost((id) => this.#lost(id)));
    // a turn that nobody watched any more has kept its session in memory
    for (const type of ['agent.processing.completed', 'system.journal.failed'] as const) {
      this.#disposables.add(bus.on(type, ({ sessionId }) => void setImmediate(() => this.#drop(sessionId ?? '')), { priority: 2 }));
    }
    this.#disposables.add({ dispose: () => this.#polling?.dispose() });
  }

  /** Opens a session for somebody who shows it. `undefined` for one that nobody created, or that is deleted. Rejects with words for the person. */
  async open(id: string): Promise<OpenSession | undefined> {
    const entry = await this.#load(id);
    if (entry !== undefined) entry.shown = true;
    return entry;
  }

  /** Nobody shows it any more. */
  close(id: string): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    entry.shown = false;
    this.#drop(id);
  }

  /**
   * Takes a session on whose turn VS Code had closed, and asks again what waits for the person.
   * `undefined` where another living host has it: then it is tried again until that one is done with it.
   */
  async recover(id: string): Promise<OpenSession | undefined> {
    const { ownership, clock } = this.#dependencies;
    const known = this.#entries.has(id) || this.#opening.has(id);
    if (!known && !(await retryWhileBusy(clock, () => ownership.take(id)))) {
      this.#skipped.add(id);
      this.#poll();
      return undefined;
    }
    const entry = await this.#load(id);
    if (!known && entry !== undefined) {
      entry.shown = false;
      setImmediate(() => this.#drop(id));
    }
    return entry;
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  #load(id: string): Promise<Entry | undefined> {
    const known = this.#entries.get(id);
    if (known !== undefined) return Promise.resolve(known);
    const opening = this.#opening.get(id) ?? this.#read(id).finally(() => this.#opening.delete(id));
    this.#opening.set(id, opening);
    return opening;
  }

  async #read(id: string): Promise<Entry | undefined> {
    const { ownership, clock } = this.#dependencies;
    await retryWhileBusy(clock, () => ownership.take(id));
    let entry: Entry | undefined;
    try {
      let folded = await this.#fold(id);
      while (this.#isBehind(id, folded)) folded = await this.#fold(id);
      if (!exists(folded)) {
        // one that was created and deleted at once
        this.#dependencies.sessions.forget(id);
        return undefined;
      }
      entry = new Entry(id, this.#adopt(folded));
      this.#entries.set(id, entry);
      if (entry.owned) this.#recover(entry);
      else this.#poll();
      return entry;
    } finally {
      if (entry === undefined) ownership.release(id);
    }
  }

  /** What a session's journal says, with what the audit log had missed. Changes nothing in memory. */
  async #fold(id: string): Promise<FoldedSession> {
    const { sessions, audit } = this.#dependencies;
    const folded = await foldJournal(id, sessions.pages(id));
    // what the host that was killed had not got to: in the middle of a turn, or after its very last event
    const missed = folded.session.turn !== undefined || (folded.last !== undefined && isAudited(folded.last));
    if (missed && this.#isOurs(id)) await audit.catchUp(sessions.pages(id, auditedTypes));
    return folded;
  }

  /** Something was added, or erased, while it was read; by another host that may go on and on. */
  #isBehind(id: string, { last }: FoldedSession): boolean {
    return this.#isOurs(id) && this.#dependencies.sessions.lastSeq(id) !== (last?.seq ?? 0);
  }

  /** To be worked in, or to be read before that. */
  #isOurs(id: string): boolean {
    const { ownership } = this.#dependencies;
    return ownership.owns(id) || ownership.owns(id, 'takeOver');
  }

  #adopt({ session, context, transcript }: FoldedSession): InMemory {
    const { sessions, contexts, transcripts, ownership } = this.#dependencies;
    const { id } = session;
    // it may have been lost while it was read
    const owned = ownership.owns(id);
    sessions.adopt(session);
    contexts.adopt(id, context);
    transcripts.adopt(id, transcript);
    if (owned && !this.#dependencies.orchestrator.waitsForPerson(session)) transcript.interrupt();
    return { session, transcript, owned, unknown: 0 };
  }

  #recover(entry: Entry): void {
    try {
      entry.memory.unknown = this.#dependencies.orchestrator.recover(entry.id);
    } catch (error) {
      // the transcript tells that it was interrupted, and Resume tries again
      this.#dependencies.log.error(`The session ${entry.id} could not be recovered`, error);
      entry.transcript.interrupt();
    }
  }

  #lost(id: string): void {
    const entry = this.#entries.get(id);
    this.#dependencies.orchestrator.stop(id);
    if (entry === undefined) return;
    entry.memory = { ...entry.memory, owned: false };
    this.#poll();
    this.#tell(entry);
  }

  #poll(): void {
    this.#polling ??= this.#dependencies.clock.every(TAKE_OVER, () => this.#takeOver());
  }

  #takeOver(): void {
    const waiting = [...this.#entries.values()].filter(({ owned, gone }) => !owned && !gone);
    if (waiting.length === 0 && this.#skipped.size === 0) {
      this.#polling?.dispose();
      this.#polling = undefined;
    }
    for (const entry of waiting) {
      if (entry.reading || this.#dependencies.orchestrator.isRunning(entry.id)) continue;
      if (this.#take(entry.id, 'takeOver')) void this.#readAnew(entry);
    }
    for (const id of this.#skipped) {
      if (!this.#take(id, 'takeOver')) continue;
      this.#skipped.delete(id);
      void this.#recoverLate(id);
    }
  }

  #take(id: string, use: Use): boolean {
    try {
      return this.#dependencies.ownership.take(id, use);
    } catch (error) {
      this.#dependencies.log.warn(`The session ${id} could not be taken over: ${error instanceof Error ? error.message : String(error)}`);
      return false;
    }
  }

  /** The host that had it at the start is gone. */
  async #recoverLate(id: string): Promise<void> {
    const { ownership, log } = this.#dependencies;
    try {
      await this.recover(id);
    } catch (error) {
      log.error(`The session ${id} could not be recovered`, error);
    } finally {
      ownership.release(id, 'takeOver');
    }
  }

  /** What is in memory is old until everything is read: only then may somebody work in it. */
  async #readAnew(entry: Entry): Promise<void> {
    const { ownership, log } = this.#dependencies;
    const { id } = entry;
    entry.reading = true;
    try {
      let folded = await this.#fold(id);
      while (this.#isBehind(id, folded)) folded = await this.#fold(id);
      // it was closed meanwhile, or lost
      if (this.#entries.get(id) !== entry || !ownership.owns(id, 'takeOver')) return;
      if (!exists(folded)) {
        entry.gone = true;
        this.#tell(entry);
        return;
      }
      ownership.take(id);
      entry.memory = this.#adopt(folded);
      this.#recover(entry);
      this.#tell(entry);
    } catch (error) {
      log.error(`The session ${id} could not be read anew`, error);
      if (!entry.owned) ownership.release(id);
    } finally {
      ownership.release(id, 'takeOver');
      entry.reading = false;
    }
  }

  #tell(entry: Entry): void {
    for (const listener of [...entry.listeners]) listener();
  }

  #drop(id: string): void {
    const { sessions, contexts, transcripts, ownership, orchestrator } = this.#dependencies;
    const entry = this.#entries.get(id);
    if (entry === undefined || entry.shown || orchestrator.isRunning(id)) return;
    this.#entries.delete(id);
    sessions.forget(id);
    contexts.forget(id);
    transcripts.close(id);
    ownership.release(id);
  }
}

/** Whether somebody created it, and nobody deleted it. */
function exists({ session, last }: FoldedSession): boolean {
  return last !== undefined && !session.deleted;
}
