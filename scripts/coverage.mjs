// npm run coverage:events: prepares as the tests do, runs real turns, and prints which subsystem published what.
//   Exits 1 where one of them does not publish what it must. Part of npm test.
import { build } from './lib/build.mjs';
import { findVscode } from './lib/findVscode.mjs';
import { installDependencies } from './lib/installDependencies.mjs';
import { runScript } from './lib/runScript.mjs';
import { extensionHostNode, runCoverage } from './lib/runTests.mjs';
import { areGreen } from './lib/testResults.mjs';
import { withScratch } from './lib/withScratch.mjs';

await runScript(async (context) => {
  await installDependencies(context);
  const node = extensionHostNode(await findVscode(context, 'tests'));
  await build(context, { tests: true });
  const results = await withScratch((scratch) => runCoverage(context, { node, scratch }));
  if (results.problem !== undefined) console.error(results.problem);
  return areGreen(results) ? 0 : 1;
});
