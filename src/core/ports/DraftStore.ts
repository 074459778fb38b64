/** What the person has typed and not yet sent, by session; for the rejection of a call by `<session>/<call>`. It goes with its session. */
export interface DraftStore {
  draft(sessionId: string): string;
  /** An empty text removes it. */
  saveDraft(sessionId: string, text: string): void;
}
