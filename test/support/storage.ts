import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { Journal, UncommittedEvent } from '../../src/core/ports/Journal.ts';
import { Category, describeEvent, EVENT_VERSION, parseEvent, type EventData, type EventType, type RuntimeEvent } from '../../src/protocol/events.ts';
import type { Database, Query } from '../../src/storage/Database.ts';
import { DatabaseFile } from '../../src/storage/DatabaseFile.ts';
import { openStorage, storageOn, type Storage, type StorageOptions } from '../../src/storage/openStorage.ts';

/** An event that no journal has taken yet; of the first publisher that the catalogue names, where none is given. */
export function uncommitted<T extends EventType>(sessionId: string | undefined, type: T, data: EventData<T>, source = describeEvent(type).publisher.replace(/,.*/, '')): UncommittedEvent {
  return parseEvent({
    eventId: randomUUID(),
    type,
    category: Category.parse(type.slice(0, type.indexOf('.'))),
    timestamp: '2026-11-22T10:00:00.000Z',
    ...(sessionId === undefined ? {} : { sessionId }),
    correlationId: 'c',
    causationId: 'cause',
    source,
    version: EVENT_VERSION,
    data,
  });
}

export function said(sessionId: string, content: string): UncommittedEvent {
  return uncommitted(sessionId, 'session.message.added', { message: { role: 'user', id: randomUUID(), content } });
}

/** All of a session's events, page by page. */
export function readAll(journal: Journal, sessionId: string, types?: readonly EventType[]): RuntimeEvent[] {
  const events: RuntimeEvent[] = [];
  for (;;) {
    const page = journal.page(sessionId, events.at(-1)?.seq ?? 0, types === undefined ? {} : { types });
    events.push(...page.events);
    if (!page.more) return events;
  }
}

/** A folder for databases, and the hosts that opened some: all gone at the end of a test. */
export class StorageFolder {
  readonly path = fs.mkdtempSync(path.join(os.tmpdir(), 'ar-storage-'));
  readonly file = path.join(this.path, 'agent-runtime.db');
  readonly queries: Query[] = [];
  readonly #open: Storage[] = [];

  /** Opens the database as a host of this process, with other options where some are given. */
  open(options: Partial<StorageOptions> & { id?: string } = {}): Storage {
    const { id = 'host', ...others } = options;
    const storage = openStorage({
      file: this.file,
      host: { id, pid: process.pid, machine: 'here' },
      now: () => new Date(),
      onQuery: (query) => this.queries.push(query),
      ...others,
    });
    this.#open.push(storage);
    return storage;
  }

  /** As {@link open}, and gives the connection too: to ask it for its settings, or to set it limits. */
  openWithConnection(): { storage: Storage; database: Database } {
    const self = { host: { id: 'host', pid: process.pid, machine: 'here' }, now: () => new Date(), isAlive: () => true };
    const opened = new DatabaseFile({ file: this.file, self, network: false, onQuery: () => undefined }).open();
    const storage = storageOn({ ...opened, network: false }, self);
    this.#open.push(storage);
    return { storage, database: opened.database };
  }

  dispose(): void {
    for (const storage of this.#open) storage.close();
    fs.rmSync(this.path, { recursive: true });
  }
}

/** Appends to sessions that this host may have; returns what the journal then holds. */
export function append(storage: Storage, ...events: UncommittedEvent[]): RuntimeEvent[] {
  return events.map((event) => {
    if (event.sessionId !== undefined) storage.leases.take(event.sessionId);
    return parseEvent({ ...event, seq: storage.journal.append(event, { powerCut: false }) });
  });
}
