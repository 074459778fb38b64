import Mocha from 'mocha';
import { readdirSync } from 'node:fs';
import path from 'node:path';

const TIMEOUT_MS = 60_000;

/** VS Code calls this in the extension host; a rejection is a failed run. */
export async function run(): Promise<void> {
  const here = import.meta.dirname;
  const mocha = new Mocha({
    ui: 'bdd',
    timeout: TIMEOUT_MS,
    forbidOnly: true,
    reporter: path.resolve(here, '../../../test/support/reporter.cjs'),
  });
  for (const name of readdirSync(here, { recursive: true, encoding: 'utf8' }).sort())
    if (name.endsWith('.test.js')) mocha.addFile(path.join(here, name));
  await new Promise<void>((resolve, reject) => {
    mocha.run((failures) => {
      if (failures > 0) reject(new Error(`${failures} tests failed.`));
      else resolve();
    });
  });
}
