/** Who decided what, by which rule, and what followed: hashes and ids in place of content. Stays when its session is erased. */
export interface AuditEntry {
  eventId: string;
  /** '' of what the person decided for the whole workspace. */
  sessionId: string;
  type: string;
  /** ISO 8601, UTC. */
  timestamp: string;
  correlationId: string;
  /** The surface where the person decided; the agent that asked. */
  actor?: string;
  callId?: string;
  tool?: string;
  /** The path or command that it is about. */
  object?: string;
  approvalId?: string;
  questionId?: string;
  /** Of what was approved or ran; of an answer, which is content too. */
  argumentsHash?: string;
  /** Of what the person approves in place of what was asked. */
  editedHash?: string;
  /** Of what the person said with a decision. */
  feedbackHash?: string;
  /** A verdict, a decision, how a tool ended, what kind of question was asked, or whether approvals are on. */
  outcome?: string;
  /** In words, or as JSON where it is one of the person's. */
  rule?: string;
  /** Where the rule is from. */
  source?: string;
  /** For how long a rule holds. */
  scope?: string;
  preset?: string;
  undoId?: string;
  /** The turn or the undo that is undone. */
  of?: string;
  /** Paths that an undo puts back. */
  files?: string[];
  /** Paths that it left alone. */
  refused?: string[];
}

/** Some entries, in order. */
export interface AuditPage {
  entries: AuditEntry[];
  /** Where the next page begins. */
  next: number;
  /** Whether later ones follow. */
  more: boolean;
}

export interface AuditLog {
  /** Adds entries in order; one whose event is there already is left out. */
  add(entries: readonly AuditEntry[]): void;
  /** The event ids of a session's entries, which tell what is there without reading it. */
  eventIds(sessionId: string): string[];
  /** The entries of a session, or all, the oldest first. */
  read(sessionId?: string): AuditEntry[];
  /** The entries after a place, 0 being the beginning: as many as can be read without holding the host, at least one where there is one. */
  page(after: number): AuditPage;
  /** The place that so many entries follow to the end; 0 where there are no more than that. */
  beforeLast(count: number): number;
}
