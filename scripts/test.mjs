// npm test [unit|extension|ui …]: prepares everything, and runs the tests.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { build } from './lib/build.mjs';
import { findVscode } from './lib/findVscode.mjs';
import { installBrowserVscode, installTestBrowser } from './lib/installBrowserVscode.mjs';
import { installDependencies } from './lib/installDependencies.mjs';
import { packageExtension } from './lib/packageExtension.mjs';
import { runScript } from './lib/runScript.mjs';
import { extensionHostNode, runInExtensionHost, runMocha } from './lib/runTests.mjs';
import { ScriptError } from './lib/ScriptError.mjs';
import { addUp, areGreen, couldNotRun, describeResults } from './lib/testResults.mjs';

/**
 * @typedef {import('./lib/runScript.mjs').Context} Context
 * @typedef {import('./lib/findVscode.mjs').Vscode} Vscode
 * @typedef {import('./lib/testResults.mjs').Results} Results
 * @typedef {{ vscode: Vscode, scratch: string }} Place
 */

const UNIT_TIMEOUT_MS = 10_000;
const UI_TIMEOUT_MS = 120_000;

/** @type {Record<string, (context: Context, place: Place) => Promise<Results>>} In the order in which they run. */
const PARTS = {
  unit: (context, { vscode, scratch }) =>
    runMocha(context, { part: 'unit', node: extensionHostNode(vscode), timeoutMs: UNIT_TIMEOUT_MS, scratch }),
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
 * @param {string[]} names
 */
async function prepareAndRun(context, names) {
  const { steps } = context;
  await installDependencies(context);
  const vscode = await findVscode(context, 'tests');
  await build(context, { tests: true });
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'ar-test-'));
  /** @type {[string, Results][]} */
  const all = [];
  try {
    for (const [name, runPart] of Object.entries(PARTS)) {
      if (!names.includes(name)) continue;
      steps.say(`\nRuns the ${name} tests.`);
      all.push([name, await attempt(context, () => runPart(context, { vscode, scratch }))]);
    }
  } finally {
    // a server of ended tests may be writing its last
    rmSync(scratch, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
  steps.say('');
  for (const [name, results] of all) {
    steps.say(`${name}: ${describeResults(results)}`);
    if (results.problem !== undefined) steps.say(results.problem);
  }
  return addUp(all.map(([, results]) => results));
}

await runScript(async (context) => {
  const names = chosenParts(process.argv.slice(2));
  const results = await attempt(context, () => prepareAndRun(context, names));
  if (results.problem !== undefined) console.error(results.problem);
  context.steps.say(`\n${describeResults(results)}`);
  return areGreen(results) ? 0 : 1;
});
