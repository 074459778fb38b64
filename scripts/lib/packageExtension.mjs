import { readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { lastLines } from './lastLines.mjs';
import { ROOT, vsixFile } from './project.mjs';
import { ScriptError } from './ScriptError.mjs';
import { zipEntries } from './zipEntries.mjs';

const MB = 1_000_000;
const LARGEST_PACKAGE = 2 * MB;
const LARGEST_BUNDLE = 1 * MB;
/** Sources, maps and tests. */
const UNWANTED = /\.([cm]?tsx?|map)$|\.(test|bench)\.[cm]?js$|^extension\/(src|test|out|scripts|node_modules)\//i;

/**
 * Packages what the last production build left in dist.
 * @param {import('./runScript.mjs').Context} context
 * @returns {Promise<string>} the .vsix
 */
export async function packageExtension({ run, steps }) {
  const file = vsixFile();
  await steps.run(`Packaging ${path.basename(file)}`, async () => {
    rmSync(file, { force: true });
    const vsce = path.join(ROOT, 'node_modules/@vscode/vsce/vsce');
    const { code, output } = await run(process.execPath, [vsce, 'package', '--no-dependencies', '--out', file], { cwd: ROOT });
    if (code !== 0) throw new ScriptError('package', `vsce package failed:\n${lastLines(output)}`);
    checkPackage(file);
  });
  return file;
}

/** @param {string} file */
function checkPackage(file) {
  const unwanted = zipEntries(file).filter((name) => UNWANTED.test(name));
  const bundle = path.join(ROOT, 'dist/extension.js');
  const problems = [
    ...(unwanted.length > 0 ? [`it contains ${unwanted.join(', ')} (see .vscodeignore)`] : []),
    ...tooLarge(file, LARGEST_PACKAGE),
    ...tooLarge(bundle, LARGEST_BUNDLE),
  ];
  if (problems.length > 0) throw new ScriptError('package', `${path.basename(file)} is not fit to be published: ${problems.join('; ')}.`);
}

/**
 * @param {string} file
 * @param {number} limit in bytes
 */
function tooLarge(file, limit) {
  const { size } = statSync(file);
  return size > limit ? [`${path.relative(ROOT, file)} has ${kilobytes(size)}, over the ${kilobytes(limit)} allowed`] : [];
}

/** @param {number} bytes */
function kilobytes(bytes) {
  return `${Math.round(bytes / 1000)} kB`;
}

/**
 * One line each for the package, the bundle that is loaded at the start, and all of the host's.
 * @param {string} file the .vsix
 */
export function describePackage(file) {
  const dist = path.join(ROOT, 'dist');
  const bundles = readdirSync(dist).filter((name) => name.endsWith('.js'));
  const all = bundles.reduce((sum, name) => sum + statSync(path.join(dist, name)).size, 0);
  return [
    `${path.relative(ROOT, file)}: ${kilobytes(statSync(file).size)} in ${zipEntries(file).length} files`,
    `dist/extension.js: ${kilobytes(statSync(path.join(dist, 'extension.js')).size)}`,
    `all of the extension host's bundles (${bundles.join(', ')}): ${kilobytes(all)}`,
  ];
}
