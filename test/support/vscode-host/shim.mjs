// Takes desktop VS Code's flags (see `code`, beside this file): runs extension tests in a real
// VS Code, and exits with their code.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openBrowser } from './browser.mjs';
import { DesktopFlags, toPath } from './desktopFlags.mjs';
import { startServer } from './host.mjs';
import { hostCli } from './hostCli.mjs';
import { openTestConsole } from './testConsole.mjs';
import { workbenchUrl } from './workbenchUrl.mjs';

/**
 * @typedef {import('./host.mjs').Server} Server
 * @typedef {import('playwright-core').Page} Page
 * @typedef {(code: number) => void} End
 *
 * @typedef {object} Place
 * @property {string} scratch Removed at the end.
 * @property {string} userDataDir
 * @property {string} extensionsDir
 */

const CLI_FLAGS = ['install-extension', 'uninstall-extension', 'list-extensions', 'version', 'help'];
const BOOTSTRAP = path.join(path.dirname(fileURLToPath(import.meta.url)), 'tests-bootstrap.cjs');
const DEFAULT_TIMEOUT_S = 600;
/** The tests' exit code comes by the page, a little after their console has ended. */
const EXIT_CODE_WITHIN_MS = 3_000;

const verbose = process.env['VSCODE_HOST_VERBOSE'] !== undefined;

/** @param {string} text */
function complain(text) {
  console.error(`[vscode-host] ${text}`);
}

/**
 * @param {string[]} argv
 * @returns {Promise<number>} the exit code
 */
export async function main(argv) {
  const flags = new DesktopFlags(argv);
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'vsh-ud-'));
  /** @type {Place} */
  const place = {
    scratch,
    userDataDir: path.resolve(flags.last('user-data-dir') ?? path.join(scratch, 'user')),
    extensionsDir: path.resolve(flags.last('extensions-dir') ?? path.join(scratch, 'extensions')),
  };
  try {
    return CLI_FLAGS.some((flag) => flags.has(flag)) ? await runCli(argv, place) : await runWindow(flags, place);
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true });
  }
}

/**
 * @param {string[]} argv
 * @param {Place} place
 */
async function runCli(argv, place) {
  const ours = /^--(user-data-dir|extensions-dir)$/;
  const passedOn = argv.filter(
    (argument, index) =>
      !/^--(user-data-dir|extensions-dir|ms-enable-electron-run-as-node)\b/.test(argument) && !ours.test(argv[index - 1] ?? ''),
  );
  const { code, output } = await hostCli(passedOn, place);
  process.stdout.write(output);
  return code;
}

/**
 * Opens a window, and ends when the tests have, or the window, or by a signal.
 * @param {DesktopFlags} flags
 * @param {Place} place
 */
async function runWindow(flags, place) {
  const tests = flags.last('extensionTestsPath');
  /** @type {End} */
  let end = () => {};
  /** @type {Promise<number>} */
  const ended = new Promise((resolve) => (end = resolve));
  process.once('SIGINT', () => end(130));
  process.once('SIGTERM', () => end(143));
  /** @type {(() => unknown)[]} */
  const cleanUps = [];
  try {
    const testConsole = tests === undefined ? undefined : await openConsole(place, end);
    if (testConsole !== undefined) cleanUps.push(() => testConsole.close(), endLate(end));
    const env = tests === undefined ? {} : { VSCODE_HOST_TESTS: resolveEntry(tests), VSCODE_HOST_SOCK: testConsole?.file };
    const page = await openWindow(flags, place, { env, end, cleanUps });

    const code = await ended;
    await testConsole?.drained();
    const screenshot = process.env['VSCODE_HOST_SHOT'];
    if (screenshot !== undefined) await page.screenshot({ path: screenshot }).catch(() => undefined);
    if (code !== 0 || testConsole === undefined || testConsole.passed()) return code;
    complain(`The extension host ended before the tests did. Logs: ${path.join(place.userDataDir, 'logs')}`);
    return 1;
  } finally {
    for (const cleanUp of cleanUps.reverse()) await cleanUp();
  }
}

/**
 * @param {Place} place
 * @param {End} end
 */
function openConsole(place, end) {
  return openTestConsole(path.join(place.scratch, 'c.sock'), () => {
    void delay(EXIT_CODE_WITHIN_MS, undefined, { ref: false }).then(() => end(1));
  });
}

