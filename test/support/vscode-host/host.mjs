// A real VS Code: code-server's VS Code server, whose window is a browser (browser.mjs).
// Needs install.mjs to have run. Uses no network.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { cleanEnv } from './cleanEnv.mjs';
import { hostEntry, hostNode } from './hostFolder.mjs';
import { pickPort } from './port.mjs';
import { writeQuietSettings } from './quietSettings.mjs';

const ANSWERS_WITHIN_MS = 30_000;
const STOPS_WITHIN_MS = 5_000;
const SETPRIV = '/usr/bin/setpriv';

/**
 * @typedef {object} ServerOptions
 * @property {string} userDataDir
 * @property {string} extensionsDir
 * @property {boolean} [trust] Workspace trust is on, so that folders open in Restricted Mode. Off by default.
 * @property {Record<string, unknown>} [settings] Merged over the quiet ones, where the user data has no settings yet.
 * @property {NodeJS.ProcessEnv} [env] Added to the extension host's environment.
 * @property {boolean} [development] Takes extensionDevelopmentPath and extensionTestsPath from the page's
 *   address. VS Code then shows no notifications: test those on an installed extension, without this.
 * @property {string[]} [proposedApi] Extensions that may use proposed API.
 * @property {string[]} [args] Further flags of code-server.
 *
 * @typedef {object} Exit
 * @property {number | null} code
 * @property {NodeJS.Signals | null} signal
 *
 * @typedef {object} Server
 * @property {string} base The address, without a slash at its end.
 * @property {string} authority Host and port.
 * @property {number} port
 * @property {number} pid Of the process that is the group's leader.
 * @property {string} logFile
 * @property {string} userDataDir
 * @property {() => Promise<void>} stop Ends the server and all that it started. May be called twice.
 * @property {Promise<Exit>} exited
 */

/**
 * @param {ServerOptions} options
 * @param {{ port: number, scratch: string }} place
 */
function serverArguments(options, { port, scratch }) {
  return [
    hostEntry(),
    ...['--config', path.join(scratch, 'config.yaml')],
    ...['--session-socket', path.join(scratch, 's.sock')],
    ...['--bind-addr', `127.0.0.1:${port}`],
    ...['--auth', 'none'],
    ...['--user-data-dir', options.userDataDir],
    ...['--extensions-dir', options.extensionsDir],
    '--disable-telemetry',
    '--disable-update-check',
    '--disable-getting-started-override',
    ...(options.trust === true ? [] : ['--disable-workspace-trust']),
    // an extension host would outlive its closed window by three hours
    ...['--reconnection-grace-time', '5'],
    // VS Code 1.139 reads extensionDevelopmentPath and extensionTestsPath off the address only with this
    ...(options.development === true ? ['--vscode-option', 'enable-smoke-test-driver'] : []),
    ...(options.proposedApi ?? []).flatMap((id) => ['--enable-proposed-api', id]),
    ...(options.args ?? []),
  ];
}

/**
 * @param {string} base
 * @param {() => Exit | undefined} exit
 */
async function untilAnswers(base, exit) {
  const end = Date.now() + ANSWERS_WITHIN_MS;
  for (;;) {
    const exited = exit();
    if (exited !== undefined) throw new Error(`VS Code's server ended early (${exited.code ?? exited.signal ?? 'killed'}).`);
    const answer = await fetch(`${base}/healthz`).catch(() => undefined);
    if (answer?.ok === true) return;
    if (Date.now() > end) throw new Error(`VS Code's server did not answer within ${ANSWERS_WITHIN_MS / 1000} s.`);
    await delay(100);
  }
}

/**
 * @param {number} group the process group's leader
 * @param {NodeJS.Signals} signal
 */
function signalGroup(group, signal) {
  try {
    process.kill(-group, signal);
  } catch {
    // it has ended
  }
}

/**
 * Starts the server and waits until it answers.
 * @param {ServerOptions} options
 * @returns {Promise<Server>}
 */
export async function startServer(options) {
  const { userDataDir, extensionsDir } = options;
  if (!fs.existsSync(hostEntry())) throw new Error(`VS Code is not installed in ${hostEntry()}: run npm test, which installs it.`);
  writeQuietSettings(userDataDir, options.settings);
  fs.mkdirSync(extensionsDir, { recursive: true });
  // short, as a Unix socket's path has at most 107 characters
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'vsh-'));
  fs.writeFileSync(path.join(scratch, 'config.yaml'), '');
  const port = await pickPort(userDataDir);
  const logFile = path.join(userDataDir, 'host-server.log');
  const log = fs.openSync(logFile, 'w');
  const argv = [hostNode(), ...serverArguments(options, { port, scratch })];
  // where this process is killed outright the server ends too; Chromium ends with its pipe
  if (fs.existsSync(SETPRIV)) argv.unshift(SETPRIV, '--pdeathsig', 'TERM');
  const child = spawn(String(argv[0]), argv.slice(1), {
    env: cleanEnv({ EXTENSIONS_GALLERY: '{}', ...options.env }),
    stdio: ['ignore', log, log],
    detached: true,
  });
  fs.closeSync(log);

  /** @type {Exit | undefined} */
  let exit;
  /** @type {Promise<Exit>} */
  const exited = new Promise((resolve) => {
    /** @param {Exit} how */
    const ended = (how) => {
      exit = how;
      resolve(how);
    };
    child.once('exit', (code, signal) => ended({ code, signal }));
    child.once('error', () => ended({ code: 127, signal: null }));
  });
  const { pid } = child;
  const stop = async () => {
    if (pid !== undefined) {
      if (exit === undefined) {
        signalGroup(pid, 'SIGTERM');
        await Promise.race([exited, delay(STOPS_WITHIN_MS, undefined, { ref: false })]);
      }
      signalGroup(pid, 'SIGKILL');
    }
    fs.rmSync(scratch, { recursive: true, force: true });
  };

  const base = `http://127.0.0.1:${port}`;
  try {
    if (pid === undefined) throw new Error(`${hostNode()} cannot be run.`);
    await untilAnswers(base, () => exit);
    return { base, authority: `127.0.0.1:${port}`, port, pid, logFile, userDataDir, stop, exited };
  } catch (cause) {
    await stop();
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${reason} Its log, ${logFile}, ends with:\n${fs.readFileSync(logFile, 'utf8').slice(-2000)}`, { cause });
  }
}
