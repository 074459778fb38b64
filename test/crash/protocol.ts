/** What the child says on its standard output, one JSON object a line, and only after it is so. */
export type ChildLine =
  /** The database is open, the checks below were made, and what was left was recovered. */
  | { said: 'recovered'; lost: string[]; doubled: string[]; asked: number; happened: Happened }
  /** Acknowledged: must be in the journal of whoever opens it next, in this order a session. */
  | { said: 'acknowledged'; sessionId: string; kind: AcknowledgedKind; id: string };

export type AcknowledgedKind =
  /** It began a turn, was queued for one, or answered a question. */
  | 'message'
  /** A queued message was taken back. */
  | 'withdrawal'
  /** The person chose an agent; the id of the event. */
  | 'choice'
  | 'decision'
  | 'toolEnd'
  /** The person deletes the session: it may be gone from now on, and so may what was acknowledged of it. Said before, since a kill may come in between. */
  | 'deletion'
  /** The session is there: it was restored, or it was never deleted. All of it is there. */
  | 'life';

/** How often the journal tells of what is easily missed: a run in which it does not occur proves nothing about it. */
export type Happened = Record<'queued' | 'withdrawn' | 'answered' | 'handedOver' | 'asked', number>;

export interface ChildOptions {
  database: string;
  workspace: string;
  /** One line for every write that a tool made: the path. */
  effects: string;
  /** The lines of kind `acknowledged` that came from the children before. */
  acknowledged: string;
  seed: number;
  /** Only checks and recovers, then ends. */
  checkOnly: boolean;
}
