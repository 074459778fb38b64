/* Whether every subsystem publishes its events: coverage:events. Real turns, over real HTTP, on a real database. Exits 1 on a gap. */
import * as fs from 'node:fs';
import { observe } from './observe.ts';
import { others, runs, subsystems } from './subsystems.ts';
import { check, report, strangers } from './verdict.ts';

/** Milliseconds after which a run hangs. */
const HANGS = 120_000;

async function main(): Promise<void> {
  const [eventDriven, byTimer] = [await observe('event-driven'), await observe('by timer')];
  const observed = { 'event-driven': eventDriven, 'by timer': byTimer };
  const checked = check(subsystems, observed);
  const rest = check([others], observed);
  const problems = runs.flatMap((run) => [...observed[run].problems, ...strangers(observed[run].events)].map((problem) => `${run}: ${problem}`));
  const [last = '', ...table] = report(checked, rest).reverse();
  for (const line of [...table.reverse(), ...problems, last]) console.log(line);
  const passes = checked.filter(({ covered }) => covered).length;
  const failures = [...checked, ...rest].filter(({ covered }) => !covered).length + problems.length;
  const results = process.env['AGENT_RUNTIME_RESULTS'];
  if (results !== undefined) fs.writeFileSync(results, JSON.stringify({ passes, failures, pending: 0 }));
  process.exitCode = failures === 0 ? 0 : 1;
}

const watchdog = setTimeout(() => {
  console.error(`It did not end within ${HANGS / 1_000} s.`);
  process.exit(1);
}, HANGS);
void main().finally(() => clearTimeout(watchdog));
