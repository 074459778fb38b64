import { number, text } from './columns.ts';
import type { Database } from './Database.ts';
import { encodePayload } from './payloads.ts';
import { AROUND_EVENTS, endsTurn, EVENTS, HEADS_FOLLOW, opensTurn, SCHEMA, SCHEMA_VERSION } from './schema.ts';

/** By the version that they start from. Version 0 is a file in which nothing was ever created. */
const migrations: Record<number, (database: Database) => void> = {
  0: (database) => database.exec(SCHEMA),
  1: fromVersion1,
  2: fromVersion2,
};

export function schemaVersion(database: Database): number {
  return number(database.all('PRAGMA user_version')[0] ?? {}, 'user_version');
}

/** Brings the schema up to {@link SCHEMA_VERSION}, each version in one transaction. */
export function migrate(database: Database): void {
  database.transaction(() => {
    // read under the lock: two hosts may open the same file
    const version = schemaVersion(database);
    if (version >= SCHEMA_VERSION) return;
    migrations[version]?.(database);
    database.exec(`PRAGMA user_version = ${version === 0 ? SCHEMA_VERSION : version + 1}`);
  });
  if (schemaVersion(database) < SCHEMA_VERSION) migrate(database);
}

function fromVersion1(database: Database): void {
  database.exec(`
    ALTER TABLE events RENAME TO events_1;
    ${EVENTS}
    INSERT INTO events (position, session_id, seq, event_id, type, timestamp, correlation_id, causation_id, source, version, data)
    SELECT position, session_id, seq, event_id, type, timestamp, correlation_id, causation_id, source, version, data FROM events_1 ORDER BY position;
    DROP TABLE events_1;
  `);
  // keys that begin with $ mean something in version 2
  const update = 'UPDATE events SET data = ? WHERE position = ?';
  for (const row of database.all(`SELECT position, data FROM events WHERE instr(data, '"$') > 0`)) {
    const { json } = encodePayload(JSON.parse(text(row, 'data')), { blobs: false });
    database.run(update, json, number(row, 'position'));
  }
  database.exec(`
    ALTER TABLE drafts RENAME TO drafts_1;
    ${AROUND_EVENTS}
    INSERT INTO drafts SELECT session_id, json_quote(text) FROM drafts_1;
    DROP TABLE drafts_1;
    INSERT INTO heads
    SELECT session_id, max(seq), max(position),
      coalesce(max(CASE WHEN ${opensTurn('events')} THEN seq END), 0) > coalesce(max(CASE WHEN ${endsTurn('events')} THEN seq END), 0), 0
    FROM events GROUP BY session_id;
  `);
}

/** Agents tell of their parts of a turn now, so the heads follow the turn's own events alone. Version 2 had no others: its heads are right. */
function fromVersion2(database: Database): void {
  database.exec(`
    DROP TRIGGER heads_follow;
    ${HEADS_FOLLOW}
  `);
}
