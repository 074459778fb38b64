import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

/** Puts a disk of 800 KB where a folder is. False where this process may not. */
export function mountSmallDisk(folder: string): boolean {
  return spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=800k', 'tmpfs', folder]).status === 0;
}

export function unmount(folder: string): boolean {
  return spawnSync('umount', [folder]).status === 0;
}

/** Whether this process may have a disk of its own to fill. */
export function canMount(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ar-mount-'));
  try {
    return mountSmallDisk(folder) && unmount(folder);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}
