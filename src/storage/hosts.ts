import { LEASE_TIMEOUT } from '../core/ports/Leases.ts';
import { number, text } from './columns.ts';
import type { Database, Row } from './Database.ts';

/** A running extension host. */
export interface Host {
  /** Its own at every start: process ids come again. */
  id: string;
  pid: number;
  machine: string;
}

/** This host among those that share the file. */
export interface Self {
  host: Host;
  now: () => Date;
  isAlive: (pid: number) => boolean;
}

const DAY = 24 * 60 * 60 * 1000;
/** A host that said nothing for so long is forgotten where it left nothing; and after {@link GONE} with its leases, which were free long before. */
const STALE = DAY;
const GONE = 7 * DAY;

/** Whether a process runs. One that belongs to somebody else does. */
export function processIsAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Whether the host of a row (columns of `hosts`; null where it has none) ended without a word. Only this machine's processes can be asked for. */
export function isDead(row: Row, { host, isAlive }: Self): boolean {
  return row['pid'] === null || (text(row, 'machine') === host.machine && !isAlive(number(row, 'pid')));
}

/** {@link isDead}, or it has said nothing for too long, by a clock that may have been set back. */
export function hasLostItsLeases(row: Row, self: Self): boolean {
  return isDead(row, self) || Math.abs(self.now().getTime() - number(row, 'heartbeat')) > LEASE_TIMEOUT;
}

export function sayAlive(database: Database, { host, now }: Self): void {
  database.run(
    `INSERT INTO hosts (host_id, pid, machine, heartbeat) VALUES (?, ?, ?, ?)
     ON CONFLICT (host_id) DO UPDATE SET pid = excluded.pid, machine = excluded.machine, heartbeat = excluded.heartbeat`,
    host.id,
    host.pid,
    host.machine,
    now().getTime(),
  );
}

/** Enters this host, and forgets hosts of long ago: other machines' are found dead by nobody. Those with panels stay. */
export function enter(database: Database, self: Self): void {
  database.transaction(() => {
    sayAlive(database, self);
    const now = self.now().getTime();
    database.run('DELETE FROM leases WHERE host_id IN (SELECT host_id FROM hosts WHERE heartbeat < ?)', now - GONE);
    database.run(
      `DELETE FROM hosts WHERE heartbeat < ? AND host_id NOT IN (SELECT host_id FROM leases UNION SELECT host_id FROM panels)`,
      now - STALE,
    );
  });
}

/** Gives back what this host holds. Which chats it had open stays: their tabs may outlive it. */
export function leave(database: Database, { host }: Self): void {
  database.transaction(() => {
    for (const table of ['leases', 'hosts']) database.run(`DELETE FROM ${table} WHERE host_id = ?`, host.id);
  });
}
