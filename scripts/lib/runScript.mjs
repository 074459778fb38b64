import { createNpm } from './createNpm.mjs';
import { createRun } from './createRun.mjs';
import { ScriptError } from './ScriptError.mjs';
import { Steps } from './Steps.mjs';

const OLDEST_NODE = 20;
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

/**
 * @typedef {object} Context
 * @property {AbortSignal} signal Comes with Ctrl+C.
 * @property {import('./createRun.mjs').Run} run
 * @property {import('./createNpm.mjs').Npm} npm
 * @property {Steps} steps
 */

function requireNode() {
  if (Number(process.versions.node.split('.')[0]) >= OLDEST_NODE) return;
  throw new ScriptError('node', `Node ${OLDEST_NODE} or newer is needed and this is Node ${process.versions.node}: install one from https://nodejs.org.`);
}

/**
 * npm's shell does not pass SIGTERM on: a script whose shell has gone would stay for ever.
 * @param {() => void} onGone
 */
function watchNpm(onGone) {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) onGone();
  }, 500).unref();
}

/**
 * A script's frame: what it is given, how it ends by a signal, and how it says what went wrong.
 * @param {(context: Context) => Promise<number>} body gives the exit code
 */
export async function runScript(body) {
  const interruption = new AbortController();
  const { signal } = interruption;
  let interruptedCode = 1;
  /** @param {keyof typeof EXIT_CODES} name */
  const interrupt = (name) => {
    interruptedCode = EXIT_CODES[name];
    interruption.abort(new Error(`Ended by ${name}.`));
  };
  for (const name of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(name, () => interrupt(name));
  watchNpm(() => interrupt('SIGHUP'));
  try {
    requireNode();
    const run = createRun(signal);
    process.exitCode = await body({ signal, run, npm: createNpm(run), steps: new Steps({ stream: process.stdout }) });
  } catch (error) {
    process.exitCode = signal.aborted ? interruptedCode : 1;
    if (!signal.aborted) console.error(error instanceof ScriptError ? error.message : error);
  }
}