/**
 * @param {DesktopFlags} flags
 * @param {Place} place
 * @param {{ env: NodeJS.ProcessEnv, end: End, cleanUps: (() => unknown)[] }} run
 */
async function openWindow(flags, place, { env, end, cleanUps }) {
  const tests = flags.has('extensionTestsPath');
  const server = await startServer({
    ...place,
    development: tests || flags.has('extensionDevelopmentPath'),
    proposedApi: flags.all('enable-proposed-api'),
    env,
  });
  let stopping = false;
  cleanUps.push(() => {
    stopping = true;
    return server.stop();
  });
  void server.exited.then(() => {
    if (!stopping) complain(`VS Code's server ended by itself. Its log: ${server.logFile}`);
    end(1);
  });
  // tests begin without workspaceState, globalState and secrets, as the desktop's do
  const context = await openBrowser(server, tests ? { profileDir: path.join(place.scratch, 'chromium') } : {});
  cleanUps.push(() => context.close().catch(() => undefined));
  const page = context.pages()[0] ?? (await context.newPage());
  await watchPage(page, end);
  const address = windowAddress(server, flags);
  if (verbose || !tests) console.log(address);
  await page.goto(address);
  return page;
}

/**
 * @param {End} end
 * @returns {() => void} stops waiting
 */
function endLate(end) {
  const seconds = Number(process.env['VSCODE_HOST_TIMEOUT_S'] ?? DEFAULT_TIMEOUT_S);
  const timer = setTimeout(() => {
    complain(`The tests did not end within ${seconds} s (VSCODE_HOST_TIMEOUT_S).`);
    end(1);
  }, seconds * 1000);
  return () => clearTimeout(timer);
}

/**
 * Desktop VS Code takes a folder, a file, or a file without its ending.
 * @param {string} tests
 */
function resolveEntry(tests) {
  const entry = toPath(tests);
  try {
    return createRequire(import.meta.url).resolve(entry);
  } catch {
    return entry;
  }
}

/**
 * @param {Page} page
 * @param {End} end
 */
async function watchPage(page, end) {
  // the workbench's own log, and the consoles of extensions until the tests begin
  await page.exposeFunction('codeAutomationLog', (/** @type {string} */ type, /** @type {unknown[]} */ args) => {
    if (verbose) console.log(`[workbench ${type}]`, ...args);
  });
  await page.exposeFunction('codeAutomationExit', end);
  page.on('crash', () => {
    complain("VS Code's page crashed.");
    end(1);
  });
  page.on('close', () => end(1));
  page.on('pageerror', (error) => {
    if (verbose) complain(error.message);
  });
}

/**
 * @param {Server} server
 * @param {DesktopFlags} flags
 */
function windowAddress(server, flags) {
  const tests = flags.last('extensionTestsPath');
  const remote = (/** @type {string} */ file) => `vscode-remote://${server.authority}${encodeURI(toPath(file))}`;
  /** @type {string[][]} */
  const payload = flags.all('extensionDevelopmentPath').map((folder) => ['extensionDevelopmentPath', remote(folder)]);
  for (const kind of flags.all('extensionDevelopmentKind')) payload.push(['extensionDevelopmentKind', kind]);
  if (tests !== undefined) payload.push(['extensionTestsPath', remote(BOOTSTRAP)]);
  if (tests !== undefined || flags.has('enable-proposed-api')) payload.push(['enableProposedApi', '']);
  if (flags.has('disable-extensions')) payload.push(['disableExtensions', 'true']);
  for (const name of ['inspect-extensions', 'inspect-brk-extensions']) {
    const port = flags.last(name);
    if (port !== undefined) payload.push([name, port]);
  }
  payload.push(['skipWelcome', 'true'], ['skipReleaseNotes', 'true']);

  const opened = [...flags.paths, ...flags.all('folder-uri'), ...flags.all('file-uri')].map(toPath);
  const isFolder = (/** @type {string} */ file) => fs.statSync(file, { throwIfNoEntry: false })?.isDirectory() === true;
  const workspace = opened.find((file) => file.endsWith('.code-workspace'));
  const folder = opened.find(isFolder);
  const files = opened.filter((file) => file !== workspace && !isFolder(file));
  payload.push(...files.map((file) => ['openFile', remote(file)]));
  return workbenchUrl(server, { folder, workspace, payload });
}
