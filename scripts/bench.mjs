// npm run bench:NAME [-- --check]: prepares as the tests do, and measures in the extension host's Node.
//   node scripts/bench.mjs NAME [--check]     runs test/bench/NAME.bench.ts
import { existsSync } from 'node:fs';
import path from 'node:path';
import { build } from './lib/build.mjs';
import { findVscode } from './lib/findVscode.mjs';
import { installBrowserVscode, installTestBrowser } from './lib/installBrowserVscode.mjs';
import { installDependencies } from './lib/installDependencies.mjs';
import { packageExtension } from './lib/packageExtension.mjs';
import { ROOT } from './lib/project.mjs';
import { runScript } from './lib/runScript.mjs';
import { extensionHostNode } from './lib/runTests.mjs';
import { ScriptError } from './lib/ScriptError.mjs';

/** Those that start a real VS Code in a real browser, with the package installed. */
const IN_VSCODE = ['start', 'turn'];

/**
 * @param {import('./lib/runScript.mjs').Context} context
 * @param {string} name
 * @returns {Promise<{ command: string, env: NodeJS.ProcessEnv }>} what it runs in
 */
async function prepare(context, name) {
  await installDependencies(context);
  if (!IN_VSCODE.includes(name)) {
    const node = extensionHostNode(await findVscode(context, 'tests'));
    await build(context, { tests: true });
    return node;
  }
  await installBrowserVscode(context);
  await installTestBrowser(context);
  await build(context, { tests: true });
  const AGENT_RUNTIME_VSIX = await packageExtension(context);
  const { command, env } = extensionHostNode({ kind: 'browser' });
  return { command, env: { ...env, AGENT_RUNTIME_VSIX } };
}

await runScript(async (context) => {
  const [name = '', ...args] = process.argv.slice(2);
  if (!existsSync(path.join(ROOT, 'test/bench', `${name}.bench.ts`))) {
    throw new ScriptError('usage', `There is no benchmark "${name}": test/bench/${name}.bench.ts would be it.`);
  }
  const node = await prepare(context, name);
  const bench = path.join(ROOT, 'out/test/bench', `${name}.bench.js`);
  const env = { ...node.env, AGENT_RUNTIME_ROOT: ROOT };
  const { code } = await context.run(node.command, [bench, ...args], { cwd: ROOT, show: true, env });
  return code;
});
