import type { DraftStore } from '../../core/ports/DraftStore.ts';
import type { SessionManager } from '../../core/sessions/SessionManager.ts';
import type { SessionState } from '../../core/sessions/SessionState.ts';
import type { SessionSummaries } from '../../core/summary/SessionSummaries.ts';
import { plainText } from '../../text/hiddenText.ts';
import type { Messages } from '../Messages.ts';

export interface NewSessionDependencies {
  summaries: Pick<SessionSummaries, 'write'>;
  sessions: Pick<SessionManager, 'get' | 'create'>;
  drafts: DraftStore;
  messages: Pick<Messages, 'showWarningMessage'>;
  /** Shows that something is written, until it is; the person can cancel it. */
  withProgress: <T>(title: string, run: (signal: AbortSignal) => Promise<T>) => Promise<T>;
  show: (sessionId: string) => Promise<void>;
}

/** Opens new sessions that go on from another, with its summary in the input: the person reads it, and sends it or does not. */
export class NewSessionWithSummary {
  readonly #dependencies: NewSessionDependencies;
  /** Sessions whose summary is being written. */
  readonly #writing = new Set<string>();

  constructor(dependencies: NewSessionDependencies) {
    this.#dependencies = dependencies;
  }

  /** Does nothing where the session's summary is being written already, or where the person cancels it. Rejects where the new session cannot be made. */
  async open(sessionId: string): Promise<void> {
    if (this.#writing.has(sessionId)) return;
    this.#writing.add(sessionId);
    try {
      await this.#open(sessionId);
    } finally {
      this.#writing.delete(sessionId);
    }
  }

  async #open(sessionId: string): Promise<void> {
    const { summaries, sessions, drafts, messages, withProgress, show } = this.#dependencies;
    const session = sessions.get(sessionId);
    let cancelled = false;
    const summary = await withProgress('Summarising the session', async (signal) => {
      try {
        return await summaries.write(sessionId, signal);
      } catch (error) {
        cancelled = signal.aborted;
        if (!cancelled) throw error;
        return undefined;
      }
    });
    if (summary === undefined) return;
    const { id } = sessions.create();
    drafts.saveDraft(id, draftOf(session, summary.text));
    await show(id);
    if (summary.by === 'code') void messages.showWarningMessage('No model could summarise the session: what was said and done in it is in the input, shortened. The log says why.');
  }
}

function draftOf({ title, messages }: SessionState, summary: string): string {
  const last = messages.at(-1);
  // a turn that broke off among its tools has not answered either
  const answered = last?.role === 'assistant' && last.toolCalls.length === 0 && !last.interrupted;
  const next = answered ? '' : (messages.findLast(({ role }) => role === 'user')?.content ?? '');
  return `This goes on from another session, “${plainText(title)}”. Its summary:\n\n${summary}\n\nNow:\n\n${next}`;
}
