import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './project.mjs';

/**
 * @typedef {{ version?: string, optional?: boolean, devOptional?: boolean }} LockedPackage
 * @typedef {{ packages: Record<string, LockedPackage> }} Lock
 */

/**
 * @param {string} file
 * @returns {Lock | undefined}
 */
function readLock(file) {
  if (!existsSync(file)) return undefined;
  /** @type {unknown} */
  const parsed = JSON.parse(readFileSync(file, 'utf8'));
  return /** @type {Lock} */ (parsed);
}

/**
 * Whether node_modules holds what package-lock.json names. Versions are compared and not times,
 * as git sets a file's time at every change of branch. npm writes its list last: an interrupted
 * installation has none.
 */
function isInstalled() {
  const wanted = readLock(path.join(ROOT, 'package-lock.json'));
  const installed = readLock(path.join(ROOT, 'node_modules/.package-lock.json'));
  if (wanted === undefined || installed === undefined) return false;
  return Object.entries(wanted.packages).every(([folder, { version, optional = false, devOptional = false }]) => {
    if (folder === '') return true;
    const found = installed.packages[folder];
    return found === undefined ? optional || devOptional : found.version === version;
  });
}

/** @param {import('./runScript.mjs').Context} context */
export async function installDependencies({ npm, steps }) {
  if (isInstalled()) return;
  await steps.run("Installing the project's packages (once, about 20 s)", () =>
    // whatever NODE_ENV says: all of them are development packages
    npm(['ci', '--ignore-scripts', '--include=dev'], { cwd: ROOT }),
  );
}
