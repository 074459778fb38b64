import path from 'node:path';
import { ScriptError } from './ScriptError.mjs';
import { lastLines } from './lastLines.mjs';

const QUIET = ['--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'];

/**
 * @typedef {import('./createRun.mjs').Run} Run
 * @typedef {import('../../test/support/vscode-host/install.mjs').InstallDependencies['npm']} Npm
 */

/**
 * The npm that runs this script, else the one on PATH.
 * @param {string} node
 */
function npmCommand(node) {
  const running = process.env['npm_execpath'];
  return running !== undefined && path.basename(running) === 'npm-cli.js'
    ? { command: node, args: [running] }
    : { command: process.platform === 'win32' ? 'npm.cmd' : 'npm', args: [] };
}

/**
 * @param {Run} run
 * @returns {Npm}
 */
export function createNpm(run) {
  return async (args, { cwd, node = process.execPath, env = {} }) => {
    const npm = npmCommand(node);
    const { code, output } = await run(npm.command, [...npm.args, ...args, ...QUIET], { cwd, env });
    if (code === 0) return;
    throw new ScriptError(
      'npm',
      `npm ${args.join(' ')} failed in ${cwd} with exit code ${code}. Its last lines:\n${lastLines(output)}\n` +
        "Check that npm's registry answers (npm ping) and that the disk has room, then run the command again.",
    );
  };
}
