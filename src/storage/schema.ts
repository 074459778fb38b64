import { TURN_SOURCE } from '../core/sessions/turnEvents.ts';

/** Raised by every change of {@link SCHEMA}, with a migration; kept in SQLite's `user_version`. */
export const SCHEMA_VERSION = 3;

/** Of `heads.deleted`: the person deleted the session, and may take it back. */
export const DELETED = 1;
/** Of `heads.deleted`: some of the session is erased, so it cannot come back. */
export const ERASING = 2;

/** The table of events, without what hangs on it. Events without a session have the `session_id` ''. */
export const EVENTS = `
  CREATE TABLE events (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    session_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    event_id TEXT NOT NULL,
    type TEXT NOT NULL,
    timestamp TEXT NOT NULL,
    correlation_id TEXT NOT NULL,
    causation_id TEXT,
    source TEXT NOT NULL,
    version INTEGER NOT NULL,
    data TEXT NOT NULL
  ) STRICT;
`;

/** Whether a row of events opens a turn, in SQL: by a message of the person, or by going on. What an agent begins is a part of one. */
export function opensTurn(row: string): string {
  return `((${row}.type = 'agent.processing.started' AND ${row}.source = '${TURN_SOURCE}') OR (${row}.type = 'session.message.added' AND ${row}.data ->> '$.message.role' = 'user'))`;
}

/** Whether a row of events ends a turn, in SQL. */
export function endsTurn(row: string): string {
  return `(${row}.type = 'agent.processing.completed' AND ${row}.source = '${TURN_SOURCE}')`;
}

/** Keeps `heads` in the statement that appends. */
export const HEADS_FOLLOW = `
  CREATE TRIGGER heads_follow AFTER INSERT ON events BEGIN
    INSERT INTO heads (session_id, seq, position, turn_open, deleted)
    VALUES (new.session_id, new.seq, new.position, ${opensTurn('new')}, new.type = 'session.deleted')
    ON CONFLICT (session_id) DO UPDATE SET
      seq = excluded.seq,
      position = excluded.position,
      turn_open = CASE WHEN ${opensTurn('new')} THEN 1 WHEN ${endsTurn('new')} THEN 0 ELSE turn_open END,
      deleted = CASE new.type WHEN 'session.deleted' THEN 1 WHEN 'session.restored' THEN 0 ELSE deleted END;
  END;
`;

/**
 * Everything but the table of events. `heads` has a row per session: what the journal knows of it without reading its
 * events; the triggers keep it in the statement that appends. They also hold that `seq` is gapless, in place of a
 * unique index: the index that pages are read by has the type in it, so that a filter reads no rows that it leaves out.
 *
 * What people and models wrote is kept as JSON (`data`, `text` of drafts, `title`, `excerpt`, `switches`, `entry`):
 * SQLite's UTF-8 has no unpaired surrogates, JavaScript's strings have.
 */
export const AROUND_EVENTS = `
  CREATE INDEX events_by_session ON events (session_id, seq, type);
  CREATE TABLE heads (
    session_id TEXT PRIMARY KEY,
    seq INTEGER NOT NULL,
    position INTEGER NOT NULL,
    turn_open INTEGER NOT NULL,
    deleted INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TRIGGER events_are_gapless BEFORE INSERT ON events BEGIN
    SELECT RAISE(ABORT, 'an event would leave a gap in its session')
    WHERE new.seq <> coalesce((SELECT seq FROM heads WHERE session_id = new.session_id), 0) + 1;
  END;
  ${HEADS_FOLLOW}
  CREATE TRIGGER events_stay BEFORE UPDATE ON events BEGIN
    SELECT RAISE(ABORT, 'events are append-only');
  END;

  CREATE TABLE blobs (hash TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT;
  CREATE TABLE blob_refs (
    session_id TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (session_id, hash)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX blob_refs_by_hash ON blob_refs (hash);

  CREATE TABLE sessions (
    session_id TEXT PRIMARY KEY,
    seq INTEGER NOT NULL,
    title TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    message_count INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE contexts (
    session_id TEXT PRIMARY KEY,
    seq INTEGER NOT NULL,
    current_agent TEXT NOT NULL,
    switches TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE messages (
    session_id TEXT NOT NULL,
    message_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    role TEXT NOT NULL,
    timestamp TEXT NOT NULL,
    excerpt TEXT NOT NULL,
    PRIMARY KEY (session_id, message_id)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE drafts (session_id TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT;
  CREATE TABLE audit (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    event_id TEXT NOT NULL UNIQUE,
    session_id TEXT NOT NULL,
    entry TEXT NOT NULL
  ) STRICT;
  CREATE INDEX audit_by_session ON audit (session_id, position);

  CREATE TABLE hosts (
    host_id TEXT PRIMARY KEY,
    pid INTEGER NOT NULL,
    machine TEXT NOT NULL,
    heartbeat INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE leases (session_id TEXT PRIMARY KEY, host_id TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE panels (
    host_id TEXT NOT NULL,
    session_id TEXT NOT NULL,
    view_column INTEGER NOT NULL,
    PRIMARY KEY (host_id, session_id)
  ) STRICT, WITHOUT ROWID;
`;

/** The whole schema, for a new file. */
export const SCHEMA = EVENTS + AROUND_EVENTS;
