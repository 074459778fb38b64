/** Who decided what, and what followed: hashes and ids in place of content. Stays when its session is erased. */
export interface AuditEntry {
  eventId: string;
  sessionId: string;
  type: string;
  /** ISO 8601, UTC. */
  timestamp: string;
  correlationId: string;
  /** Who decided; the agent that asked. */
  actor?: string;
  callId?: string;
  tool?: string;
  approvalId?: string;
  questionId?: string;
  /** Of what was approved or ran; of an answer, which is content too. */
  argumentsHash?: string;
  /** A decision, how a tool ended, or what kind of question was asked. */
  outcome?: string;
}

export interface AuditLog {
  /** Adds entries in order; one whose event is there already is left out. */
  add(entries: readonly AuditEntry[]): void;
  /** The entries of a session, or all, the oldest first. */
  read(sessionId?: string): AuditEntry[];
}
