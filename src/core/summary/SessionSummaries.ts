import { randomUUID } from 'node:crypto';
import type { EventBus } from '../bus/EventBus.ts';
import { TurnScope } from '../bus/TurnScope.ts';
import type { AgentContextManager } from '../context/AgentContextManager.ts';
import { AnswerDraft } from '../llm/AnswerDraft.ts';
import type { LlmClient } from '../llm/LlmClient.ts';
import { roomFor } from '../llm/fitToWindow.ts';
import type { TokenEstimates } from '../llm/tokens.ts';
import { errorInfoOf } from '../../protocol/errors.ts';
import type { Log } from '../ports/Log.ts';
import type { SessionManager } from '../sessions/SessionManager.ts';
import type { SessionState } from '../sessions/SessionState.ts';
import { sessionDigest } from './sessionDigest.ts';
import prompt from './summary.md';

/** Characters of a summary that no model wrote. */
const BY_CODE = 6_000;
/** Characters that a model reads at most: a summary of more is no better. */
const READ = 200_000;

export interface SessionSummariesDependencies {
  bus: EventBus;
  sessions: SessionManager;
  contexts: AgentContextManager;
  client: LlmClient;
  estimates: TokenEstimates;
  log: Log;
}

export interface SessionSummary {
  text: string;
  /** `code`: no model could be asked; it is what was said and called, shortened. */
  by: 'model' | 'code';
}

/** What a new session begins with that goes on from another. */
export class SessionSummaries {
  readonly #dependencies: SessionSummariesDependencies;

  constructor(dependencies: SessionSummariesDependencies) {
    this.#dependencies = dependencies;
  }

  /** Rejects where `signal` aborts, and for nothing else. */
  async write(sessionId: string, signal: AbortSignal): Promise<SessionSummary> {
    const session = this.#dependencies.sessions.get(sessionId);
    try {
      const text = await this.#ask(session, signal);
      if (text !== '') return { text, by: 'model' };
    } catch (error) {
      signal.throwIfAborted();
      this.#dependencies.log.warn(`No model summarised the session: ${errorInfoOf(error).message}`);
    }
    return { text: sessionDigest(session, BY_CODE), by: 'code' };
  }

  async #ask(session: SessionState, signal: AbortSignal): Promise<string> {
    const { bus, client, contexts, estimates } = this.#dependencies;
    const scope = new TurnScope({ bus, sessionId: session.id, correlationId: randomUUID() });
    const model = await client.select(contexts.get(session.id).currentAgent, signal);
    const window = estimates.windowOf(model);
    const room = window === undefined ? READ : estimates.charactersOf(model, roomFor(window, model.maxOutputTokens));
    const digest = sessionDigest(session, Math.min(READ, room - 2 * prompt.length));
    const draft = new AnswerDraft(randomUUID());
    draft.begin();
    const request = { messages: [{ role: 'system' as const, content: prompt }, { role: 'user' as const, content: digest }], tools: [], format: 'text' as const };
    for await (const chunk of client.stream(scope, model, request, { signal })) draft.take(chunk);
    return draft.text.trim();
  }
}
