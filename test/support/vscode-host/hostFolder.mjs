// Where the VS Code that runs in a browser is kept: in the user's cache, by version, one for all
// clones. Nothing here depends on this file's own place, as tests carry a bundled copy of it.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** The code-server release. It names the folder, so that another release gets one of its own. */
export const CODE_SERVER_VERSION = '4.139.1';
/** The VS Code in that release; desktop VS Code is downloaded in the same version. */
export const VSCODE_VERSION = '1.139.1';
/** The Node that code-server 4.139 asks for. */
export const NODE_VERSION = '24.21.0';

/** The project's own folder in the user's cache. */
export function cacheFolder() {
  const cache = process.env['XDG_CACHE_HOME'];
  return path.join(cache !== undefined && path.isAbsolute(cache) ? cache : path.join(os.homedir(), '.cache'), 'agent-runtime');
}

export function hostFolder() {
  return path.join(cacheFolder(), 'vscode-host', CODE_SERVER_VERSION);
}

/** The npm package that brings Node as a binary with its headers. */
export function nodePackage() {
  return `node-linux-${process.arch}`;
}

/** The Node that the host, and so the extension host, runs on. */
export function hostNode(folder = hostFolder()) {
  return path.join(folder, 'node_modules', nodePackage(), 'bin/node');
}

/** code-server's entry, to be run with {@link hostNode}. */
export function hostEntry(folder = hostFolder()) {
  return path.join(folder, 'node_modules/code-server/out/node/entry.js');
}

/** Written last, before the folder gets its name: where it is, the installation is whole. */
export function completionMarker(folder = hostFolder()) {
  return path.join(folder, 'installed.json');
}

export function isHostInstalled() {
  return fs.existsSync(completionMarker());
}

/** Whether npm has a Node and VS Code's native parts for this machine. */
export function isHostSupported() {
  return process.platform === 'linux' && (process.arch === 'x64' || process.arch === 'arm64');
}
