/** Raised by every change of {@link SCHEMA}; kept in SQLite's `user_version`. */
export const SCHEMA_VERSION = 1;

/**
 * `events` is append-only. Events without a session have the `session_id` ''. `seq` is gapless per
 * session. `drafts` holds what was typed and not yet sent.
 */
export const SCHEMA = `
  CREATE TABLE events (
    position INTEGER PRIMARY KEY,
    session_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    event_id TEXT NOT NULL,
    type TEXT NOT NULL,
    timestamp TEXT NOT NULL,
    correlation_id TEXT NOT NULL,
    causation_id TEXT,
    source TEXT NOT NULL,
    version INTEGER NOT NULL,
    data TEXT NOT NULL,
    UNIQUE (session_id, seq)
  ) STRICT;
  CREATE TABLE drafts (
    session_id TEXT PRIMARY KEY,
    text TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
`;
