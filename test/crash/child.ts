// One host: opens the database that a killed one left, checks it, recovers, and runs turns until it is killed.
import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import { createCore, type Core } from '../../src/core/createCore.ts';
import { openStorage } from '../../src/storage/openStorage.ts';
import { systemClock } from '../../src/vscode/adapters/systemClock.ts';
import { MemoryLog } from '../support/ports.ts';
import { randomNumbers } from '../support/randomNumbers.ts';
import { checkJournal } from './checkJournal.ts';
import { EffectWorkspace } from './EffectWorkspace.ts';
import type { AcknowledgedKind, ChildLine, ChildOptions } from './protocol.ts';
import { RandomModel } from './RandomModel.ts';
import { TestEnvironment } from '../support/TestEnvironment.ts';
import { TestModelMemory } from '../support/TestModelMemory.ts';
import { TestPolicySettings } from '../support/TestPolicySettings.ts';

/** Sessions that run turns at once. */
const SESSIONS = 4;
/** Of a session, after a message: enough that kills hit erasures too, and most sessions grow. */
const DELETIONS = 0.25;

const options = JSON.parse(process.argv[2] ?? '') as ChildOptions;
const random = randomNumbers(options.seed);

function say(line: ChildLine): void {
  // synchronous: what was said is out of this process before it goes on
  fs.writeSync(1, `${JSON.stringify(line)}\n`);
}

function acknowledge(sessionId: string | undefined, kind: AcknowledgedKind, id: string): void {
  if (sessionId !== undefined) say({ said: 'acknowledged', sessionId, kind, id });
}

/** Decides questions as a person would: most at once, some later, some with other arguments, some never in this life. */
function decideAtRandom(core: Core): void {
  const { bus, hitl } = core;
  bus.on('hitl.approval.requested', ({ data, sessionId }) => {
    const { approvalId, argumentsHash } = data;
    const chance = random();
    if (chance > 0.85) return;
    const decide = (): void => {
      if (random() < 0.2) {
        void edit(core, approvalId);
        return;
      }
      const decision = random() < 0.8 ? 'approve' : 'reject';
      if (hitl.decide({ approvalId, argumentsHash, decision, feedback: '', actor: 'crash test' }) === 'decided') acknowledge(sessionId, 'decision', approvalId);
    };
    setTimeout(decide, chance * 20);
  });
}

/** Approves a question with another content. Dead hosts decide nothing. */
async function edit({ hitl, tools, router }: Core, approvalId: string): Promise<void> {
  const asked = hitl.find(approvalId);
  const agent = router.find(asked?.data.agent ?? '');
  if (asked === undefined || agent === undefined) return;
  const { sessionId, data } = asked;
  const preview = await tools.preview(agent, { sessionId, callId: data.callId, tool: data.tool }, { ...data.arguments, content: `edited ${randomUUID()}\n` });
  if (!preview.ok) return;
  const { argumentsHash } = data;
  const edited = { arguments: preview.arguments, argumentsHash: preview.argumentsHash };
  if (hitl.decide({ approvalId, argumentsHash, decision: 'edit', feedback: '', actor: 'crash test', edited }) !== 'decided') return;
  acknowledge(sessionId, 'decision', approvalId);
  // nobody else would hit the moment between an edit and the question that follows from it
  if (random() < 0.2) process.kill(process.pid, 'SIGKILL');
}

/** Answers what agents want to know, and whether a turn goes on: by a choice, or in words. Some questions wait on. */
function answerAtRandom({ bus, orchestrator, sessions }: Core): void {
  bus.on('hitl.question.asked', ({ data: { questionId, choices, free }, sessionId = '' }) => {
    const chance = random();
    if (chance > 0.85) return;
    const answer = (): void => {
      if (sessions.find(sessionId)?.deleted !== false) return;
      const messageId = randomUUID();
      const choice = choices[Math.floor(random() * choices.length)] ?? '';
      const taken =
        free && random() < 0.5
          ? orchestrator.submit(sessionId, { messageId, text: `Answer ${messageId}`, answerTo: questionId })
          : orchestrator.choose(sessionId, { questionId, messageId, choice });
      if (taken === 'gone' || taken === 'elsewhere') return;
      acknowledge(sessionId, 'message', messageId);
      // nobody else would hit the moment between an answer and what comes of it
      if (random() < 0.2) process.kill(process.pid, 'SIGKILL');
    };
    setTimeout(answer, chance * 20);
  });
}

/** What the person does while a turn runs: writes more, takes some of it back, chooses another agent. Until the turn is over. */
async function steer({ bus, orchestrator, policy, sessions }: Core, sessionId: string): Promise<void> {
  while (orchestrator.isRunning(sessionId)) {
    await pause(random() * 5);
    const session = sessions.find(sessionId);
    if (session?.deleted !== false || !orchestrator.isRunning(sessionId)) return;
    const chance = random();
    if (random() < 0.1) policy.choosePreset(random() < 0.1 ? 'trustEdits' : 'askWrites', 'crash test');
    if (chance < 0.6) {
      const messageId = randomUUID();
      if (orchestrator.submit(sessionId, { messageId, text: `And ${messageId}` }) !== 'elsewhere') acknowledge(sessionId, 'message', messageId);
    } else if (chance < 0.85) {
      const queued = session.queue[Math.floor(random() * session.queue.length)];
      if (queued !== undefined && typeof orchestrator.withdraw(sessionId, queued.messageId) === 'object') acknowledge(sessionId, 'withdrawal', queued.messageId);
    } else if (chance < 0.9) {
      const chosen: string[] = [];
      const listening = bus.on('agent.switched', (event) => {
        if (event.sessionId === sessionId) chosen.push(event.eventId);
      });
      orchestrator.chooseAgent(sessionId, random() < 0.8 ? 'coder' : 'universal');
      listening.dispose();
      for (const eventId of chosen) acknowledge(sessionId, 'choice', eventId);
    } else return;
  }
}

