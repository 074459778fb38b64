import { randomUUID } from 'node:crypto';
import type { EventBus } from '../bus/EventBus.ts';
import { DisposableStore, type Disposable } from '../bus/Disposable.ts';
import type { TurnScope } from '../bus/TurnScope.ts';
import type { RuntimeEvent } from '../../protocol/events.ts';
import { RuntimeError } from '../../protocol/errors.ts';
import type { Message } from '../../protocol/messages.ts';
import type { Journal } from '../ports/Journal.ts';
import type { Log } from '../ports/Log.ts';
import { emptySession, foldSession, type SessionState } from './SessionState.ts';

const SOURCE = 'SessionManager';
const UNTITLED = 'New session';
const TITLE_LENGTH = 60;

export interface OpenedSession {
  session: SessionState;
  /** Its journal. */
  events: RuntimeEvent[];
}

/** Sessions in memory, changed by nothing but their own events. */
export class SessionManager implements Disposable {
  readonly #bus: EventBus;
  readonly #journal: Journal;
  readonly #log: Log;
  readonly #sessions = new Map<string, SessionState>();
  readonly #subscriptions = new DisposableStore();

  constructor(dependencies: { bus: EventBus; journal: Journal; log: Log }) {
    this.#bus = dependencies.bus;
    this.#journal = dependencies.journal;
    this.#log = dependencies.log;
    // before every reader of sessions
    this.#subscriptions.add(this.#bus.onAll((event) => this.#apply(event), { priority: 20 }));
  }

  create(): SessionState {
    const id = randomUUID();
    this.#sessions.set(id, emptySession(id));
    this.#bus.publish({ type: 'session.created', source: SOURCE, sessionId: id, correlationId: id, data: { title: UNTITLED } });
    return this.get(id);
  }

  /** A session and its events, read from the journal where it is not in memory. `undefined` for one that nobody created. */
  open(id: string): OpenedSession | undefined {
    const events = this.#read(id);
    if (events.length === 0) return undefined;
    let session = this.#sessions.get(id);
    if (session === undefined) {
      session = emptySession(id);
      for (const event of events) foldSession(session, event);
      this.#sessions.set(id, session);
    }
    return { session, events };
  }

  /** An opened session; throws for any other. */
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

  dispose(): void {
    this.#subscriptions.dispose();
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

  #read(id: string): RuntimeEvent[] {
    try {
      return this.#journal.read(id);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new RuntimeError({ code: 'journal_read', message: `The session ${id} could not be read: ${reason}. Nothing of it was changed. Run “Agent Runtime: New Session” to go on in another` }, error);
    }
  }
}

function titleOf(text: string): string {
  const line = text.trim().split('\n', 1)[0] ?? '';
  return line.length <= TITLE_LENGTH ? line || UNTITLED : `${line.slice(0, TITLE_LENGTH - 1).trimEnd()}…`;
}
