import * as path from 'node:path';
import type { AuditLog } from '../core/ports/AuditLog.ts';
import type { DraftStore } from '../core/ports/DraftStore.ts';
import type { Journal } from '../core/ports/Journal.ts';
import type { Leases } from '../core/ports/Leases.ts';
import type { OpenPanels } from '../core/ports/OpenPanels.ts';
import type { Projections } from '../core/ports/Projections.ts';
import type { Query } from './Database.ts';
import { DatabaseFile, type OpenedDatabase } from './DatabaseFile.ts';
import { enter, leave, processIsAlive, type Host, type Self } from './hosts.ts';
import { isNetworkFolder } from './networkFolder.ts';
import type { Salvage } from './salvage.ts';
import { SessionEraser } from './SessionEraser.ts';
import { SqliteAudit } from './SqliteAudit.ts';
import { SqliteDrafts } from './SqliteDrafts.ts';
import { SqliteJournal } from './SqliteJournal.ts';
import { SqliteLeases } from './SqliteLeases.ts';
import { SqlitePanels } from './SqlitePanels.ts';
import { SqliteProjections } from './SqliteProjections.ts';
import { WriteAheadLog } from './WriteAheadLog.ts';

export interface StorageOptions {
  /** Where the database is. */
  file: string;
  host: Host;
  now: () => Date;
  /** Called for every query that was run, and for no append. */
  onQuery: (query: Query) => void;
  isAlive?: (pid: number) => boolean;
  /** Whether the file's folder is on a network file system. */
  isNetwork?: (folder: string) => boolean;
}

export interface Storage {
  journal: Journal;
  drafts: DraftStore;
  projections: Projections;
  leases: Leases;
  audit: AuditLog;
  panels: OpenPanels;
  /** Set where the file was damaged: tell the person. */
  salvaged: Salvage | undefined;
  /** The folder is on a network file system: slower, and a word to the person. */
  network: boolean;
  /** Gives back this host's leases, and closes the file. Never throws. */
  close(): void;
}

interface OpenedStorage extends OpenedDatabase {
  network: boolean;
}

/**
 * Opens or creates the database, by SQLite in this process. Throws a {@link RuntimeError} in words for the person where it cannot: the file
 * is of a newer version, the folder is read-only, the disk is full; `journal_busy` where trying again will help.
 */
export function openStorage({ file, host, now, onQuery, isAlive = processIsAlive, isNetwork = isNetworkFolder }: StorageOptions): Storage {
  const self: Self = { host, now, isAlive };
  return storageOn(onDisk(file, self, { onQuery, isNetwork }), self);
}

/** The storage on a database that is open. */
export function storageOn({ database, salvaged, logLeft, network }: OpenedStorage, self: Self): Storage {
  try {
    enter(database, self);
  } catch (error) {
    database.close();
    throw error;
  }
  const log = new WriteAheadLog({ database, left: logLeft });
  const eraser = new SessionEraser({ database, log, host: self.host.id });
  return {
    journal: new SqliteJournal({ database, host: self.host.id, eraser, log }),
    drafts: new SqliteDrafts({ database }),
    projections: new SqliteProjections({ database }),
    leases: new SqliteLeases({ database, self }),
    audit: new SqliteAudit({ database }),
    panels: new SqlitePanels({ database, self }),
    salvaged,
    network,
    close: () => {
      try {
        leave(database, self);
      } catch {
        // the next host finds that this one has ended
      }
      database.close();
    },
  };
}

function onDisk(file: string, self: Self, { onQuery, isNetwork }: Required<Pick<StorageOptions, 'onQuery' | 'isNetwork'>>): OpenedStorage {
  let network = false;
  // asked of the nearest folder that is there already
  for (let folder = path.dirname(path.resolve(file)); ; folder = path.dirname(folder)) {
    try {
      network = isNetwork(folder);
      break;
    } catch {
      if (folder === path.dirname(folder)) break;
    }
  }
  return { ...new DatabaseFile({ file, self, network, onQuery }).open(), network };
}
