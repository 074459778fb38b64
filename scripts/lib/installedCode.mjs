import { execFile } from 'node:child_process';
import { closeSync, existsSync, openSync, readSync, realpathSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { cleanEnv } from '../../test/support/vscode-host/cleanEnv.mjs';
import { manifest } from './project.mjs';

const ANSWERS_WITHIN_MS = 10_000;

/**
 * @typedef {{ command: string, version: string }} InstalledCode
 * @typedef {{ unusable: string }} Unusable Why the `code` on PATH does not serve.
 */

/** What desktop VS Code asks of root before it runs at all. */
export function flagsForRoot(userDataDir = path.join(os.tmpdir(), 'agent-runtime-code')) {
  return process.getuid?.() === 0 ? ['--no-sandbox', `--user-data-dir=${userDataDir}`] : [];
}

function codeOnPath() {
  const name = process.platform === 'win32' ? 'code.cmd' : 'code';
  const folders = (process.env['PATH'] ?? '').split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  return folders.map((folder) => path.join(folder, name)).find((file) => existsSync(file));
}

/**
 * `code` in the terminal of a remote window, and our own stand-in, open no desktop window.
 * @param {string} command
 */
function isStandIn(command) {
  const file = realpathSync(command);
  if (/[\\/]remote-cli[\\/]/.test(file) || process.env['VSCODE_IPC_HOOK_CLI'] !== undefined) return true;
  const start = Buffer.alloc(4096);
  const descriptor = openSync(file, 'r');
  try {
    const length = readSync(descriptor, start);
    return start.toString('latin1', 0, length).includes('shim.mjs');
  } finally {
    closeSync(descriptor);
  }
}

/**
 * @param {string} version
 * @param {string} oldest
 */
function isOlder(version, oldest) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = oldest.split('.').map(Number);
  return major < oldestMajor || (major === oldestMajor && minor < oldestMinor);
}

/**
 * @param {string} command
 * @param {AbortSignal} signal
 */
async function versionOf(command, signal) {
  const shell = process.platform === 'win32';
  try {
    const options = { timeout: ANSWERS_WITHIN_MS, signal, env: cleanEnv(), shell };
    const { stdout } = await promisify(execFile)(shell ? `"${command}"` : command, [...flagsForRoot(), '--version'], options);
    return /^\d+\.\d+\.\d+/m.exec(stdout)?.[0];
  } catch {
    return undefined;
  }
}

/**
 * The desktop VS Code behind the command `code`.
 * @param {AbortSignal} signal
 * @returns {Promise<InstalledCode | Unusable>}
 */
export async function installedCode(signal) {
  const command = codeOnPath();
  if (command === undefined) return { unusable: '`code` is not on PATH' };
  if (isStandIn(command)) return { unusable: `${command} opens no window of desktop VS Code` };
  // WSL finds the one of Windows, which does not see this checkout's packages
  if (process.platform === 'linux' && command.startsWith('/mnt/')) return { unusable: `${command} belongs to Windows` };
  const version = await versionOf(command, signal);
  if (version === undefined) return { unusable: `${command} --version gave no answer` };
  const oldest = manifest().engines.vscode.replace(/^\^/, '');
  if (isOlder(version, oldest)) return { unusable: `${command} is VS Code ${version}, older than ${oldest}` };
  return { command, version };
}