/** Resumes what was interrupted, or goes on without it; sends messages one after the other; stops a turn, or deletes the session, now and then. */
async function converse(core: Core, sessionId: string): Promise<void> {
  const { openSessions, orchestrator, sessions } = core;
  if ((await openSessions.open(sessionId)) === undefined) throw new Error(`${sessionId} is not there`);
  acknowledge(sessionId, 'life', sessionId);
  if (random() < 0.7) orchestrator.resume(sessionId);
  await orchestrator.over(sessionId);
  for (;;) {
    const messageId = randomUUID();
    if (orchestrator.submit(sessionId, { messageId, text: `Message ${messageId}` }) !== 'elsewhere') acknowledge(sessionId, 'message', messageId);
    const stop = random() < 0.3 ? setTimeout(() => orchestrator.stop(sessionId), random() * 30) : undefined;
    if (random() < 0.7) await steer(core, sessionId);
    // now and then in mid-turn
    if (random() < 0.9) await orchestrator.over(sessionId);
    clearTimeout(stop);
    await pause(random() * 3);
    if (random() < DELETIONS && !(await deleteAndRestore(core, sessionId))) return converse(core, sessions.create().id);
  }
}

/** Deletes a session, and takes that back or erases it. Returns whether it is there. */
async function deleteAndRestore({ deletion, openSessions }: Core, sessionId: string): Promise<boolean> {
  acknowledge(sessionId, 'deletion', sessionId);
  await deletion.delete(sessionId);
  openSessions.close(sessionId);
  await pause(random() * 5);
  if (random() < 0.5) {
    await deletion.erase(sessionId);
    return false;
  }
  deletion.restore(sessionId);
  acknowledge(sessionId, 'life', sessionId);
  return (await openSessions.open(sessionId)) !== undefined;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

async function main(): Promise<void> {
  // the clock's timers keep no process alive, and a host whose sessions all wait for somebody is killed as well
  setInterval(() => undefined, 60_000);
  const storage = openStorage({
    file: options.database,
    host: { id: randomUUID(), pid: process.pid, machine: 'this' },
    now: () => new Date(),
    onQuery: () => undefined,
  });
  const { journal, projections, leases, audit } = storage;
  const check = checkJournal(journal, projections, options);
  const core = createCore({
    journal,
    projections,
    leases,
    audit,
    workspace: new EffectWorkspace(options.workspace, options.effects),
    environment: new TestEnvironment(),
    policySettings: new TestPolicySettings(),
    models: { select: () => Promise.resolve({ name: 'random', provider: 'test', llm: new RandomModel(random) }) },
    modelMemory: new TestModelMemory(),
    clock: systemClock,
    log: new MemoryLog(),
    persistence: { eventDriven: true, debounceMs: 20, maxBatchSize: 50 },
  });
  const asked = new Set<string>();
  core.bus.on('hitl.approval.requested', ({ data }) => void asked.add(`${data.callId} ${data.argumentsHash}`));
  const questions = new Set<string>();
  core.bus.on('hitl.question.asked', ({ data }) => void questions.add(data.questionId));
  for (const type of ['tool.execution.completed', 'tool.execution.failed'] as const) {
    core.bus.on(type, ({ sessionId, data }) => acknowledge(sessionId, 'toolEnd', data.callId), { priority: -1 });
  }
  if (!options.checkOnly) {
    decideAtRandom(core);
    answerAtRandom(core);
  }
  core.registerAgents('start');
  const report = await core.recovery.run();
  const missing = (): string[] => [...check.pending.filter((question) => !asked.has(question)), ...check.questions.filter((id) => !questions.has(id))];
  // a question is asked as soon as the file that it is about was read
  for (let waited = 0; waited < 200 && missing().length > 0; waited += 1) await pause(5);
  const lost = [
    ...check.lost,
    ...missing().map((question) => `the question of ${question} was not asked again`),
    ...report.failed.map(({ sessionId, reason }) => `the session ${sessionId}: ${reason}`),
  ];
  say({ said: 'recovered', lost, doubled: check.doubled, asked: asked.size + questions.size, happened: check.happened });
  if (options.checkOnly) {
    storage.close();
    process.exit(0);
  }
  const latest = (await core.persistence.list()).sessions.map(({ sessionId }) => sessionId);
  const sessions = [...new Set([...report.interrupted, ...latest])].slice(0, SESSIONS);
  while (sessions.length < SESSIONS) sessions.push(core.sessions.create().id);
  await Promise.all(sessions.map((sessionId) => converse(core, sessionId)));
}

main().catch((error: unknown) => {
  fs.writeSync(2, `${error instanceof Error ? String(error.stack) : String(error)}\n`);
  process.exit(1);
});
