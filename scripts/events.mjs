// npm run docs:events: writes docs/events.md from the catalogue in src/protocol/events.ts.
//   node scripts/events.mjs --check     exits 1 when the file is not what would be written
import * as esbuild from 'esbuild';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './lib/project.mjs';

const file = path.join(ROOT, 'docs/events.md');

/** The catalogue is TypeScript, so its page is bundled with it, in memory. */
async function page() {
  const { outputFiles } = await esbuild.build({
    absWorkingDir: ROOT,
    entryPoints: ['scripts/lib/eventsPage.ts'],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'warning',
  });
  const [bundle] = outputFiles;
  if (bundle === undefined) throw new Error('esbuild made no bundle of scripts/lib/eventsPage.ts');
  /** @type {unknown} */
  const module = await import(`data:text/javascript;base64,${Buffer.from(bundle.contents).toString('base64')}`);
  const { eventsPage } = /** @type {{ eventsPage: () => string }} */ (module);
  return eventsPage();
}

const text = await page();
if (!process.argv.includes('--check')) {
  writeFileSync(file, text);
} else if (!existsSync(file) || readFileSync(file, 'utf8').replaceAll('\r\n', '\n') !== text) {
  console.error('docs/events.md is not what src/protocol/events.ts says. Run `npm run docs:events` and commit it.');
  process.exitCode = 1;
}
