import { spawn } from 'node:child_process';
import path from 'node:path';
import { cleanEnv } from '../../test/support/vscode-host/cleanEnv.mjs';
import { startServer } from '../../test/support/vscode-host/host.mjs';
import { installExtension } from '../../test/support/vscode-host/hostCli.mjs';
import { keptPort } from '../../test/support/vscode-host/port.mjs';
import { workbenchUrl } from '../../test/support/vscode-host/workbenchUrl.mjs';
import { packageExtension } from './packageExtension.mjs';
import { ScriptError } from './ScriptError.mjs';
import { startProfile } from './startProfile.mjs';

/** @typedef {import('./runScript.mjs').Context} Context */

/**
 * Two servers on the same user data would write over each other.
 * @param {string} userDataDir
 */
async function refuseSecondStart(userDataDir) {
  const port = keptPort(userDataDir);
  if (port === undefined) return;
  const base = `http://127.0.0.1:${port}`;
  const answer = await fetch(`${base}/healthz`, { signal: AbortSignal.timeout(2000) }).catch(() => undefined);
  if (answer?.ok !== true) return;
  throw new ScriptError('running', `Agent Runtime is open already, at ${base}: press Ctrl+C where it was started, then start it again.`);
}

/**
 * Opens the person's browser where there is a screen; the address is printed in any case.
 * @param {string} address
 */
function openPersonsBrowser(address) {
  if (process.env['DISPLAY'] === undefined && process.env['WAYLAND_DISPLAY'] === undefined) return;
  const opener = spawn('xdg-open', [address], { stdio: 'ignore', detached: true, env: cleanEnv() });
  opener.on('error', () => undefined);
  opener.unref();
}

/**
 * @param {AbortSignal} signal
 * @returns {Promise<undefined>}
 */
function aborted(signal) {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}

/**
 * Serves VS Code with the packaged extension until a signal comes. The package, and not the
 * development path: VS Code in a browser shows no notifications with the latter.
 * @param {Context} context
 * @param {string} folder
 * @returns {Promise<number>} the exit code
 */
export async function startInBrowser(context, folder) {
  const { signal, steps } = context;
  const profile = startProfile('browser');
  await refuseSecondStart(profile.userDataDir);
  const vsix = await packageExtension(context);
  await steps.run(`Installing ${path.basename(vsix)} into this VS Code`, () => installExtension(vsix, profile));
  signal.throwIfAborted();
  const server = await startServer(profile);
  try {
    const address = workbenchUrl(server, { folder });
    steps.say(`\nVS Code is open at ${address}\nRun "Agent Runtime: Open Chat" there (F1). Press Ctrl+C here to end.`);
    if (!signal.aborted) openPersonsBrowser(address);
    const end = await Promise.race([aborted(signal), server.exited]);
    if (end === undefined) return 0;
    throw new ScriptError('vscode', `VS Code's server ended by itself; its log is ${server.logFile}. Run npm start again.`);
  } finally {
    await server.stop();
  }
}
