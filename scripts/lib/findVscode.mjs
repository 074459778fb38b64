import path from 'node:path';
import { VSCODE_VERSION, isHostSupported } from '../../test/support/vscode-host/hostFolder.mjs';
import { canHaveDesktop, downloadDesktop } from './desktopDownload.mjs';
import { installBrowserVscode } from './installBrowserVscode.mjs';
import { installedCode } from './installedCode.mjs';
import { ScriptError } from './ScriptError.mjs';

/**
 * @typedef {import('./runScript.mjs').Context} Context
 *
 * @typedef {{ kind: 'installed', command: string }} Installed The command `code`.
 * @typedef {{ kind: 'desktop', executable: string }} Desktop A desktop VS Code's executable.
 * @typedef {{ kind: 'browser' }} Browser VS Code in a browser, installed.
 * @typedef {Installed | Desktop | Browser} Vscode
 */

/** Why this machine shows no windows, where it does not. */
function missingDisplay() {
  if (process.platform !== 'linux') return undefined;
  if (process.env['DISPLAY'] !== undefined || process.env['WAYLAND_DISPLAY'] !== undefined) return undefined;
  return 'neither DISPLAY nor WAYLAND_DISPLAY is set, so that desktop VS Code can open no window';
}

/**
 * Says which one is taken, and why.
 * @param {Context} context
 * @param {string} why
 * @returns {Promise<Browser>}
 */
async function takeBrowser(context, why) {
  if (!isHostSupported()) {
    throw new ScriptError(
      'vscode',
      `No VS Code is found: ${why}. Install VS Code from https://code.visualstudio.com so that \`code\` is on PATH, or let this machine reach update.code.visualstudio.com.`,
    );
  }
  context.steps.say(`Takes VS Code ${VSCODE_VERSION} in a browser: ${why}.`);
  await installBrowserVscode(context);
  return { kind: 'browser' };
}

/**
 * @param {Context} context
 * @param {string} skipped why `code` is not taken
 * @returns {Promise<Vscode>}
 */
async function takeDesktop(context, skipped) {
  if (!(await canHaveDesktop(context.signal))) return takeBrowser(context, `${skipped}, and update.code.visualstudio.com does not answer`);
  context.steps.say(`Takes desktop VS Code ${VSCODE_VERSION} from update.code.visualstudio.com: ${skipped}.`);
  try {
    return { kind: 'desktop', executable: await downloadDesktop(context) };
  } catch (error) {
    context.signal.throwIfAborted();
    return takeBrowser(context, `the download of desktop VS Code failed (${error instanceof Error ? error.message : String(error)})`);
  }
}

/**
 * Finds a VS Code, installs one where that is needed, and says in a line which one and why.
 * AGENT_RUNTIME_VSCODE decides it: "browser", or the path of a desktop VS Code's executable.
 * @param {Context} context
 * @param {'start' | 'tests'} purpose Tests never run in the VS Code that the person works in.
 * @returns {Promise<Vscode>}
 */
export async function findVscode(context, purpose) {
  const wanted = process.env['AGENT_RUNTIME_VSCODE'];
  if (wanted === 'browser') return takeBrowser(context, 'AGENT_RUNTIME_VSCODE asks for it');
  if (wanted !== undefined && wanted !== '') {
    context.steps.say(`Takes ${wanted}: AGENT_RUNTIME_VSCODE asks for it.`);
    return { kind: 'desktop', executable: path.resolve(wanted) };
  }
  const noWindow = missingDisplay();
  if (noWindow !== undefined) return takeBrowser(context, noWindow);
  if (purpose === 'tests') return takeDesktop(context, 'tests take a copy of their own');
  const code = await installedCode(context.signal);
  if ('unusable' in code) return takeDesktop(context, code.unusable);
  context.steps.say(`Takes the installed VS Code ${code.version}: ${code.command}.`);
  return { kind: 'installed', command: code.command };
}
