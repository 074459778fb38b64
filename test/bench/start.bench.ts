/* What the extension costs a VS Code that starts: bench:start, beside an empty extension in the same run. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { ModelServer, routeToCoder } from '../support/modelServer.ts';
import { modelSettings } from '../support/modelSettings.ts';
import { projectRoot } from '../support/projectRoot.ts';
import { openTestWindow, type TestWindow } from '../support/ui/TestWindow.ts';

const ROUNDS = 5;
/** What else starts in the extension host is done by then, in milliseconds. */
const QUIET = 6_000;
const SETTLED = 8_000;
const EMPTY = 'agent-runtime-tests.empty-extension';
const OURS = 'agent-runtime.agent-runtime';

interface Figures {
  activation: number;
  /** What the extension host's resident memory grew by since before the activation, in MB, with the garbage collected. */
  settled: number;
  afterTurn: number;
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

/** Puts an extension of the fixtures beside the installed one, and lets nothing but the driver start by itself. */
function prepare(folder: string): void {
  for (const name of ['bench-driver', 'empty-extension']) fs.cpSync(path.join(projectRoot, 'test/fixtures', name), path.join(folder, name), { recursive: true });
  fs.rmSync(path.join(folder, 'extensions.json'));
  const [installed = ''] = fs.readdirSync(folder).filter((name) => name.startsWith(OURS));
  const manifest = path.join(folder, installed, 'package.json');
  const json = JSON.parse(fs.readFileSync(manifest, 'utf8')) as Record<string, unknown>;
  fs.writeFileSync(manifest, JSON.stringify({ ...json, activationEvents: [] }));
}

/** One start of VS Code: activates the extension in a quiet host, waits, goes through a turn, and waits again. */
async function measure(target: string, baseUrl: string, turn: (window: TestWindow) => Promise<void>): Promise<Figures> {
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'ar-bench-'));
  const out = path.join(scratch, 'figures.jsonl');
  fs.writeFileSync(out, '');
  const window = await openTestWindow({
    files: { 'a.txt': 'one\ntwo\n' },
    machineSettings: modelSettings(baseUrl),
    prepareExtensions: prepare,
    env: { BENCH_OUT: out, BENCH_TARGET: target },
  });
  const figure = async (command: string): Promise<number> => {
    const known = lines(out).length;
    await window.run(command);
    while (lines(out).length === known) await pause(20);
    const [value = NaN] = Object.values(JSON.parse(lines(out).at(-1) ?? '{}') as Record<string, number>);
    return value;
  };
  try {
    await pause(QUIET);
    const before = await figure('Bench: Memory');
    const activation = await figure('Bench: Activate');
    await pause(SETTLED);
    const settled = (await figure('Bench: Memory')) - before;
    await turn(window);
    await pause(SETTLED);
    return { activation, settled, afterTurn: (await figure('Bench: Memory')) - before };
  } finally {
    await window.close();
    fs.rmSync(scratch, { recursive: true });
  }
}

function lines(file: string): string[] {
  return fs.readFileSync(file, 'utf8').split('\n').filter(Boolean);
}

/** A whole turn as in the product: routing, a read, a write that is approved, an answer. */
async function wholeTurn(window: TestWindow, server: ModelServer): Promise<void> {
  server.script(
    routeToCoder,
    { toolCalls: [{ name: 'read_file', arguments: '{"path":"a.txt"}' }] },
    { toolCalls: [{ name: 'write_file', arguments: '{"path":"a.txt","content":"one\\nthree\\n"}' }] },
    { text: 'Done. '.repeat(50) },
  );
  const chat = await window.openChat();
  await window.say('Change a.txt');
  const dialog = await window.approval();
  await dialog.getByRole('button', { name: 'Approve' }).click();
  await chat.locator('.foot').waitFor();
}

const megabytes = (bytes: number): number => bytes / 2 ** 20;
const size = (file: string): number => megabytes(fs.statSync(path.join(projectRoot, file)).size);

async function main(): Promise<void> {
  const server = new ModelServer();
  const baseUrl = await server.start();
  const ours: Figures[] = [];
  const empty: Figures[] = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    empty.push(await measure(EMPTY, baseUrl, () => Promise.resolve()));
    ours.push(await measure(OURS, baseUrl, (window) => wholeTurn(window, server)));
    console.log(`round ${round}: empty ${JSON.stringify(empty.at(-1))}, ours ${JSON.stringify(ours.at(-1))}`);
  }
  await server.stop();
  const over = (key: keyof Figures): number => median(ours.map((figures) => figures[key])) - median(empty.map((figures) => figures[key]));
  const results = [
    { name: 'package', figure: megabytes(fs.statSync(process.env['AGENT_RUNTIME_VSIX'] ?? '').size), budget: 2, unit: 'MB' },
    { name: 'extension.js', figure: size('dist/extension.js'), budget: 1, unit: 'MB' },
    { name: 'host bundles together', figure: size('dist/extension.js') + size('dist/runtime.js') + size('dist/openai.js'), budget: 1, unit: 'MB' },
    { name: 'memory 8 s later, over an empty extension', figure: over('settled'), budget: 5, unit: 'MB' },
    { name: 'memory after a turn, over an empty extension', figure: over('afterTurn'), budget: 20, unit: 'MB' },
    { name: 'cold load with activate()', figure: median(ours.map(({ activation }) => activation)), budget: 20, unit: 'ms' },
  ];
  console.log(`cold load of an empty extension: ${median(empty.map(({ activation }) => activation)).toFixed(1)} ms`);
  for (const { name, figure, budget, unit } of results) console.log(`bench:start ${name}: ${figure.toFixed(3)} ${unit} (budget ${budget} ${unit})`);
  if (process.argv.includes('--check') && results.some(({ figure, budget }) => figure > budget)) process.exitCode = 1;
}

void main();
