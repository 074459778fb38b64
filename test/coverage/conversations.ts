import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Core } from '../../src/core/createCore.ts';
import type { Leases } from '../../src/core/ports/Leases.ts';
import type { ModelServer, ScriptedAnswer } from '../support/modelServer.ts';
import type { TestPolicySettings } from '../support/TestPolicySettings.ts';

/** What is asked for under this path, nobody decides. */
export const UNDECIDED = 'undecided.md';

/** What the person chooses when an agent asks. */
export const CHOICE = 'This one';

/** The agents that a message can be routed to. */
const workers = ['coder', 'architect', 'debug', 'ask', 'universal'] as const;

/** Milliseconds after which a turn hangs. */
const HANGS = 15_000;

interface Place {
  core: Core;
  leases: Pick<Leases, 'release' | 'take'>;
  server: ModelServer;
  settings: TestPolicySettings;
  /** The folder that agents work on. */
  root: string;
}

const call = (name: string, args: Record<string, unknown>) => ({ name, arguments: JSON.stringify(args) });

/** Goes through everything that subsystems tell of, in real turns. Returns the sessions that are there at the end, and what went wrong. */
export async function converse({ core, leases, server, settings, root }: Place): Promise<{ sessionIds: string[]; problems: string[] }> {
  const problems: string[] = [];
  let hangs = false;
  const sessions = new Map<string, string>();
  const idOf = (name: string): string => sessions.get(name) ?? '';

  const send = (sessionId: string, text: string, messageId: string = randomUUID()): string => core.orchestrator.submit(sessionId, { messageId, text });
  /** One turn, for which the model has to be asked as often as it has answers. */
  const turn = async (sessionId: string, text: string, answers: readonly ScriptedAnswer[], meanwhile: () => void = () => undefined): Promise<void> => {
    const before = server.requests.length;
    server.script(...answers);
    const taken = send(sessionId, text);
    meanwhile();
    if (!(await ends(core.orchestrator.over(sessionId)))) {
      hangs = true;
      core.orchestrator.stop(sessionId);
      throw new Error(`the turn did not end within ${HANGS / 1_000} s; what comes after it is left out`);
    }
    const asked = server.requests.length - before;
    server.skip();
    if (taken !== 'accepted') throw new Error(`the message was ${taken}`);
    if (asked !== answers.length) throw new Error(`the model was asked ${asked} times, and ${answers.length} answers were scripted`);
  };
  const attempt = async (what: string, step: () => Promise<void> | void): Promise<void> => {
    if (hangs) return;
    try {
      await step();
    } catch (error) {
      problems.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  const expectFile = (name: string, there: boolean): void => {
    if (fs.existsSync(path.join(root, name)) !== there) throw new Error(`${name} is ${there ? 'not ' : ''}there`);
  };

  for (const agent of workers) {
    const { id } = core.sessions.create();
    sessions.set(agent, id);
    await core.openSessions.open(id);
    const route = { text: JSON.stringify({ agent, confidence: 'high', reasoning: `works as ${agent}` }) };
    await attempt(`a turn of ${agent}`, () => turn(id, `This is for ${agent}.`, [route, { text: 'Done.' }]));
  }
  await attempt('the person chooses an agent', async () => {
    const chosen = core.orchestrator.chooseAgent(idOf('ask'), 'debug');
    if (chosen !== 'chosen') throw new Error(`the choice was ${chosen}`);
    await turn(idOf('ask'), 'Look into it.', [{ text: 'I looked into it.' }]);
  });
  await attempt('an agent hands over', () =>
    turn(idOf('architect'), 'Now write it.', [{ toolCalls: [call('switch_mode', { agent: 'coder', reason: 'code has to be written' })] }, { text: 'Written.' }]),
  );
  await attempt('tools succeed and fail, and a write is approved', async () => {
    const calls = [call('read_file', { path: 'notes.md' }), { name: 'read_file', arguments: '{"path":' }, call('write_file', { path: 'approved.md', content: 'x\n' })];
    await turn(idOf('coder'), 'Write approved.md.', [{ toolCalls: calls }, { text: 'Done.' }]);
    expectFile('approved.md', true);
  });
  await attempt('the person makes a rule, takes it back, chooses a preset and changes their settings', async () => {
    const made = { scope: 'workspace' as const, rule: { tool: 'write_file', path: 'ruled.md', effect: 'allow' as const }, sessionId: idOf('coder'), actor: 'coverage' };
    const ruleId = await core.policy.addRule(made);
    await turn(idOf('coder'), 'Write ruled.md.', [{ toolCalls: [call('write_file', { path: 'ruled.md', content: 'x\n' })] }, { text: 'Done.' }]);
    expectFile('ruled.md', true);
    await core.policy.removeRule({ ...made, ruleId });
    core.policy.choosePreset('readOnly', 'coverage');
    await turn(idOf('coder'), 'Write refused.md.', [{ toolCalls: [call('write_file', { path: 'refused.md', content: 'x\n' })] }, { text: 'It was refused.' }]);
    expectFile('refused.md', false);
    core.policy.choosePreset('askWrites', 'coverage');
    settings.set({ rules: [{ tool: 'write_file', path: 'never.md', effect: 'deny' }] });
  });
  await attempt('the person puts back what a turn changed', async () => {
    const latest = await core.undo.latest(idOf('coder'));
    await core.undo.undo(idOf('coder'), latest?.turn ?? '');
    expectFile('ruled.md', false);
  });
  await attempt('nobody decides in time', async () => {
    await turn(idOf('coder'), `Write ${UNDECIDED}.`, [{ toolCalls: [call('write_file', { path: UNDECIDED, content: 'x\n' })] }, { text: 'Nobody decided.' }]);
    expectFile(UNDECIDED, false);
  });
  await attempt('the model refuses', () => turn(idOf('debug'), 'Go on.', [{ error: { status: 401, message: 'no key' } }]));
  await attempt('the model is busy, and thinks', () => turn(idOf('debug'), 'Go on.', [{ error: { status: 503, message: 'busy' } }, { reasoning: 'Hm.', text: 'Done.' }]));
  await attempt('a conversation does not fit the model\u2019s window', async () => {
    fs.writeFileSync(path.join(root, 'long.md'), 'long '.repeat(8_000));
    const read = { toolCalls: [call('read_file', { path: 'long.md' })] };
    await turn(idOf('debug'), 'Read long.md, twice.', [read, read, { text: 'Done.' }]);
  });
  await attempt('an agent plans, and asks the person', () => {
    const steps = [{ title: 'Look', status: 'in_progress' }];
    const calls = [call('update_plan', { steps }), call('ask_followup_question', { question: 'Which one?', choices: [CHOICE] })];
    return turn(idOf('coder'), 'Plan it.', [{ toolCalls: calls }, { text: 'Done.' }]);
  });
  await attempt('the person writes while a turn runs, and takes it back', () =>
    turn(idOf('coder'), 'Go on.', [{ text: 'Done.' }], () => {
      const taken = send(idOf('coder'), 'And this.', 'queued');
      if (taken !== 'queued') throw new Error(`the message was ${taken}`);
      if (typeof core.orchestrator.withdraw(idOf('coder'), 'queued') === 'string') throw new Error('the message was not given back');
    }),
  );
  await attempt('the journal takes no more', async () => {
    await turn(idOf('universal'), 'Go on.', [], () => leases.release(idOf('universal')));
    leases.take(idOf('universal'));
  });
  await attempt('a session is deleted, brought back, and deleted', async () => {
    await core.deletion.delete(idOf('universal'));
    core.deletion.restore(idOf('universal'));
    await core.deletion.delete(idOf('universal'));
  });
  return { sessionIds: [...sessions.values()].filter((id) => id !== idOf('universal')), problems };
}

/** False where it takes too long. */
async function ends(turn: Promise<void>): Promise<boolean> {
  const late = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => late.resolve(false), HANGS);
  try {
    return await Promise.race([turn.then(() => true), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
