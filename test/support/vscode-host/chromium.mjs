import { accessSync, constants, readFileSync } from 'node:fs';
import path from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** What is missing, and what to do, in a sentence. */
export function chromiumIsMissing() {
  const named = namedChromium();
  return named === undefined
    ? 'Chromium is missing, the window of VS Code in tests: install it with `sudo apt-get install chromium`, or name a Chromium or Chrome in VSCODE_HOST_CHROMIUM.'
    : `VSCODE_HOST_CHROMIUM names ${named}, which cannot be run: name a Chromium or Chrome, or unset it.`;
}

function namedChromium() {
  const named = process.env['VSCODE_HOST_CHROMIUM'];
  return named === '' ? undefined : named;
}

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** @returns {string | undefined} the path of a Chromium or Chrome */
export function findChromium() {
  const named = namedChromium();
  if (named !== undefined) return isExecutable(named) ? named : undefined;
  const folders = ['/usr/bin', ...(process.env['PATH'] ?? '').split(path.delimiter).filter((folder) => path.isAbsolute(folder))];
  return NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name))).find(isExecutable);
}

export function requireChromium() {
  const found = findChromium();
  if (found === undefined) throw new Error(chromiumIsMissing());
  return found;
}

/** Whether apt brings a Chromium, and without a password: Ubuntu's package is a pointer to a snap. */
export function canInstallChromium() {
  if (namedChromium() !== undefined) return false;
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !isExecutable('/usr/bin/apt-get')) return false;
  try {
    return /^ID="?debian"?$/m.test(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return false;
  }
}

/**
 * @typedef {(command: string, args: string[], options?: { env?: NodeJS.ProcessEnv }) => Promise<void>} Run
 *   Rejects where the command fails.
 */

/**
 * Installs Debian's Chromium. Ask {@link canInstallChromium} first.
 * @param {Run} run
 */
export async function installChromium(run) {
  await run('apt-get', ['update', '-q']);
  await run('apt-get', ['install', '-qy', '--no-install-recommends', 'chromium'], { env: { DEBIAN_FRONTEND: 'noninteractive' } });
}
