import { randomUUID } from 'node:crypto';
import type { EventBus } from '../bus/EventBus.ts';
import { DisposableStore, type Disposable } from '../bus/Disposable.ts';
import type { TurnScope } from '../bus/TurnScope.ts';
import type { EventType, RuntimeEvent } from '../../protocol/events.ts';
import { RuntimeError } from '../../protocol/RuntimeError.ts';
import type { Message } from '../../protocol/messages.ts';
import type { Journal, JournalPage } from '../ports/Journal.ts';
import type { Log } from '../ports/Log.ts';
import { yieldToHost } from '../yieldToHost.ts';
import type { Ownership } from './Ownership.ts';
import { emptySession, foldSession, type QueuedText, type SessionState } from './SessionState.ts';

const SOURCE = 'SessionManager';
const UNTITLED = 'New session';
const TITLE_LENGTH = 60;

/** Sessions in memory, changed by nothing but their own events. */
export class SessionManager implements Disposable {
  readonly #bus: EventBus;
  readonly #journal: Journal;
  readonly #ownership: Ownership;
  readonly #log: Log;
  readonly #sessions = new Map<string, SessionState>();
  readonly #subscriptions = new DisposableStore();

  constructor(dependencies: { bus: EventBus; journal: Journal; ownership: Ownership; log: Log }) {
    this.#bus = dependencies.bus;
    this.#journal = dependencies.journal;
    this.#ownership = dependencies.ownership;
    this.#log = dependencies.log;
    // before every reader of sessions
    this.#subscriptions.add(this.#bus.onAll((event) => this.#apply(event), { priority: 20 }));
  }

  /** Journals a new session, which is this host's. Throws {@link JournalWriteError}. */
  create(): SessionState {
    const id = randomUUID();
    this.#ownership.take(id);
    this.#sessions.set(id, emptySession(id));
    try {
      this.#bus.publish({ type: 'session.created', source: SOURCE, sessionId: id, correlationId: id, data: { title: UNTITLED } });
    } catch (error) {
      this.forget(id);
      this.#ownership.release(id);
      throw error;
    }
    return this.get(id);
  }

  /** A session's events, of the given types or all, in pages between which others have their turn. Throws in words for the person. */
  async *pages(id: string, types?: readonly EventType[]): AsyncGenerator<readonly RuntimeEvent[]> {
    let after = 0;
    for (let more = true; more; ) {
      const page = this.#page(id, after, types);
      yield page.events;
      after = page.events.at(-1)?.seq ?? after;
      more = page.more && page.events.length > 0;
      if (more) await yieldToHost();
    }
  }

  /** Of the session's last event; 0 where it has none. */
  lastSeq(id: string): number {
    return this.#journal.head(id)?.seq ?? 0;
  }

  /** Takes a session into memory, in place of the one that was there. */
  adopt(session: SessionState): void {
    this.#sessions.set(session.id, session);
  }

  forget(id: string): void {
    this.#sessions.delete(id);
  }

  find(id: string): SessionState | undefined {
    return this.#sessions.get(id);
  }

  /** A session in memory; throws for any other. */
  get(id: string): SessionState {
    const session = this.#sessions.get(id);
    if (session === undefined) throw new RuntimeError({ code: 'internal', message: `The session ${id} is not open` });
    return session;
  }

  latestId(): string | undefined {
    return this.#journal.latestSessionId();
  }

  /** Journals a message; the first of a person names the session. */
  addMessage(scope: TurnScope, message: Message): TurnScope {
    const session = this.get(scope.sessionId);
    const added = scope.publish(SOURCE, 'session.message.added', { message });
    const caused = scope.causedBy(added);
    if (message.role === 'user' && session.title === UNTITLED) this.#name(caused, message.content);
    return caused;
  }

  /** Journals what the person wrote while no model can get it. */
  queueMessage(scope: TurnScope, message: QueuedText): TurnScope {
    return scope.causedBy(scope.publish(SOURCE, 'session.message.queued', message));
  }

  withdrawMessage(scope: TurnScope, messageId: string): void {
    scope.publish(SOURCE, 'session.message.withdrawn', { messageId });
  }

  dispose(): void {
    this.#subscriptions.dispose();
  }

  #page(id: string, after: number, types?: readonly EventType[]): JournalPage {
    try {
      return this.#journal.page(id, after, types === undefined ? {} : { types });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new RuntimeError(
        { code: 'journal_read', message: `The session ${id} could not be read: ${reason}. Nothing of it was changed. Run “Agent Runtime: New Session” to go on in another` },
        error,
      );
    }
  }

  /** A title that cannot be saved does not unsay that the message was. */
  #name(scope: TurnScope, text: string): void {
    try {
      scope.publish(SOURCE, 'session.updated', { title: titleOf(text) });
    } catch (error) {
      this.#log.error('The title of a session could not be saved', error);
    }
  }

  #apply(event: RuntimeEvent): void {
    const session = event.sessionId === undefined ? undefined : this.#sessions.get(event.sessionId);
    if (session !== undefined) foldSession(session, event);
  }
}

function titleOf(text: string): string {
  const line = text.trim().split('\n', 1)[0] ?? '';
  return line.length <= TITLE_LENGTH ? line || UNTITLED : `${line.slice(0, TITLE_LENGTH - 1).trimEnd()}…`;
}
