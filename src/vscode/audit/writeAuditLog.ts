import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { redactEntry } from '../../core/audit/redact.ts';
import type { AuditLog } from '../../core/ports/AuditLog.ts';

/**
 * Writes the whole audit log to a file, one JSON object a line, in its order; the file is there when it is whole. Returns how many
 * entries that are. Rejects where the database or the disk does not answer: then what the file held before is left.
 */
export async function writeAuditLog({ file, audit, redact }: { file: string; audit: Pick<AuditLog, 'page'>; redact: (text: string) => string }): Promise<number> {
  const part = `${file}.${randomUUID()}.part`;
  let count = 0;
  try {
    // who decided what is for the person alone
    const handle = await open(part, 'wx', 0o600);
    try {
      let after = 0;
      for (let more = true; more; ) {
        const page = audit.page(after);
        await handle.appendFile(page.entries.map((entry) => `${JSON.stringify(redactEntry(entry, redact))}\n`).join(''));
        count += page.entries.length;
        after = page.next;
        more = page.more;
      }
    } finally {
      await handle.close();
    }
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
  return count;
}
