import * as assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import { projectRoot } from '../support/projectRoot.ts';
import { randomNumbers } from '../support/randomNumbers.ts';
import type { ChildLine, ChildOptions, Happened } from './protocol.ts';

const kills = Number(process.env['AGENT_RUNTIME_CRASH_KILLS'] ?? 40);
/** After so many the next begin with an empty database: a check reads all of it. */
const KILLS_A_DATABASE = 20;
const child = path.join(projectRoot, 'out/test/crash/child.js');

type Recovered = Extract<ChildLine, { said: 'recovered' }>;

/** When a child is killed: milliseconds after it was started, or after it had recovered what was left. */
interface Kill {
  from: 'start' | 'recovered';
  after: number;
}

/** Runs a child until it ends, or is killed. */
function runChild(options: ChildOptions, kill?: Kill): Promise<{ recovered: Recovered | undefined; killed: boolean }> {
  return new Promise((resolve, reject) => {
    const host = spawn(process.execPath, [child, JSON.stringify(options)], { stdio: ['ignore', 'pipe', 'pipe'] });
    let recovered: Recovered | undefined;
    let errors = '';
    host.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
    let timer: NodeJS.Timeout | undefined;
    const reached = (moment: Kill['from']): void => {
      if (moment === kill?.from) timer = setTimeout(() => host.kill('SIGKILL'), kill.after);
    };
    reached('start');
    createInterface({ input: host.stdout }).on('line', (text) => {
      const line = JSON.parse(text) as ChildLine;
      if (line.said === 'recovered') {
        recovered = line;
        reached('recovered');
      } else fs.appendFileSync(options.acknowledged, `${text}\n`);
    });
    host.once('error', reject);
    host.once('close', (code, signal) => {
      clearTimeout(timer);
      if (signal === 'SIGKILL' || code === 0) resolve({ recovered, killed: signal === 'SIGKILL' });
      else reject(new Error(`The host ended with ${code ?? signal}: ${errors}`));
    });
  });
}

describe('Hosts that are killed at random moments', () => {
  let folder: string;
  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ar-crash-'));
  });
  after(() => fs.rmSync(folder, { recursive: true, force: true }));

  it(`lose nothing that was acknowledged, and run nothing twice: ${kills} kills`, async () => {
    const seed = Date.now() % 1_000_000;
    const random = randomNumbers(seed);
    const lost: string[] = [];
    const doubled: string[] = [];
    let killed = 0;
    let asked = 0;
    let acknowledged = 0;
    let deleted = 0;
    const happened: Happened = { queued: 0, withdrawn: 0, answered: 0, handedOver: 0, asked: 0 };
    for (let round = 0; killed < kills; round += 1) {
      const home = path.join(folder, String(round));
      const workspace = path.join(home, 'workspace');
      fs.mkdirSync(workspace, { recursive: true });
      const options = { database: path.join(home, 'journal.db'), workspace: fs.realpathSync(workspace), effects: path.join(home, 'effects'), acknowledged: path.join(home, 'acknowledged') };
      const take = ({ recovered }: Awaited<ReturnType<typeof runChild>>): void => {
        lost.push(...(recovered?.lost ?? []));
        doubled.push(...(recovered?.doubled ?? []));
        asked += recovered?.asked ?? 0;
      };
      for (const last = Math.min(kills, killed + KILLS_A_DATABASE); killed < last; killed += 1) {
        const result = await runChild({ ...options, seed: Math.floor(random() * 2 ** 32), checkOnly: false }, random() < 0.3 ? { from: 'start', after: random() * 400 } : { from: 'recovered', after: random() * 400 });
        assert.ok(result.killed, 'a host ended by itself');
        take(result);
      }
      const result = await runChild({ ...options, seed: 0, checkOnly: true });
      assert.ok(result.recovered, 'the last host recovered');
      take(result);
      for (const kind of ['queued', 'withdrawn', 'answered', 'handedOver', 'asked'] as const) happened[kind] += result.recovered.happened[kind];
      const said = fs.existsSync(options.acknowledged) ? fs.readFileSync(options.acknowledged, 'utf8').split('\n').slice(0, -1) : [];
      acknowledged += said.length;
      deleted += said.filter((line) => line.includes('"kind":"deletion"')).length;
    }
    process.stdout.write(`      seed ${seed}: ${acknowledged} acknowledged, ${asked} asked, ${deleted} deleted; in the end ${JSON.stringify(happened)}\n`);
    for (const line of [...lost, ...doubled]) process.stdout.write(`      ${line}\n`);
    process.stdout.write(`crash: ${kills} kills, ${lost.length} lost, ${doubled.length} doubled\n`);
    // a run in which nothing happened proves nothing
    assert.ok(acknowledged > kills * 5 && asked > kills);
    for (const [kind, count] of Object.entries(happened)) assert.ok(count > kills / 20, `hardly anything was ${kind}`);
    assert.deepEqual([lost, doubled], [[], []]);
  });
});
