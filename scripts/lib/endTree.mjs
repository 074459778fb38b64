import { spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const ENDS_WITHIN_MS = 5_000;

/** @typedef {{ pid: number, parent: number, group: number }} Process */

/** @returns {Process[]} Linux's; elsewhere none */
function allProcesses() {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        // a command in brackets, which may hold anything, then: state, parent, group
        const [, parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        return [{ pid: Number(name), parent: Number(parent), group: Number(group) }];
      } catch {
        return []; // it has ended
      }
    });
}

/**
 * The groups of a process and of all below it: servers and browsers have groups of their own.
 * @param {number} leader of its group
 */
function groupsBelow(leader) {
  const processes = allProcesses();
  const groups = new Set([leader]);
  const tree = [leader];
  for (const parent of tree) {
    for (const child of processes) {
      if (child.parent !== parent) continue;
      tree.push(child.pid);
      groups.add(child.group);
    }
  }
  return [...groups];
}

/**
 * @param {number} group
 * @param {NodeJS.Signals | 0} signal
 */
function signalGroup(group, signal) {
  try {
    process.kill(-group, signal);
    return true;
  } catch {
    return false;
  }
}

/**
 * Ends a child and all that it started, by their ids.
 * @param {number} leader of a process group, started by this process
 */
export async function endTree(leader) {
  if (process.platform === 'win32') {
    spawn('taskkill', ['/pid', String(leader), '/t', '/f'], { stdio: 'ignore' });
    return;
  }
  const groups = groupsBelow(leader);
  for (const signal of /** @type {const} */ (['SIGTERM', 'SIGKILL'])) {
    for (const group of groups) signalGroup(group, signal);
    const end = Date.now() + ENDS_WITHIN_MS;
    while (groups.some((group) => signalGroup(group, 0))) {
      if (Date.now() > end) break;
      await delay(50);
    }
  }
}
