import { createHash } from 'node:crypto';
import path from 'node:path';
import { cacheFolder } from '../../test/support/vscode-host/hostFolder.mjs';
import { ROOT } from './project.mjs';

/** @typedef {{ userDataDir: string, extensionsDir: string }} Profile */

/**
 * VS Code's own folders for `npm start`: the same at every start, so that conversations stay, and
 * others for another checkout, as each installs the extension that it builds.
 * @param {'browser' | 'desktop'} kind
 * @returns {Profile}
 */
export function startProfile(kind) {
  const checkout = createHash('sha256').update(ROOT).digest('hex').slice(0, 8);
  const folder = path.join(cacheFolder(), 'start', checkout, kind);
  return { userDataDir: path.join(folder, 'user'), extensionsDir: path.join(folder, 'extensions') };
}
