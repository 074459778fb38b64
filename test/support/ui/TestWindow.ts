import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { BrowserContext, Frame, Locator, Page } from 'playwright-core';
import { openBrowser, runCommand, webviewFrame, workbenchUrl } from '../vscode-host/browser.mjs';
import { installExtension } from '../vscode-host/hostCli.mjs';
import { startServer } from '../vscode-host/host.mjs';
import { projectRoot } from '../projectRoot.ts';
import { ended, theExtensionHost } from './hostProcess.ts';

const results = path.join(projectRoot, 'test-results');

export interface TestWindowOptions {
  /** Whether the window opens the workspace's folder; it does by default. */
  folder?: boolean;
  /** Files of the workspace, by path. */
  files?: Record<string, string>;
  /** The person's settings. */
  settings?: Record<string, unknown>;
  /** The person's settings on this machine. */
  machineSettings?: Record<string, unknown>;
  viewport?: { width: number; height: number };
  /** Changes the folder of installed extensions before VS Code starts. */
  prepareExtensions?: (folder: string) => void;
  /** Added to the extension host's environment. */
  env?: Record<string, string>;
  /** Extensions that may use API that VS Code only proposes. */
  proposedApi?: string[];
  /** Workspace trust is on: the folder opens in Restricted Mode. */
  trust?: boolean;
}

interface Parts {
  home: string;
  workspace: string;
  server: Awaited<ReturnType<typeof startServer>>;
  browser: BrowserContext;
  page: Page;
  /** The window's address. */
  url: string;
  /** Whether it has a folder open. */
  folder: boolean;
}

let installed: Promise<string> | undefined;

/** A folder with the packaged extension in it, as VS Code installed it; made once. */
function extensionsFolder(): Promise<string> {
  installed ??= installPackage();
  return installed;
}

async function installPackage(): Promise<string> {
  const vsix = process.env['AGENT_RUNTIME_VSIX'];
  if (vsix === undefined) throw new Error('AGENT_RUNTIME_VSIX names no package; run the tests by npm test');
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ar-ext-'));
  process.once('exit', () => fs.rmSync(folder, { recursive: true, force: true }));
  const extensionsDir = path.join(folder, 'extensions');
  await installExtension(vsix, { userDataDir: path.join(folder, 'user'), extensionsDir });
  return extensionsDir;
}

/** Opens a clean VS Code with the packaged extension on a workspace of its own. */
export async function openTestWindow(options: TestWindowOptions = {}): Promise<TestWindow> {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'ar-ui-'));
  const workspace = path.join(home, 'workspace');
  fs.mkdirSync(workspace);
  for (const [file, text] of Object.entries(options.files ?? {})) {
    fs.mkdirSync(path.dirname(path.join(workspace, file)), { recursive: true });
    fs.writeFileSync(path.join(workspace, file), text);
  }
  const extensionsDir = path.join(home, 'extensions');
  fs.cpSync(await extensionsFolder(), extensionsDir, { recursive: true });
  options.prepareExtensions?.(extensionsDir);
  const userDataDir = path.join(home, 'user');
  // the web host is a remote window: settings of the scope "machine" count from the remote machine's file alone
  fs.mkdirSync(path.join(userDataDir, 'Machine'), { recursive: true });
  fs.writeFileSync(path.join(userDataDir, 'Machine', 'settings.json'), JSON.stringify(options.machineSettings ?? {}));
  const server = await startServer({
    userDataDir,
    extensionsDir,
    settings: options.settings ?? {},
    env: options.env ?? {},
    trust: options.trust ?? false,
    proposedApi: options.proposedApi ?? [],
  });
  const browser = await openBrowser(server, options.viewport === undefined ? {} : { viewport: options.viewport });
  const page = browser.pages()[0] ?? (await browser.newPage());
  const folder = options.folder !== false;
  const url = workbenchUrl(server, folder ? { folder: workspace } : {});
  await page.goto(url);
  const window = new TestWindow({ home, workspace, server, browser, page, url, folder });
  await window.ready();
  return window;
}

