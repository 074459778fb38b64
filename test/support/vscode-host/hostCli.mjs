import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { cleanEnv } from './cleanEnv.mjs';
import { hostEntry, hostNode } from './hostFolder.mjs';
import { withoutLogWriterNoise } from './logWriterNoise.mjs';

/**
 * @typedef {object} Folders
 * @property {string} userDataDir
 * @property {string} extensionsDir
 */

/**
 * VS Code's command line: `--install-extension`, `--list-extensions`, `--version` and the like.
 * @param {string[]} args
 * @param {Folders} folders
 * @returns {Promise<{ code: number, output: string }>} 1 where it was killed
 */
export async function hostCli(args, { userDataDir, extensionsDir }) {
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'vsh-'));
  const config = path.join(scratch, 'config.yaml');
  fs.writeFileSync(config, '');
  const fixed = [hostEntry(), '--config', config, '--user-data-dir', userDataDir, '--extensions-dir', extensionsDir];
  const child = spawn(hostNode(), [...fixed, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env: cleanEnv() });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (/** @type {string} */ text) => (output += text));
  }
  try {
    const code = await new Promise((/** @type {(code: number) => void} */ resolve, reject) => {
      child.once('error', reject);
      child.once('close', (status) => resolve(status ?? 1));
    });
    return { code, output: withoutLogWriterNoise(output) };
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true });
  }
}

/**
 * Installs a packaged extension, over an installed one of the same version too.
 * @param {string} vsix
 * @param {Folders} folders
 */
export async function installExtension(vsix, folders) {
  const { code, output } = await hostCli(['--install-extension', vsix, '--force'], folders);
  if (code !== 0) throw new Error(`VS Code could not install ${vsix}:\n${output}`);
}
