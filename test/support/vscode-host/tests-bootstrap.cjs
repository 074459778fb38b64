// Loaded by the extension host in place of the tests' own entry. Sends the tests' console to the
// shim, then hands over. Says last how they ended, so that an extension host which died is not
// taken for a pass.
const nodeConsole = require('node:console');
const nodeModule = require('node:module');
const net = require('node:net');
const stream = require('node:stream');
const url = require('node:url');

/**
 * @typedef {import('./testConsole.mjs').Message} Message
 * @typedef {(error: unknown, failures?: number) => void} Done
 * @typedef {{ run?: (testsRoot: string, done: Done) => unknown }} TestEntry
 */

const entry = process.env['VSCODE_HOST_TESTS'] ?? '';
const socketFile = process.env['VSCODE_HOST_SOCK'] ?? '';

/** @returns {Promise<net.Socket | undefined>} */
function connect() {
  return new Promise((resolve) => {
    const socket = net.connect(socketFile, () => resolve(socket));
    socket.on('error', () => resolve(undefined));
  });
}

/**
 * VS Code pins console.log and process.stdout.write with setters that do nothing: an assignment
 * is dropped in silence. So the console and the streams themselves are replaced.
 * @param {(message: Message) => void} send
 */
function redirectConsole(send) {
  /** @param {'out' | 'err'} kind */
  const toShim = (kind) =>
    new stream.Writable({
      decodeStrings: false,
      write(/** @type {string | Buffer} */ chunk, _encoding, callback) {
        send({ kind, text: typeof chunk === 'string' ? chunk : chunk.toString('utf8') });
        callback();
      },
    });
  const stdout = toShim('out');
  const stderr = toShim('err');
  Object.defineProperty(process, 'stdout', { configurable: true, get: () => stdout });
  Object.defineProperty(process, 'stderr', { configurable: true, get: () => stderr });
  Object.defineProperty(globalThis, 'console', { configurable: true, writable: true, value: new nodeConsole.Console({ stdout, stderr }) });
}

/**
 * Desktop VS Code takes a folder, a file, a file without its ending, CommonJS or ESM.
 * @returns {Promise<TestEntry>}
 */
async function loadEntry() {
  /** @type {unknown} */
  let tests;
  try {
    tests = nodeModule.createRequire(__filename)(entry);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code !== 'ERR_REQUIRE_ESM' && code !== 'ERR_REQUIRE_ASYNC_MODULE') throw cause;
    tests = await import(url.pathToFileURL(entry).href);
  }
  return /** @type {TestEntry} */ (tests);
}

/**
 * Both of VS Code's contracts: `run()` gives a promise, or `run(root, done)` calls back.
 * @param {NonNullable<TestEntry['run']>} run
 * @returns {Promise<void>}
 */
function completed(run) {
  return new Promise((resolve, reject) => {
    const result = run(entry, (error, failures = 0) => {
      if (error instanceof Error) reject(error);
      else if (failures > 0) reject(new Error(`${failures} tests failed.`));
      else resolve();
    });
    if (result instanceof Promise) result.then(() => resolve(), reject);
  });
}

exports.run = async function run() {
  const socket = await connect();
  /** @param {Message} message */
  const send = (message) => void socket?.write(`${JSON.stringify(message)}\n`);
  redirectConsole(send);
  let passed = false;
  try {
    const tests = await loadEntry();
    if (typeof tests.run !== 'function') throw new Error(`${entry} does not export a function "run".`);
    await completed(tests.run);
    passed = true;
  } catch (error) {
    send({ kind: 'err', text: `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n` });
    throw error;
  } finally {
    send({ kind: 'end', passed });
    await new Promise((resolve) => (socket === undefined ? resolve(undefined) : socket.end(() => resolve(undefined))));
  }
};
