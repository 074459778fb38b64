import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/**
 * Gives `body` a folder for temporary files, which is gone afterwards.
 * @template Result
 * @param {(scratch: string) => Promise<Result>} body
 */
export async function withScratch(body) {
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'ar-test-'));
  try {
    return await body(scratch);
  } finally {
    // a server of ended tests may be writing its last
    rmSync(scratch, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
}
