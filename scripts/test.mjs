// npm test [unit|coverage|crash|extension|ui …] [--full]: prepares everything, and runs the tests. --full: 200 kills in the crash test, not 40.
import { build } from './lib/build.mjs';
import { findVscode } from './lib/findVscode.mjs';
import { installBrowserVscode, installTestBrowser } from './lib/installBrowserVscode.mjs';
import { installDependencies } from './lib/installDependencies.mjs';
import { packageExtension } from './lib/packageExtension.mjs';
import { runScript } from './lib/runScript.mjs';
import { extensionHostNode, runCoverage, runInExtensionHost, runMocha } from './lib/runTests.mjs';
import { ScriptError } from './lib/ScriptError.mjs';
import { addUp, areGreen, couldNotRun, describeResults } from './lib/testResults.mjs';
import { withScratch } from './lib/withScratch.mjs';

/**
 * @typedef {import('./lib/runScript.mjs').Context} Context
 * @typedef {import('./lib/findVscode.mjs').Vscode} Vscode
 * @typedef {import('./lib/testResults.mjs').Results} Results
 * @typedef {{ vscode: Vscode, scratch: string, full: boolean }} Place
 */

const UNIT_TIMEOUT_MS = 10_000;
const CRASH_TIMEOUT_MS = 600_000;
const KILLS = 40;
const FULL_KILLS = 200;
const UI_TIMEOUT_MS = 120_000;

/** @type {Record<string, (context: Context, place: Place) => Promise<Results>>} In the order in which they run. */
const PARTS = {
  unit: (context, { vscode, scratch }) =>
    runMocha(context, { part: 'unit', node: extensionHostNode(vscode), timeoutMs: UNIT_TIMEOUT_MS, scratch }),
  coverage: (context, { vscode, scratch }) => runCoverage(context, { node: extensionHostNode(vscode), scratch }),
  crash: (context, { vscode, scratch, full }) =>
    runMocha(context, {
      part: 'crash',
      node: extensionHostNode(vscode),
      timeoutMs: CRASH_TIMEOUT_MS,
      scratch,
      env: { AGENT_RUNTIME_CRASH_KILLS: String(full ? FULL_KILLS : KILLS) },
    }),
  extension: async (context, place) => {
    // the browser is the window of the tests' VS Code
    if (place.vscode.kind !== 'desktop') await installTestBrowser(context);
    return runInExtensionHost(context, place);
  },
  ui: async (context, { scratch }) => {
    await installBrowserVscode(context);
    await installTestBrowser(context);
    const AGENT_RUNTIME_VSIX = await packageExtension(context);
    const node = extensionHostNode({ kind: 'browser' });
    return runMocha(context, { part: 'ui', node, timeoutMs: UI_TIMEOUT_MS, scratch, env: { AGENT_RUNTIME_VSIX } });
  },
};

/** @param {string[]} names */
function chosenParts(names) {
  const all = Object.keys(PARTS);
  const unknown = names.find((name) => !all.includes(name));
  if (unknown !== undefined) throw new ScriptError('usage', `There is no part "${unknown}" of the tests: npm test takes ${all.join(', ')}.`);
  return names.length === 0 ? all : names;
}

/**
 * What cannot run counts as failed, and does not keep the next part from running.
 * @param {Context} context
 * @param {() => Promise<Results>} body
 * @returns {Promise<Results>}
 */
async function attempt({ signal }, body) {
  try {
    return await body();
  } catch (error) {
    signal.throwIfAborted();
    return couldNotRun(error instanceof Error ? error.message : String(error));
  }
}

/**
 * @param {Context} context
 * @param {{ names: string[], full: boolean }} chosen
 */
async function prepareAndRun(context, { names, full }) {
  const { steps } = context;
  await installDependencies(context);
  const vscode = await findVscode(context, 'tests');
  await build(context, { tests: true });
  /** @type {[string, Results][]} */
  const all = [];
  await withScratch(async (scratch) => {
    for (const [name, runPart] of Object.entries(PARTS)) {
      if (!names.includes(name)) continue;
      steps.say(`\nRuns the ${name} tests.`);
      all.push([name, await attempt(context, () => runPart(context, { vscode, scratch, full }))]);
    }
  });
  steps.say('');
  for (const [name, results] of all) {
    steps.say(`${name}: ${describeResults(results)}`);
    if (results.problem !== undefined) steps.say(results.problem);
  }
  return addUp(all.map(([, results]) => results));
}

await runScript(async (context) => {
  const args = process.argv.slice(2);
  const names = chosenParts(args.filter((arg) => arg !== '--full'));
  const results = await attempt(context, () => prepareAndRun(context, { names, full: args.includes('--full') }));
  if (results.problem !== undefined) console.error(results.problem);
  context.steps.say(`\n${describeResults(results)}`);
  return areGreen(results) ? 0 : 1;
});
