// The window of host.mjs: Chromium, driven by Playwright.
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import { requireChromium } from './chromium.mjs';

export { workbenchUrl } from './workbenchUrl.mjs';

/**
 * @typedef {import('playwright-core').Page} Page
 * @typedef {import('playwright-core').Frame} Frame
 * @typedef {import('playwright-core').BrowserContext} BrowserContext
 * @typedef {import('./host.mjs').Server} Server
 */

const CHROMIUM_ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
  // a hidden page must not be slowed down
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
];

/**
 * @typedef {object} BrowserOptions
 * @property {boolean} [headless]
 * @property {{ width: number, height: number }} [viewport]
 * @property {string} [profileDir] Beside the user data by default, as state lives in it (port.mjs).
 */

/**
 * @param {Pick<Server, 'authority' | 'userDataDir'>} server
 * @param {BrowserOptions} options
 * @returns {Promise<BrowserContext>}
 */
export async function openBrowser(server, options = {}) {
  const {
    headless = process.env['VSCODE_HOST_HEADED'] === undefined,
    viewport = { width: 1280, height: 800 },
    profileDir = path.join(server.userDataDir, 'host-chromium'),
  } = options;
  const context = await chromium.launchPersistentContext(profileDir, {
    executablePath: requireChromium(),
    headless,
    viewport,
    args: CHROMIUM_ARGS,
    permissions: ['clipboard-read', 'clipboard-write'],
    // whoever started the browser ends it, after the server's window has closed
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
  // Nothing but this server is asked for anything. The webviews' vscode-cdn.net addresses are
  // answered by VS Code's own service worker and never get here.
  await context.route(
    (url) => /^https?:$/.test(url.protocol) && url.host !== server.authority,
    (route) => route.abort(),
  );
  return context;
}

/**
 * The inner frame of the webview that holds `selector`: webviews are iframes in iframes.
 * @param {Page} page
 * @param {string} selector
 * @param {number} timeout in milliseconds
 * @returns {Promise<Frame>}
 */
export async function webviewFrame(page, selector, timeout = 30_000) {
  const end = Date.now() + timeout;
  for (;;) {
    for (const frame of page.frames()) {
      if (!frame.url().includes('/webview/browser/pre/fake.html')) continue;
      // a frame may go while it is asked
      const count = await frame.locator(selector).count().catch(() => 0);
      if (count > 0) return frame;
    }
    if (Date.now() > end) throw new Error(`No webview shows ${selector} after ${timeout} ms.`);
    await delay(100);
  }
}

/**
 * Runs a command by its title in the palette, again where the palette was still closing.
 * @param {Page} page
 * @param {string} title
 */
export async function runCommand(page, title) {
  const palette = page.locator('.quick-input-widget');
  const row = palette.locator('.quick-input-list .monaco-list-row', { hasText: title });
  const attempts = 5;
  for (let attempt = 1; ; attempt++) {
    if (await palette.isVisible()) {
      await page.keyboard.press('Escape');
      await palette.waitFor({ state: 'hidden', timeout: 3_000 }).catch(() => undefined);
    }
    await page.keyboard.press('F1');
    try {
      await palette.locator('input.input').fill(`>${title}`, { timeout: 2_500 });
      await row.first().waitFor({ timeout: 5_000 });
      break;
    } catch (cause) {
      if (attempt === attempts) throw new Error(`The command palette does not offer "${title}".`, { cause });
    }
  }
  await page.keyboard.press('Enter');
  // a command may open a list of its own
  await palette.waitFor({ state: 'hidden', timeout: 1_000 }).catch(() => undefined);
}
