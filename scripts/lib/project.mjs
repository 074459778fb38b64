import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** This checkout. */
export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** @typedef {{ name: string, version: string, engines: { vscode: string } }} Manifest */

export function manifest() {
  /** @type {unknown} */
  const parsed = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  return /** @type {Manifest} */ (parsed);
}

/** The packaged extension. */
export function vsixFile() {
  const { name, version } = manifest();
  return path.join(ROOT, `${name}-${version}.vsix`);
}
