import path from 'node:path';
import { lastLines } from './lastLines.mjs';
import { ROOT } from './project.mjs';
import { ScriptError } from './ScriptError.mjs';

/**
 * @param {import('./runScript.mjs').Context} context
 * @param {{ tests?: boolean }} options
 */
export async function build({ run, steps }, { tests = false } = {}) {
  await steps.run(tests ? 'Building the extension and its tests' : 'Building the extension', async () => {
    const args = [path.join(ROOT, 'esbuild.mjs'), '--production', ...(tests ? ['--tests'] : [])];
    const { code, output } = await run(process.execPath, args, { cwd: ROOT });
    if (code !== 0) throw new ScriptError('command', `esbuild.mjs failed:\n${lastLines(output, 40)}`);
  });
}
