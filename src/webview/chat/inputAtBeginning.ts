/** What is known of a session's input when its page begins, or when the session changes hands. */
export interface KnownTexts {
  /** What stands in the input. */
  standing: string;
  /** What was typed on this side and never reached the host. */
  typed: string | undefined;
  /** What the host has as its draft. */
  draft: string;
  /** The last message: a text like it was on its way when its page went, and arrived. */
  sent: string | undefined;
}

/**
 * What the input is to hold. Where somebody typed while the session was another window's, that window's
 * draft comes first and what stands here follows it: neither is written over the other.
 */
export function inputAtBeginning({ standing, typed, draft, sent }: KnownTexts): string {
  const isNew = (text: string | undefined): text is string => text !== undefined && text !== '' && text !== sent;
  const kept = isNew(typed) ? typed : isNew(draft) ? draft : '';
  if (standing === '' || kept === '') return standing || kept;
  // somebody wrote on in what was kept
  return standing.startsWith(kept) ? standing : `${kept}\n\n${standing}`;
}
