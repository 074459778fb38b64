import { foldContext, initialContext, isContextEvent, type AgentContext } from '../context/AgentContextManager.ts';
import type { RuntimeEvent } from '../../protocol/events.ts';
import { Transcript } from '../transcript/Transcript.ts';
import { emptySession, foldSession, type SessionState } from './SessionState.ts';

/** A session as its journal tells it. */
export interface FoldedSession {
  session: SessionState;
  context: AgentContext;
  transcript: Transcript;
  /** `undefined` where there is none. */
  last: RuntimeEvent | undefined;
}

/** Folds a session's journal a page at a time, so that nobody else in the extension host has to wait. */
export async function foldJournal(id: string, pages: AsyncIterable<readonly RuntimeEvent[]>): Promise<FoldedSession> {
  const session = emptySession(id);
  const transcript = new Transcript();
  let context = initialContext;
  let last: RuntimeEvent | undefined;
  for await (const events of pages) {
    for (const event of events) {
      foldSession(session, event);
      transcript.apply(event);
      if (isContextEvent(event)) context = foldContext(context, event);
      last = event;
    }
  }
  return { session, context, transcript, last };
}
