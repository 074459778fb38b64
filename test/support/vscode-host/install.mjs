// Installs a real VS Code from the npm registry alone: code-server, and the Node that it needs.
import fs from 'node:fs';
import path from 'node:path';
import { CODE_SERVER_VERSION, NODE_VERSION, completionMarker, hostFolder, hostNode, isHostInstalled, nodePackage } from './hostFolder.mjs';

const AN_HOUR_MS = 3_600_000;
const NATIVE_ADDONS = ['@vscode/spdlog', '@vscode/native-watchdog'];

/**
 * @typedef {object} NpmOptions
 * @property {string} cwd
 * @property {string} [node] The Node to run npm with.
 * @property {NodeJS.ProcessEnv} [env]
 *
 * @typedef {object} InstallDependencies
 * @property {(args: string[], options: NpmOptions) => Promise<void>} npm Rejects with the code 'npm' where npm fails.
 * @property {(phase: string) => void} report
 */

/**
 * Installs the host where it is not installed yet. The work is done in a temporary folder that
 * gets its name at the end, so that an installation is whole or not there, and two at the same
 * time do not meet.
 * @param {InstallDependencies} dependencies
 */
export async function installHost(dependencies) {
  if (isHostInstalled()) return;
  const target = hostFolder();
  const siblings = path.dirname(target);
  fs.mkdirSync(siblings, { recursive: true });
  removeAbandoned(siblings);
  const folder = fs.mkdtempSync(path.join(siblings, '.installing-'));
  try {
    await installInto(folder, dependencies);
    fs.writeFileSync(completionMarker(folder), `${JSON.stringify({ codeServer: CODE_SERVER_VERSION, node: NODE_VERSION })}\n`);
    takeName(folder, target);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * What an installation left behind whose process was killed outright.
 * @param {string} siblings
 */
function removeAbandoned(siblings) {
  for (const name of fs.readdirSync(siblings)) {
    const folder = path.join(siblings, name);
    const age = Date.now() - (fs.statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (name.startsWith('.installing-') && age > AN_HOUR_MS) fs.rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string} folder
 * @param {string} target
 */
function takeName(folder, target) {
  if (isHostInstalled()) return;
  try {
    fs.renameSync(folder, target);
  } catch (cause) {
    // somebody else was first, or the folder is there without its marker
    if (isHostInstalled()) return;
    if (!fs.existsSync(target)) throw cause;
    fs.rmSync(target, { recursive: true, force: true });
    fs.renameSync(folder, target);
  }
}

/**
 * @param {string} folder
 * @param {InstallDependencies} dependencies
 */
async function installInto(folder, { npm, report }) {
  const manifest = {
    name: 'vscode-host',
    version: '0.0.0',
    private: true,
    dependencies: { 'code-server': CODE_SERVER_VERSION, [nodePackage()]: NODE_VERSION },
  };
  fs.writeFileSync(path.join(folder, 'package.json'), JSON.stringify(manifest));
  report("code-server's packages");
  // code-server's own install script refuses other Nodes than its own and builds eight addons
  await npm(['install', '--ignore-scripts'], { cwd: folder });

  const node = hostNode(folder);
  const vscode = path.join(folder, 'node_modules/code-server/lib/vscode');
  // not "npm ci": the shrinkwrap lacks an entry
  const install = ['install', '--omit=dev', '--ignore-scripts'];
  report("VS Code's packages");
  await npm(install, { cwd: vscode, node });
  report("VS Code's extensions");
  await npm(install, { cwd: path.join(vscode, 'extensions'), node });
  if (hasCompiler()) {
    report('native addons');
    await buildAddons(vscode, { npm, node, headers: path.join(folder, 'node_modules', nodePackage()) });
  }
  finishLikeCodeServer(vscode);
  removeUnused(vscode);
}

function hasCompiler() {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  return ['g++', 'make', 'python3'].every((name) => folders.some((folder) => fs.existsSync(path.join(folder, name))));
}

/**
 * spdlog writes VS Code's log files, native-watchdog ends extension hosts whose server died.
 * node-pty, @parcel/watcher and ripgrep bring their Linux binaries with them.
 * @param {string} vscode
 * @param {{ npm: InstallDependencies['npm'], node: string, headers: string }} tools
 */
async function buildAddons(vscode, { npm, node, headers }) {
  const env = {
    // a build step that calls "node" gets this one
    PATH: [path.dirname(node), process.env['PATH'] ?? ''].join(path.delimiter),
    // Node's headers come with its package: node-gyp downloads nothing
    npm_config_nodedir: headers,
    JOBS: 'max',
  };
  try {
    await npm(['rebuild', ...NATIVE_ADDONS], { cwd: vscode, node, env });
  } catch (error) {
    // VS Code does without them; an interruption is not npm's failure
    if (!(error instanceof Error && 'code' in error && error.code === 'npm')) throw error;
  }
}

/**
 * What code-server's install script does besides; packages may lack the executable bit.
 * @param {string} vscode
 */
function finishLikeCodeServer(vscode) {
  relink(path.join(vscode, 'bin/remote-cli/code-server'), 'code-linux.sh');
  relink(path.join(vscode, 'bin/helpers/browser.sh'), 'browser-linux.sh');
  const scripts = ['bin/remote-cli', 'bin/helpers'].flatMap((folder) => filesIn(path.join(vscode, folder)).filter((file) => file.endsWith('.sh')));
  for (const file of [...scripts, ...filesIn(path.join(ripgreps(vscode), `linux-${process.arch}`))]) fs.chmodSync(file, 0o755);
}

/**
 * @param {string} link
 * @param {string} to
 */
function relink(link, to) {
  fs.rmSync(link, { force: true });
  fs.symlinkSync(to, link);
}

/** @param {string} folder */
function filesIn(folder) {
  return fs.existsSync(folder) ? fs.readdirSync(folder).map((name) => path.join(folder, name)) : [];
}

/** @param {string} vscode */
function ripgreps(vscode) {
  return path.join(vscode, 'node_modules/@vscode/ripgrep-universal/bin');
}

/**
 * 300 MB: other systems' ripgreps, and the runtimes of VS Code's own agents.
 * @param {string} vscode
 */
function removeUnused(vscode) {
  const modules = path.join(vscode, 'node_modules');
  const unused = [
    ...filesIn(ripgreps(vscode)).filter((file) => path.basename(file) !== `linux-${process.arch}`),
    ...filesIn(path.join(modules, '@github')).filter((file) => path.basename(file).startsWith('copilot-sdk-')),
    path.join(modules, '@microsoft/mxc-sdk/bin'),
  ];
  for (const file of unused) fs.rmSync(file, { recursive: true, force: true });
}
