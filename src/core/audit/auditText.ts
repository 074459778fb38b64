import type { AuditLog } from '../ports/AuditLog.ts';
import { yieldToHost } from '../yieldToHost.ts';
import type { AuditWords } from './AuditWords.ts';

/** Entries that are shown. */
export const SHOWN = 5_000;

/** The last entries of the audit log in words, the newest last; read in pages, so that the host is not held. Rejects where the database does not answer. */
export async function auditText(audit: Pick<AuditLog, 'page' | 'beforeLast'>, words: AuditWords, most = SHOWN): Promise<string> {
  let after = audit.beforeLast(most);
  const lines = after === 0 ? [] : [`These are the last ${most.toLocaleString('en')} entries. “Agent Runtime: Export Audit Log” writes all of them.`];
  for (let more = true; more; ) {
    const page = audit.page(after);
    for (const entry of page.entries) lines.push(words.line(entry));
    after = page.next;
    more = page.more;
    if (more) await yieldToHost();
  }
  return lines.length === 0 ? 'Nothing was asked, decided or done in this workspace yet.\n' : `${lines.join('\n')}\n`;
}
