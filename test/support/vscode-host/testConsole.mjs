import net from 'node:net';
import readline from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { withoutLogWriterNoise } from './logWriterNoise.mjs';

/**
 * @typedef {{ kind: 'out' | 'err', text: string } | { kind: 'end', passed: boolean }} Message
 *
 * @typedef {object} TestConsole
 * @property {string} file The socket that the extension host connects to.
 * @property {() => boolean} passed Whether the tests said that they ended, and well.
 * @property {() => Promise<void>} drained
 * @property {() => void} close
 */

const DRAINED_WITHIN_MS = 2_000;

/**
 * Writes what tests-bootstrap.cjs sends from the extension host to this process's console.
 * @param {string} file of a short path
 * @param {() => void} onLost called where the connection ends before the tests did
 * @returns {Promise<TestConsole>}
 */
export async function openTestConsole(file, onLost) {
  let open = 0;
  /** @type {boolean | undefined} */
  let passed;
  /** @type {() => void} */
  let idle = () => {};
  /** @param {string} line */
  const take = (line) => {
    /** @type {unknown} */
    const parsed = JSON.parse(line);
    const message = /** @type {Message} */ (parsed);
    if (message.kind === 'end') passed = message.passed;
    else process[message.kind === 'err' ? 'stderr' : 'stdout'].write(withoutLogWriterNoise(message.text));
  };
  const server = net.createServer((connection) => {
    open++;
    const lines = readline.createInterface({ input: connection });
    lines.on('line', take);
    lines.on('close', () => {
      open--;
      idle();
      if (passed === undefined) onLost();
    });
    // an extension host that is killed resets the connection; the lines' end says it all
    connection.on('error', () => undefined);
  });
  await new Promise((/** @type {(value: void) => void} */ resolve) => server.listen(file, () => resolve()));
  return {
    file,
    passed: () => passed === true,
    drained: async () => {
      if (open === 0) return;
      /** @type {Promise<void>} */
      const closed = new Promise((resolve) => (idle = resolve));
      await Promise.race([closed, delay(DRAINED_WITHIN_MS, undefined, { ref: false })]);
    },
    close: () => server.close(),
  };
}
