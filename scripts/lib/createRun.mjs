import { spawn } from 'node:child_process';
import { cleanEnv } from '../../test/support/vscode-host/cleanEnv.mjs';
import { endTree } from './endTree.mjs';

const isWindows = process.platform === 'win32';

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env] Added to the cleaned environment, after the cleaning.
 * @property {boolean} [show] The output goes to the console as it comes; it is kept otherwise.
 *
 * @typedef {{ code: number, output: string }} Outcome The code is 1 where a signal ended it.
 * @typedef {(command: string, args: string[], options?: RunOptions) => Promise<Outcome>} Run
 */

/**
 * Starts commands in process groups of their own, so that a signal ends them with all that they
 * started, and nothing else.
 * @param {AbortSignal} signal
 * @returns {Run} rejects with the signal's reason once it has come, when the group has ended
 */
export function createRun(signal) {
  return async (command, args, { cwd, env = {}, show = false } = {}) => {
    signal.throwIfAborted();
    // npm, npx and code are batch files on Windows
    const shell = isWindows && !/\.exe$/i.test(command);
    const child = spawn(shell ? `"${command}"` : command, shell ? args.map((argument) => `"${argument}"`) : args, {
      ...(cwd === undefined ? {} : { cwd }),
      env: { ...cleanEnv(), ...env },
      stdio: show ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
      detached: !isWindows,
      shell,
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8');
      stream?.on('data', (/** @type {string} */ text) => (output += text));
    }
    /** @type {Promise<void> | undefined} */
    let ending;
    const onAbort = () => {
      if (child.pid !== undefined) ending = endTree(child.pid);
    };
    signal.addEventListener('abort', onAbort);
    try {
      const code = await new Promise((/** @type {(code: number) => void} */ resolve) => {
        child.once('error', (error) => {
          output += `${error.message}\n`;
          resolve(127);
        });
        child.once('close', (status) => resolve(status ?? 1));
      });
      await ending;
      signal.throwIfAborted();
      return { code, output };
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  };
}
