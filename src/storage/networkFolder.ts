import { statfsSync } from 'node:fs';
import * as path from 'node:path';

/** Linux's magic numbers of file systems that other machines may have open at the same time: statfs(2). */
const NETWORK_FILE_SYSTEMS = new Set([
  0x6969, // NFS
  0x517b, // SMB
  0xff534d42, // CIFS
  0xfe534d42, // SMB 2
  0x5346414f, // AFS
  0x00c36400, // Ceph
  0x0bd00bd0, // Lustre
  0x47504653, // GPFS
  0x01021997, // 9p: Windows' drives in WSL 2
]);

/** Whether a folder is on a network file system, where SQLite's write-ahead log is unsafe: https://www.sqlite.org/wal.html. False where nobody can tell. */
export function isNetworkFolder(folder: string): boolean {
  if (process.platform === 'win32') return /^\\\\(?!\.\\|\?\\(?!UNC\\))/.test(path.resolve(folder));
  if (process.platform !== 'linux') return false;
  return NETWORK_FILE_SYSTEMS.has(statfsSync(folder).type >>> 0);
}
