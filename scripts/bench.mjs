// npm run bench:start [-- --check]: prepares as the tests do, and measures in a real VS Code.
//   node scripts/bench.mjs NAME [--check]     runs test/bench/NAME.bench.ts
import { existsSync } from 'node:fs';
import path from 'node:path';
import { build } from './lib/build.mjs';
import { installBrowserVscode, installTestBrowser } from './lib/installBrowserVscode.mjs';
import { installDependencies } from './lib/installDependencies.mjs';
import { packageExtension } from './lib/packageExtension.mjs';
import { ROOT } from './lib/project.mjs';
import { runScript } from './lib/runScript.mjs';
import { extensionHostNode } from './lib/runTests.mjs';
import { ScriptError } from './lib/ScriptError.mjs';

await runScript(async (context) => {
  const [name = '', ...args] = process.argv.slice(2);
  await installDependencies(context);
  await installBrowserVscode(context);
  await installTestBrowser(context);
  await build(context, { tests: true });
  const bench = path.join(ROOT, 'out/test/bench', `${name}.bench.js`);
  if (!existsSync(bench)) throw new ScriptError('usage', `There is no benchmark "${name}": test/bench/${name}.bench.ts would be it.`);
  const AGENT_RUNTIME_VSIX = await packageExtension(context);
  const node = extensionHostNode({ kind: 'browser' });
  const env = { ...node.env, AGENT_RUNTIME_ROOT: ROOT, AGENT_RUNTIME_VSIX };
  const { code } = await context.run(node.command, [bench, ...args], { cwd: ROOT, show: true, env });
  return code;
});
