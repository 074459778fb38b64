import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Core } from '../../src/core/createCore.ts';
import type { RuntimeEvent } from '../../src/protocol/events.ts';
import type { Storage } from '../../src/storage/openStorage.ts';
import { proofs } from './subsystems.ts';
import type { Proof } from './verdict.ts';

interface Host {
  core: Core;
  storage: Pick<Storage, 'journal' | 'projections'>;
}

/** What of a session's rows is not as the session itself is; `undefined` where all is. */
function difference({ core, storage: { projections } }: Host, sessionId: string): string | undefined {
  const { title, messages } = core.sessions.get(sessionId);
  const row = projections.session(sessionId)?.row;
  if (row?.title !== title || row.messageCount !== messages.length) return 'sessions';
  const kept = projections.messages(sessionId).map(({ messageId, role, excerpt }) => ({ messageId, role, excerpt }));
  if (!isDeepStrictEqual(kept, messages.map(({ id, role, content }) => ({ messageId: id, role, excerpt: content.slice(0, 200) })))) return 'messages';
  const context = projections.context(sessionId)?.row;
  const { currentAgent, switches } = core.contexts.get(sessionId);
  return isDeepStrictEqual(context, { sessionId, currentAgent, switches }) ? undefined : 'contexts';
}

/** Whether the tables say of every session what the session is. Counts the sessions. */
export function tablesProof(host: Host, sessionIds: readonly string[]): Proof {
  const wrong = sessionIds.flatMap((id) => difference(host, id) ?? []);
  const problem = sessionIds.length === 0 ? 'no session was there' : wrong.length > 0 ? `${[...new Set(wrong)].join(', ')}: not what the journal says` : undefined;
  return { count: sessionIds.length - wrong.length, problem };
}

/**
 * Whether each of the three types alone makes the PersistenceSubscriber write: one event, then only what is pending is saved, and the rows have
 * to be as new as the event. Counts those that turns had published. Publishes, so it comes last.
 */
export async function handlingProofs(host: Host, sessionId: string, published: readonly RuntimeEvent[], tables: Proof): Promise<Map<string, Proof>> {
  const { bus, contexts } = host.core;
  const envelope = { source: 'coverage', sessionId, correlationId: randomUUID() };
  const message = { role: 'assistant' as const, id: randomUUID(), agent: 'coder', content: 'One more.', toolCalls: [], interrupted: false };
  const from = contexts.get(sessionId).currentAgent;
  const publish = {
    'session.updated': () => void bus.publish({ ...envelope, type: 'session.updated', data: { title: 'Another title' } }),
    'session.message.added': () => void bus.publish({ ...envelope, type: 'session.message.added', data: { message } }),
    'agent.switched': () => void bus.publish({ ...envelope, type: 'agent.switched', data: { from, to: 'universal', reason: 'to be saved', trigger: 'user' } }),
  };
  const found = new Map<string, Proof>();
  for (const type of ['session.updated', 'session.message.added', 'agent.switched'] as const) {
    const saved = await isSaved(host, sessionId, publish[type]);
    const count = published.filter((event) => event.type === type).length;
    found.set(proofs.handles[type], { count, problem: saved ? tables.problem : 'it does not make the subscriber write' });
  }
  return found;
}

/** Whether what is published then is in the rows, once what is pending is saved. */
async function isSaved(host: Host, sessionId: string, publish: () => void): Promise<boolean> {
  const { core, storage } = host;
  await core.persistence.flush();
  publish();
  await core.persistence.flush();
  const seq = storage.journal.head(sessionId)?.seq;
  const rows = [storage.projections.session(sessionId), storage.projections.context(sessionId)];
  return seq !== undefined && rows.every((row) => row?.seq === seq) && difference(host, sessionId) === undefined;
}
