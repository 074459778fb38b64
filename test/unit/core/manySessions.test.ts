import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { initialContext } from '../../../src/core/context/AgentContextManager.ts';
import type { Core } from '../../../src/core/createCore.ts';
import type { Log } from '../../../src/core/ports/Log.ts';
import { isTurnEvent } from '../../../src/core/sessions/turnEvents.ts';
import { OpenAiStream } from '../../../src/llm/OpenAiStream.ts';
import type { RuntimeEvent } from '../../../src/protocol/events.ts';
import type { Storage } from '../../../src/storage/openStorage.ts';
import { orphans } from '../../support/causationTree.ts';
import { EchoServer, echoOf, NOTES, READ } from '../../support/EchoServer.ts';
import { NodeWorkspace } from '../../support/NodeWorkspace.ts';
import { ManualClock } from '../../support/ports.ts';
import { readAll, StorageFolder } from '../../support/storage.ts';
import { storageCore } from '../../support/storageCore.ts';
import { TestModelMemory } from '../../support/TestModelMemory.ts';

const SESSIONS = 100;
const TURNS = 20;
/** Turns of the round before, after which caches are filled. */
const WARM_UP = 4;
/** Every so manieth turn reads a file. */
const READS = 5;
/** Milliseconds of the runtime's time that an answer of the model takes: its timers run while the sessions do. */
const PER_ANSWER = 50;
/** Milliseconds after which every timer has done its work. */
const REST = 10_000;
/** Bytes that the whole round may leave more than the warm-up: code and caches that have nothing to do with sessions. It leaves 1 MB; one leaked event a turn would be 1 MB more, one leaked session 50 KB. */
const BOUND = 4 * 2 ** 20;

const silent: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

const messagesOf = (session: number, turns: number): string[] => Array.from({ length: turns }, (_, turn) => `session ${session}, turn ${turn}${turn % READS === READS - 1 ? READ : ''}`);

/** What everybody says in a session, in order. */
function conversationOf(events: readonly RuntimeEvent[]): string[] {
  return events.flatMap((event) => {
    if (event.type === 'agent.processing.completed' && isTurnEvent(event)) return [`over: ${event.data.outcome}`];
    if (event.type !== 'session.message.added') return [];
    const { message } = event.data;
    return message.role === 'assistant' && message.toolCalls.length > 0 ? [] : [`${message.role}: ${message.content}`];
  });
}

function expectedOf(session: number, turns: number): string[] {
  const messages = messagesOf(session, turns);
  return messages.flatMap((message, turn) => [
    `user: ${message}`,
    ...(message.endsWith(READ) ? ['tool: the notes\n'] : []),
    `assistant: ${echoOf(messages.slice(0, turn + 1))}`,
    'over: completed',
  ]);
}

/** Bytes in use when nothing is left to collect. */
async function heapUsed(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let time = 0; time < 5; time += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    collect();
  }
  return process.memoryUsage().heapUsed;
}

interface Round {
  ids: string[];
  /** What was in memory of each session. */
  kept: WeakRef<object>[];
  /** The most turns that ran at once. */
  most: number;
  /** How often another session's turn ended than the one before. */
  changes: number;
}

/** Opens the sessions, holds every conversation in them at once, and closes them. */
async function round(core: Core, turns: number): Promise<Round> {
  const { sessions, openSessions, orchestrator, bus } = core;
  const ids = Array.from({ length: SESSIONS }, () => sessions.create().id);
  const opened = await Promise.all(ids.map((id) => openSessions.open(id)));
  const kept = opened.flatMap((one) => (one === undefined ? [] : [new WeakRef<object>(one), new WeakRef<object>(one.session), new WeakRef<object>(one.transcript)]));
  let running = 0;
  let most = 0;
  let changes = 0;
  let last = '';
  const watch = bus.onCategory('agent', (event) => {
    if (!isTurnEvent(event)) return;
    if (event.type === 'agent.processing.started') most = Math.max(most, ++running);
    if (event.type !== 'agent.processing.completed') return;
    running -= 1;
    if (event.sessionId !== last) changes += 1;
    last = event.sessionId ?? '';
  });
  await Promise.all(
    ids.map(async (id, session) => {
      for (const [turn, text] of messagesOf(session, turns).entries()) {
        assert.equal(orchestrator.submit(id, { messageId: `${id} ${turn}`, text }), 'accepted');
        await orchestrator.over(id);
      }
    }),
  );
  await orchestrator.idle();
  watch.dispose();
  assert.equal(running, 0);
  for (const id of ids) openSessions.close(id);
  return { ids, kept, most, changes };
}

describe(`${SESSIONS} sessions at once, ${TURNS} turns each`, function () {
  this.timeout(120_000);
  const clock = new ManualClock();
  let folder: StorageFolder;
  let storage: Storage;
  let server: EchoServer;
  let core: Core;
  before(async () => {
    folder = new StorageFolder();
    const root = fs.realpathSync(folder.path);
    fs.writeFileSync(path.join(root, NOTES), 'the notes\n');
    storage = folder.open({ onQuery: () => undefined });
    server = new EchoServer(() => clock.pass(PER_ANSWER));
    const llm = new OpenAiStream({ baseUrl: await server.start(), model: 'echo', apiKey: undefined, memory: new TestModelMemory() });
    const persistence = { eventDriven: true, debounceMs: 2_000, maxBatchSize: 50 };
    core = storageCore(storage, { llm, workspace: new NodeWorkspace(root), clock, log: silent, persistence });
    core.registerAgents('startup');
  });
  after(async () => {
    core.dispose();
    await server.stop();
    folder.dispose();
  });

  it('all finish, each in its own order; and nothing of them is left in memory', async () => {
    const before = { subscriptions: core.bus.statistics.subscriptions, timers: clock.timers };
    const after: { heap: number; alive: number }[] = [];
    for (const turns of [WARM_UP, TURNS]) {
      const { ids, kept, most, changes } = await round(core, turns);
      assert.equal(most, SESSIONS, 'turns that ran at once');
      assert.ok(changes > SESSIONS * turns * 0.9, `only ${changes} turns ended after one of another session`);
      for (const [session, id] of ids.entries()) {
        const events = readAll(storage.journal, id);
        assert.deepEqual(conversationOf(events), expectedOf(session, turns));
        assert.deepEqual(events.map(({ seq }) => seq), events.map((_, index) => index + 1));
        assert.deepEqual(orphans(events), []);
      }
      clock.pass(REST);
      await core.bus.idle();
      await core.persistence.flush();
      assert.deepEqual({ subscriptions: core.bus.statistics.subscriptions, timers: clock.timers }, before);
      assert.deepEqual(ids.filter((id) => core.sessions.find(id) !== undefined || core.contexts.get(id) !== initialContext), []);
      const heap = await heapUsed();
      after.push({ heap, alive: kept.filter((one) => one.deref() !== undefined).length });
    }
    assert.deepEqual(after.map(({ alive }) => alive), [0, 0]);
    const [warm = 0, whole = Infinity] = after.map(({ heap }) => heap);
    const more = whole - warm;
    assert.ok(more <= BOUND, `the whole round left ${(more / 2 ** 20).toFixed(1)} MB more than the warm-up`);
    assert.equal(core.bus.statistics.total.failed, 0);
  });
});
