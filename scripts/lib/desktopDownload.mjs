import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { VSCODE_VERSION, cacheFolder } from '../../test/support/vscode-host/hostFolder.mjs';

const ADDRESS = 'https://update.code.visualstudio.com';
const ANSWERS_WITHIN_MS = 10_000;

function downloadFolder() {
  return path.join(cacheFolder(), 'vscode-desktop');
}

/** The name that @vscode/test-electron gives the folder; `is-complete` is written last. */
function isDownloaded() {
  const arm = process.arch === 'arm64';
  const platforms = { darwin: arm ? 'darwin-arm64' : 'darwin', win32: arm ? 'win32-arm64-archive' : 'win32-x64-archive' };
  const platform = process.platform === 'darwin' || process.platform === 'win32' ? platforms[process.platform] : `linux-${process.arch}`;
  return existsSync(path.join(downloadFolder(), `vscode-${platform}-${VSCODE_VERSION}`, 'is-complete'));
}

/**
 * Whether desktop VS Code is in the cache, or can be downloaded. Takes at most ten seconds.
 * @param {AbortSignal} signal
 */
export async function canHaveDesktop(signal) {
  if (isDownloaded()) return true;
  try {
    const answer = await fetch(`${ADDRESS}/api/releases/stable`, { method: 'HEAD', signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWERS_WITHIN_MS)]) });
    return answer.ok;
  } catch {
    signal.throwIfAborted();
    return false;
  }
}

/**
 * @param {import('./runScript.mjs').Context} context
 * @returns {Promise<string>} the executable
 */
export async function downloadDesktop({ steps }) {
  // a development package: it is there only once the project's packages are
  const { SilentReporter, downloadAndUnzipVSCode } = await import('@vscode/test-electron');
  mkdirSync(downloadFolder(), { recursive: true });
  const download = () => downloadAndUnzipVSCode({ version: VSCODE_VERSION, cachePath: downloadFolder(), reporter: new SilentReporter() });
  return isDownloaded() ? download() : steps.run(`Downloading VS Code ${VSCODE_VERSION} into ${downloadFolder()} (once)`, download);
}
