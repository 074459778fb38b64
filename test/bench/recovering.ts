import { monitorEventLoopDelay } from 'node:perf_hooks';
import { yieldToHost } from '../../src/core/yieldToHost.ts';
import { NodeWorkspace } from '../support/NodeWorkspace.ts';
import { ScriptedModel, write } from '../support/ScriptedModel.ts';
import { said, StorageFolder, uncommitted } from '../support/storage.ts';
import { storageCore } from '../support/storageCore.ts';

const SESSIONS = 1_000;
const MESSAGES = 100;
/** Of the sessions: their turns waited for the person when the host was killed. */
const WAITING = 20;
/** Of the sessions: the tables know nothing of them. */
const BEHIND = 50;

/** What a start costs after a kill: milliseconds from opening the file until everything is recovered, and the longest that the host was held meanwhile. */
export async function recovering(): Promise<{ total: number; questions: number; longest: number }> {
  const folder = new StorageFolder();
  const workspace = new NodeWorkspace(folder.path);
  const killed = folder.open({ id: 'killed', host: { id: 'killed', pid: 999_999_999, machine: 'here' } });
  for (let session = 0; session < SESSIONS; session += 1) {
    const id = `session ${session}`;
    killed.leases.take(id);
    killed.journal.append(uncommitted(id, 'session.created', { title: id }), { powerCut: false });
    for (let message = 0; message < MESSAGES; message += 1) killed.journal.append(said(id, `message ${message}`), { powerCut: false });
    killed.journal.append(uncommitted(id, 'agent.processing.completed', { agent: 'coder', success: true, outcome: 'completed', durationMs: 1 }), { powerCut: false });
    killed.leases.release(id);
    // as often as a host does it
    killed.journal.checkpoint();
  }
  const first = storageCore(killed, { workspace, llm: new ScriptedModel((_request, index) => write(`file-${index}.md`, 'x')) });
  first.registerAgents('first');
  await first.persistence.list();
  await first.persistence.flush();
  killed.journal.checkpoint();
  for (let session = 0; session < BEHIND; session += 1) {
    killed.leases.take(`session ${session}`);
    killed.journal.append(uncommitted(`session ${session}`, 'session.updated', { title: 'Another title' }), { powerCut: false });
  }
  const asked = Promise.withResolvers<undefined>();
  let questions = 0;
  first.bus.on('hitl.approval.requested', () => {
    questions += 1;
    if (questions === WAITING) asked.resolve(undefined);
  });
  for (let session = 0; session < WAITING; session += 1) {
    await first.openSessions.open(`session ${session}`);
    first.orchestrator.submit(`session ${session}`, { messageId: `last ${session}`, text: 'write' });
  }
  await asked.promise;

  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const begin = performance.now();
  const storage = folder.open({ id: 'second', isAlive: () => false });
  // as the runtime does it
  await yieldToHost();
  const second = storageCore(storage, { workspace, llm: new ScriptedModel([]) });
  const again = new Set<string>();
  const all = Promise.withResolvers<undefined>();
  second.bus.on('hitl.approval.requested', ({ sessionId }) => {
    again.add(sessionId ?? '');
    if (again.size === WAITING) all.resolve(undefined);
  });
  second.registerAgents('second');
  await yieldToHost();
  await second.recovery.run();
  await all.promise;
  const total = performance.now() - begin;
  delay.disable();
  const lagging = [...storage.projections.lagging('sessions'), ...storage.projections.lagging('contexts')].filter((id) => !again.has(id));
  if (lagging.length > 0) throw new Error(`${lagging.length} tables are still behind`);
  second.dispose();
  first.dispose();
  folder.dispose();
  return { total, questions: again.size, longest: delay.max / 1e6 };
}
