import { canInstallChromium, chromiumIsMissing, findChromium, installChromium } from '../../test/support/vscode-host/chromium.mjs';
import { VSCODE_VERSION, hostFolder, isHostInstalled, isHostSupported } from '../../test/support/vscode-host/hostFolder.mjs';
import { installHost } from '../../test/support/vscode-host/install.mjs';
import { lastLines } from './lastLines.mjs';
import { ScriptError } from './ScriptError.mjs';

/** @typedef {import('./runScript.mjs').Context} Context */

/**
 * The VS Code whose window is a browser's page.
 * @param {Context} context
 */
export async function installBrowserVscode({ npm, steps }) {
  if (isHostInstalled()) return;
  if (!isHostSupported()) {
    throw new ScriptError('vscode', `VS Code in a browser runs on Linux (x64, arm64) and this is ${process.platform} (${process.arch}).`);
  }
  await steps.run(`Installing VS Code ${VSCODE_VERSION} into ${hostFolder()} (once, about a minute, 0.6 GB)`, (report) => installHost({ npm, report }));
}

/**
 * The browser that tests look through.
 * @param {Context} context
 */
export async function installTestBrowser({ run, steps }) {
  if (findChromium() !== undefined) return;
  if (!canInstallChromium()) throw new ScriptError('chromium', chromiumIsMissing());
  await steps.run('Installing Chromium with apt (once, about 40 s)', () =>
    installChromium(async (command, args, { env = {} } = {}) => {
      const { code, output } = await run(command, args, { env });
      if (code === 0) return;
      throw new ScriptError('chromium', `${command} ${args.join(' ')} failed:\n${lastLines(output)}\n${chromiumIsMissing()}`);
    }),
  );
  if (findChromium() === undefined) throw new ScriptError('chromium', chromiumIsMissing());
}