/** A VS Code window as a person has it before them. */
export class TestWindow {
  readonly page: Page;
  readonly workspace: string;
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.page = parts.page;
    this.workspace = parts.workspace;
  }

  get userDataDir(): string {
    return this.#parts.server.userDataDir;
  }

  /** VS Code is drawn and knows the extension's commands. */
  async ready(): Promise<void> {
    await this.page.locator('.monaco-workbench').waitFor();
    // without a folder there is no explorer to wait for
    const drawn = this.#parts.folder ? '.explorer-folders-view' : '.part.statusbar .statusbar-item';
    await this.page.locator(drawn).first().waitFor({ timeout: 30_000 });
  }

  /** Another window of the same person, on the same folder or without one. Its `close` closes the window alone. */
  async openSecondWindow(): Promise<TestWindow> {
    const page = await this.#parts.browser.newPage();
    await page.goto(this.#parts.url);
    const window = new SecondWindow({ ...this.#parts, page });
    await window.ready();
    return window;
  }

  /** The process that runs the extension, while one window alone is open. */
  extensionHost(): Promise<number> {
    return theExtensionHost(this.#parts.server.pid);
  }

  /** Kills the extension host outright; VS Code starts another one by itself. */
  async killExtensionHost(): Promise<void> {
    const pid = await this.extensionHost();
    process.kill(pid, 'SIGKILL');
    await ended(pid);
  }

  async run(command: string): Promise<void> {
    await runCommand(this.page, command);
  }

  /** The page of the chat, once it shows its input. */
  async chat(): Promise<Frame> {
    return webviewFrame(this.page, '.input textarea');
  }

  async openChat(): Promise<Frame> {
    await this.run('Agent Runtime: Open Chat');
    return this.chat();
  }

  /** Opens the chat, and gives its session to an agent as a person does. */
  async openChatWith(agent: string): Promise<Frame> {
    const chat = await this.openChat();
    await chat.getByRole('combobox', { name: 'Agent' }).click();
    await chat.getByRole('option', { name: new RegExp(`^${agent}`) }).click();
    return chat;
  }

  /** The page of the approval dialog. */
  async approval(): Promise<Frame> {
    return webviewFrame(this.page, 'h1[tabindex]');
  }

  /** Chats' tabs by their session's title. */
  chatTab(title: string): Locator {
    return this.page.locator('.tabs-container .tab', { hasText: title });
  }

  notification(text: string): Locator {
    return this.page.locator('.notifications-toasts .notification-list-item', { hasText: text });
  }

  /** The dialog's tab in VS Code. */
  get approvalTab(): Locator {
    return this.page.locator('.tabs-container .tab', { hasText: 'Approve:' });
  }

  /** Types a message as a person does, and sends it, once no turn runs. */
  async say(text: string): Promise<void> {
    const chat = await this.chat();
    await chat.getByRole('button', { name: 'Send' }).waitFor();
    const input = chat.locator('.input textarea');
    await input.click();
    await this.page.keyboard.insertText(text);
    await this.page.keyboard.press('Enter');
  }

  async reload(): Promise<void> {
    const navigated = this.page.waitForEvent('framenavigated', (frame) => frame === this.page.mainFrame());
    await this.run('Developer: Reload Window');
    await navigated;
    await this.ready();
  }

  /** What the workspace's database says, read past the extension. */
  query(sql: string): Record<string, unknown>[] {
    const root = path.join(this.userDataDir, 'User/workspaceStorage');
    const file = fs.readdirSync(root, { recursive: true, encoding: 'utf8' }).find((name) => name.endsWith('agent-runtime.db'));
    if (file === undefined) throw new Error('The workspace has no database.');
    const database = new DatabaseSync(path.join(root, file), { readOnly: true, timeout: 2_000 });
    try {
      // rows have no prototype
      return database.prepare(sql).all().map((row) => ({ ...row }));
    } finally {
      database.close();
    }
  }

  file(name: string): string {
    return path.join(this.workspace, name);
  }

  read(name: string): string {
    return fs.readFileSync(this.file(name), 'utf8');
  }

  exists(name: string): boolean {
    return fs.existsSync(this.file(name));
  }

  /** Leaves a picture in test-results/. */
  async screenshot(name: string): Promise<void> {
    // the pointer rests where it lights up nothing
    await this.page.mouse.move(5, 5);
    await this.page.screenshot({ path: path.join(results, `${name}.png`), animations: 'disabled' });
  }

  async close(): Promise<void> {
    await this.#parts.browser.close();
    await this.#parts.server.stop();
    fs.rmSync(this.#parts.home, { recursive: true, force: true });
  }
}

/** A further window on the server and in the browser of a first one. */
class SecondWindow extends TestWindow {
  override async close(): Promise<void> {
    await this.page.close();
  }
}
