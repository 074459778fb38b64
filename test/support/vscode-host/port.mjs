import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';

/**
 * @param {number} port 0 for whichever is free
 * @returns {Promise<number | undefined>} the port, where it is free
 */
function freePort(port) {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : undefined));
    });
  });
}

/** @param {string} userDataDir */
function portFile(userDataDir) {
  return path.join(userDataDir, 'host-port');
}

/**
 * The port that this user data was last served on.
 * @param {string} userDataDir
 */
export function keptPort(userDataDir) {
  const file = portFile(userDataDir);
  const port = Number(process.env['VSCODE_HOST_PORT'] ?? (fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : ''));
  return Number.isInteger(port) && port > 0 ? port : undefined;
}

/**
 * The port is kept with the user data: VS Code in a browser keeps workspaceState, globalState and
 * secrets in the browser, per origin, so they outlive a restart only where port and browser
 * profile stay the same.
 * @param {string} userDataDir an existing folder
 */
export async function pickPort(userDataDir) {
  const kept = keptPort(userDataDir);
  const port = (kept === undefined ? undefined : await freePort(kept)) ?? (await freePort(0));
  if (port === undefined) throw new Error('No port on 127.0.0.1 is free.');
  fs.writeFileSync(portFile(userDataDir), String(port));
  return port;
}
