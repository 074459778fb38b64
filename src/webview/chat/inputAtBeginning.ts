/** What is known of a session's input when its page begins, or when the session changes hands. */
export interface KnownTexts {
  /** What stands in the input. */
  standing: string;
  /** What was typed on this side and never reached the host. */
  typed: string | undefined;
  /** What the host has as its draft. */
  draft: string;
  /** What was sent last: a text like one of these was on its way when its page went, and arrived. */
  sent: readonly string[];
}

/** Two texts in one input, neither written over the other. */
export function joined(first: string, second: string): string {
  return first === '' || second === '' ? first + second : `${first}\n\n${second}`;
}

/** What was typed behind a text that is sent; all of it where somebody changed that text. */
export function withoutSent(text: string, sent: string): string {
  return text.startsWith(sent) ? text.slice(sent.length) : text;
}

/**
 * What the input is to hold. Where somebody typed while the session was another window's, that window's
 * draft comes first and what stands here follows it: neither is written over the other.
 */
export function inputAtBeginning({ standing, typed, draft, sent }: KnownTexts): string {
  const isNew = (text: string | undefined): text is string => text !== undefined && text !== '' && !sent.includes(text);
  // a queued message was taken back in front of what was typed
  const isWithin = isNew(typed) && isNew(draft) && draft === joined(draft.slice(0, -typed.length - 2), typed);
  const kept = isNew(typed) && !isWithin ? typed : isNew(draft) ? draft : '';
  if (standing === '' || kept === '') return standing || kept;
  // somebody wrote on in what was kept
  return standing.startsWith(kept) ? standing : joined(kept, standing);
}
