import { writeQuietSettings } from '../../test/support/vscode-host/quietSettings.mjs';
import { flagsForRoot } from './installedCode.mjs';
import { lastLines } from './lastLines.mjs';
import { ROOT } from './project.mjs';
import { ScriptError } from './ScriptError.mjs';
import { startProfile } from './startProfile.mjs';

/**
 * @typedef {import('./runScript.mjs').Context} Context
 * @typedef {import('./findVscode.mjs').Installed} Installed
 * @typedef {import('./findVscode.mjs').Desktop} Desktop
 */

const IN_THE_WINDOW = 'Run "Agent Runtime: Open Chat" in its window (F1).';

/**
 * Opens a window of the VS Code that the person works in, which ends when its window is closed.
 * @param {Context} context
 * @param {Installed} vscode
 * @param {string} folder
 * @returns {Promise<number>} the exit code
 */
export async function startInstalled({ run, steps }, { command }, folder) {
  const flags = flagsForRoot(startProfile('desktop').userDataDir);
  const { code, output } = await run(command, [...flags, '--new-window', `--extensionDevelopmentPath=${ROOT}`, folder]);
  if (code !== 0) throw new ScriptError('vscode', `${command} did not open a window:\n${lastLines(output)}`);
  steps.say(`\nVS Code is open. ${IN_THE_WINDOW} Close the window to end.`);
  return 0;
}

/**
 * Runs a desktop VS Code on folders of its own until it is closed or a signal comes.
 * @param {Context} context
 * @param {Desktop} vscode
 * @param {string} folder
 * @returns {Promise<number>} the exit code
 */
export async function startDownloaded({ run, signal, steps }, { executable }, folder) {
  const { userDataDir, extensionsDir } = startProfile('desktop');
  writeQuietSettings(userDataDir);
  const flags = [
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    `--user-data-dir=${userDataDir}`,
    `--extensions-dir=${extensionsDir}`,
    '--disable-workspace-trust',
    '--disable-updates',
    '--skip-welcome',
    '--skip-release-notes',
    `--extensionDevelopmentPath=${ROOT}`,
  ];
  steps.say(`\nVS Code opens. ${IN_THE_WINDOW} Close the window, or press Ctrl+C here, to end.`);
  try {
    const { code, output } = await run(executable, [...flags, folder]);
    if (code !== 0) throw new ScriptError('vscode', `${executable} ended with exit code ${code}:\n${lastLines(output)}`);
    return 0;
  } catch (error) {
    if (signal.aborted) return 0;
    throw error;
  }
}
