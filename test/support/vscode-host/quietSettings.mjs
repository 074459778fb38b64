import fs from 'node:fs';
import path from 'node:path';

/** A VS Code that shows the extension, and asks and fetches nothing by itself. */
export const QUIET_SETTINGS = {
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.enableExperiments': false,
  'telemetry.telemetryLevel': 'off',
  'extensions.autoUpdate': 'off',
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'update.mode': 'none',
  'git.openRepositoryInParentFolders': 'never',
  // keeps VS Code's own agent host from starting; language models of extensions still work
  'chat.disableAIFeatures': true,
  // the desktop's default; the web's is afterDelay, which races document.save()
  'files.autoSave': 'off',
  'typescript.disableAutomaticTypeAcquisition': true,
};

/**
 * Writes the user's settings only where there are none yet: later ones are the person's, or a
 * test's own.
 * @param {string} userDataDir
 * @param {Record<string, unknown>} settings merged over the quiet ones
 */
export function writeQuietSettings(userDataDir, settings = {}) {
  const file = path.join(userDataDir, 'User', 'settings.json');
  if (fs.existsSync(file)) return;
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, `${JSON.stringify({ ...QUIET_SETTINGS, ...settings }, null, 2)}\n`);
}
