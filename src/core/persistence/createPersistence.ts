import type { EventBus } from '../bus/EventBus.ts';
import { DisposableStore, type Disposable } from '../bus/Disposable.ts';
import type { Clock } from '../ports/Clock.ts';
import type { Journal } from '../ports/Journal.ts';
import type { Log } from '../ports/Log.ts';
import type { Projections, SessionRow } from '../ports/Projections.ts';
import { BackgroundWriter } from './BackgroundWriter.ts';
import { catchUp } from './catchUp.ts';
import { contextProjection } from './contextProjection.ts';
import type { PersistenceStatus } from './PersistenceStatus.ts';
import { PersistenceSubscriber, type PersistenceSettings } from './PersistenceSubscriber.ts';
import { Projector, type TableWriter } from './Projector.ts';
import { sessionProjection } from './sessionProjection.ts';

export interface PersistenceOptions extends PersistenceSettings {
  /** Off: the timer writers write the tables. The journal stays on either way. */
  eventDriven: boolean;
}

interface Dependencies extends PersistenceOptions {
  bus: EventBus;
  journal: Journal;
  projections: Projections;
  clock: Clock;
  log: Log;
}

/** What keeps the tables up with the journal. */
export interface Persistence extends Disposable {
  readonly tables: readonly TableWriter[];
  readonly status: PersistenceStatus;
  onDidChangeStatus(listener: (status: PersistenceStatus) => void): Disposable;
  /** Saves everything that is pending. Never rejects. */
  flush(): Promise<void>;
  /** The sessions, the latest first. Rejects where they cannot be read: that is never an empty list. */
  list(): Promise<SessionList>;
}

export interface SessionList {
  sessions: SessionRow[];
  /** Sessions that are there and cannot be read, with the reason. */
  unreadable: ReadonlyMap<string, string>;
}

export function createPersistence({ journal, projections, ...dependencies }: Dependencies): Persistence {
  const { bus, clock, log, eventDriven, debounceMs, maxBatchSize } = dependencies;
  const disposables = new DisposableStore();
  const sessions = new Projector({ journal, projection: sessionProjection(projections) });
  const contexts = new Projector({ journal, projection: contextProjection(projections) });
  const tables: TableWriter[] = [sessions, contexts];
  const list = async (): Promise<SessionList> => {
    await catchUp(sessions);
    return { sessions: projections.list(), unreadable: sessions.unreadable };
  };
  const dispose = (): void => disposables.dispose();
  if (eventDriven) {
    const subscriber = disposables.add(new PersistenceSubscriber({ bus, tables, clock, log, settings: { debounceMs, maxBatchSize } }));
    return {
      tables,
      get status() {
        return subscriber.status;
      },
      onDidChangeStatus: (listener) => subscriber.onDidChangeStatus(listener),
      flush: () => subscriber.flush(),
      list,
      dispose,
    };
  }
  const writers = [
    new BackgroundWriter({ bus, source: 'SessionManager', table: sessions, clock, log }),
    new BackgroundWriter({ bus, source: 'AgentContextManager', table: contexts, clock, log }),
  ];
  for (const writer of writers) disposables.add(writer);
  return {
    tables,
    status: { kind: 'saved' },
    onDidChangeStatus: () => ({ dispose: () => undefined }),
    flush: async () => {
      for (const writer of writers) await writer.flush();
    },
    list,
    dispose,
  };
}
