import * as fs from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const WITHIN_MS = 20_000;
const EVERY_MS = 50;

interface Process {
  pid: number;
  parent: number;
}

/** The extension hosts below a VS Code server's process. */
export function extensionHosts(serverPid: number): number[] {
  const processes = all();
  const below = new Set([serverPid]);
  for (let size = 0; size !== below.size; ) {
    size = below.size;
    for (const { pid, parent } of processes) if (below.has(parent)) below.add(pid);
  }
  return [...below].filter((pid) => read(`/proc/${pid}/cmdline`).includes('--type=extensionHost'));
}

/** The one extension host below a server, as soon as there is one. */
export async function theExtensionHost(serverPid: number): Promise<number> {
  return until('There is not one extension host', () => {
    const [host, ...others] = extensionHosts(serverPid);
    return others.length === 0 ? host : undefined;
  });
}

/** Waits until a process is gone, or is nothing but its entry in the table. */
export async function ended(pid: number): Promise<void> {
  await until(`Process ${pid} did not end`, () => (/^\d+ \(.*\) [^ZX] /s.test(read(`/proc/${pid}/stat`)) ? undefined : true));
}

/** Waits until `find` gives something. */
export async function until<T>(problem: string, find: () => T | undefined): Promise<T> {
  const end = Date.now() + WITHIN_MS;
  for (;;) {
    const found = find();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`${problem} after ${WITHIN_MS} ms.`);
    await delay(EVERY_MS);
  }
}

function all(): Process[] {
  return fs
    .readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid))
    .flatMap((pid) => {
      // the name in brackets may hold anything; after it come the state and the parent
      const parent = /\) \S (\d+) /.exec(read(`/proc/${pid}/stat`))?.[1];
      return parent === undefined ? [] : [{ pid, parent: Number(parent) }];
    });
}

/** Empty where the process is gone. */
function read(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
