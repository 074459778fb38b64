import { existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import path from 'node:path';
import { hostNode } from '../../test/support/vscode-host/hostFolder.mjs';
import { ROOT } from './project.mjs';
import { couldNotRun, readResults } from './testResults.mjs';

/**
 * @typedef {import('./runScript.mjs').Context} Context
 * @typedef {import('./findVscode.mjs').Vscode} Vscode
 * @typedef {import('./testResults.mjs').Results} Results
 * @typedef {{ command: string, env: NodeJS.ProcessEnv }} Node
 */

const MOCHA = path.join(ROOT, 'node_modules/mocha/bin/mocha.js');
const REPORTER = path.join(ROOT, 'test/support/reporter.cjs');

/**
 * The Node that the extension host has, whatever the machine's is.
 * @param {Vscode} vscode
 * @returns {Node}
 */
export function extensionHostNode(vscode) {
  return vscode.kind === 'desktop' ? { command: vscode.executable, env: { ELECTRON_RUN_AS_NODE: '1' } } : { command: hostNode(), env: {} };
}

/**
 * What every part's processes are told. Their temporary files go into the scratch folder, so that
 * nothing stays of tests that were ended.
 * @param {string} scratch
 * @param {string} results
 */
function testEnv(scratch, results) {
  return { TMPDIR: scratch, AGENT_RUNTIME_ROOT: ROOT, AGENT_RUNTIME_RESULTS: results };
}

/** @param {string} part */
function testFiles(part) {
  const folder = path.join(ROOT, 'out/test', part);
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.js'))
    .sort()
    .map((name) => path.join(folder, name));
}

/**
 * @param {Context} context
 * @param {{ part: string, node: Node, timeoutMs: number, scratch: string, env?: NodeJS.ProcessEnv }} options
 * @returns {Promise<Results>}
 */
export async function runMocha({ run }, { part, node, timeoutMs, scratch, env = {} }) {
  const files = testFiles(part);
  if (files.length === 0) return couldNotRun(`out/test/${part} holds no *.test.js.`);
  const results = path.join(scratch, `${part}.json`);
  const flags = ['--no-config', '--no-package', '--reporter', REPORTER, '--timeout', String(timeoutMs), '--forbid-only', '--exit'];
  const { code } = await run(node.command, [MOCHA, ...flags, ...files], {
    cwd: ROOT,
    show: true,
    env: { ...node.env, ...env, ...testEnv(scratch, results) },
  });
  return readResults(results, code);
}

/**
 * Whether every subsystem publishes its events: a subsystem counts as a test.
 * @param {Context} context
 * @param {{ node: Node, scratch: string }} options
 * @returns {Promise<Results>}
 */
export async function runCoverage({ run }, { node, scratch }) {
  const results = path.join(scratch, 'coverage.json');
  const program = path.join(ROOT, 'out/test/coverage/events.coverage.js');
  const { code } = await run(node.command, ['--enable-source-maps', program], { cwd: ROOT, show: true, env: { ...node.env, ...testEnv(scratch, results) } });
  return readResults(results, code);
}

/**
 * @param {Context} context
 * @param {{ vscode: Vscode, scratch: string }} options
 * @returns {Promise<Results>}
 */
export async function runInExtensionHost({ run }, { vscode, scratch }) {
  if (testFiles('extension').length === 0) return couldNotRun('out/test/extension holds no *.test.js.');
  const results = path.join(scratch, 'extension.json');
  const workspace = mkdtempSync(path.join(realpathSync(scratch), 'workspace-'));
  // the logs stay; a desktop's folder has a socket in it, whose path must be short
  const profile = vscode.kind === 'desktop' ? path.join(scratch, 'profile') : path.join(ROOT, 'test-results/extension-host');
  rmSync(profile, { recursive: true, force: true });
  mkdirSync(profile, { recursive: true });
  const executable = vscode.kind === 'desktop' ? vscode.executable : path.join(ROOT, 'test/support/vscode-host/code');
  const { code } = await run(process.execPath, [path.join(ROOT, 'scripts/lib/extensionTestRunner.mjs'), executable, workspace, profile], {
    cwd: ROOT,
    show: true,
    env: testEnv(scratch, results),
  });
  return readResults(results, code);
}
