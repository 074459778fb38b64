import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { MainApplication } from '../../src/core/MainApplication.ts';
import type { Core } from '../../src/core/createCore.ts';
import type { ExecutedQuery } from '../../src/core/DatabaseService.ts';
import type { Clock } from '../../src/core/ports/Clock.ts';
import { yieldToHost } from '../../src/core/yieldToHost.ts';
import { OpenAiStream } from '../../src/llm/OpenAiStream.ts';
import type { RuntimeEvent } from '../../src/protocol/events.ts';
import { openStorage } from '../../src/storage/openStorage.ts';
import { systemClock } from '../../src/vscode/adapters/systemClock.ts';
import { ModelServer } from '../support/modelServer.ts';
import { NodeWorkspace } from '../support/NodeWorkspace.ts';
import { TestPolicySettings } from '../support/TestPolicySettings.ts';
import { storageCore } from '../support/storageCore.ts';
import { ContextWatch } from './ContextWatch.ts';
import { CHOICE, converse, UNDECIDED } from './conversations.ts';
import { proofs, type Run } from './subsystems.ts';
import { handlingProofs, tablesProof } from './tables.ts';
import type { Observed, Proof } from './verdict.ts';
import { TestModelMemory } from '../support/TestModelMemory.ts';

/** Milliseconds: no timer waits longer, so that none of the runtime's is waited for. */
const SOON = 50;
/** Milliseconds that a question waits. */
const PATIENCE = 200;

const impatient: Clock = { ...systemClock, every: (milliseconds, run) => systemClock.every(Math.min(milliseconds, SOON), run) };

/** Runs real turns in one host, on a database and a model server of its own. */
export async function observe(run: Run): Promise<Observed & { problems: string[] }> {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'ar-coverage-')));
  const root = path.join(folder, 'workspace');
  fs.mkdirSync(root);
  fs.writeFileSync(path.join(root, 'notes.md'), '# Notes\n');
  const server = new ModelServer();
  const baseUrl = await server.start();
  const settings = new TestPolicySettings();
  let executed: (query: ExecutedQuery) => void = () => undefined;
  const storage = openStorage({
    file: path.join(folder, 'agent-runtime.db'),
    host: { id: randomUUID(), pid: process.pid, machine: os.hostname() },
    now: () => new Date(),
    onQuery: (query) => executed(query),
  });
  const core = storageCore(storage, {
llm: new OpenAiStream({ baseUrl, model: 'scripted', apiKey: undefined, memory: new TestModelMemory() }),
    // it has room for one of the results that are to be left out
    model: { contextWindow: 16_000 },
    workspace: new NodeWorkspace(root),
    policySettings: settings,
    clock: impatient,
    persistence: { eventDriven: run === 'event-driven', debounceMs: SOON, maxBatchSize: 50 },
    approvalTimeoutMs: PATIENCE,
  });
  executed = (query) => core.database.executed(query);
  try {
    return await live({ run, core, storage, server, settings, root });
  } finally {
    core.dispose();
    storage.close();
    await server.stop();
    fs.rmSync(folder, { recursive: true });
  }
}

interface Host {
  run: Run;
  core: Core;
  storage: ReturnType<typeof openStorage>;
  server: ModelServer;
  settings: TestPolicySettings;
  root: string;
}

/** A host's life, from its start to its end. */
async function live({ run, core, storage, server, settings, root }: Host): Promise<Observed & { problems: string[] }> {
  const { bus } = core;
  const events: RuntimeEvent[] = [];
  const recording = bus.onAll((event) => void events.push(event));
  const watch = new ContextWatch({ bus, contexts: core.contexts });
  decideMost(core);
  const shutdown = slowHandler(core);
  const application = new MainApplication({ core, journal: storage.journal, extensionVersion: 'coverage' });
  application.start();
  const { sessionIds, problems } = await converse({ core, leases: storage.leases, server, settings, root });
  const byTimer = tasksOf(events);
  await application.end();
  const handled = shutdown();
  const context = watch.proof();
  watch.dispose();
  recording.dispose();
  const tables = tablesProof({ core, storage }, sessionIds);
  const [first] = sessionIds;
  const handling = run === 'event-driven' && first !== undefined ? await handlingProofs({ core, storage }, first, events, tables) : new Map<string, Proof>();
  return {
    events,
    problems,
    proofs: new Map([
      ...handling,
      [proofs.contextPublishesNothing, ownOfContext(events)],
      [proofs.contextFollowsSwitches, context],
      [proofs.shutdownIsAwaited, handled],
      [proofs.timerWrites, byTimer],
      [proofs.tablesAreRight, tables],
    ]),
  };
}

/** Approves and answers what is asked, as soon as it is; but for what nobody is to decide. */
function decideMost({ bus, hitl, orchestrator }: Core): void {
  bus.on('hitl.question.asked', ({ sessionId = '', data: { questionId } }) => {
    orchestrator.choose(sessionId, { questionId, messageId: randomUUID(), choice: CHOICE });
  });
  bus.on('hitl.approval.requested', ({ data: { approvalId, argumentsHash, preview } }) => {
    if (preview.path === UNDECIDED) return;
    hitl.shown(approvalId, 'coverage');
    hitl.decide({ approvalId, argumentsHash, decision: 'approve', feedback: '', actor: 'coverage' });
  });
}

/** A handler of the end that takes its time; tells whether it was waited for. */
function slowHandler({ bus }: Core): () => Proof {
  let finished = 0;
  bus.on('system.shutdown', async () => {
    for (let turn = 0; turn < 10; turn += 1) await yieldToHost();
    finished += 1;
  });
  return () => ({ count: finished, problem: finished === 0 ? 'the host went before' : undefined });
}

/** The tasks of background writers that are through. */
function tasksOf(events: readonly RuntimeEvent[]): Proof {
  const count = events.filter((event) => event.type === 'system.background_task.completed' && event.data.success).length;
  return { count, problem: count === 0 ? 'nothing was written' : undefined };
}

/** A background writer's events are of the manager that it works for, and tell of its work alone. */
function ownOfContext(events: readonly RuntimeEvent[]): Proof {
  const own = events.filter(({ source, category }) => source === 'AgentContextManager' && category !== 'system');
  return { count: own.length, problem: own.length === 0 ? undefined : `it published ${[...new Set(own.map(({ type }) => type))].join(', ')}` };
}
