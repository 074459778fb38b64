import * as os from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { redactor } from '../../core/audit/redact.ts';
import type { AuditLog } from '../../core/ports/AuditLog.ts';
import { messageOf } from '../../core/tools/Tool.ts';
import { writeAuditLog } from '../audit/writeAuditLog.ts';
import { foreignText } from '../foreignText.ts';

/** Asks for a file and writes the whole audit log to it. Rejects in words for the person where it could not be written. */
export async function exportAuditLog(audit: Pick<AuditLog, 'page'>): Promise<void> {
  const uri = await vscode.window.showSaveDialog({
    title: 'Export Audit Log',
    saveLabel: 'Export',
    defaultUri: vscode.Uri.file(path.join(os.homedir(), 'agent-runtime-audit.jsonl')),
    filters: { 'JSON Lines': ['jsonl'] },
  });
  if (uri === undefined) return;
  if (uri.scheme !== 'file') throw new Error('The audit log can be exported to a file on disk only. Choose another place');
  let count: number;
  try {
    count = await writeAuditLog({ file: uri.fsPath, audit, redact: redactor({ home: os.homedir(), userName: userName() }) });
  } catch (error) {
    throw new Error(`The audit log could not be exported: ${messageOf(error)}. Nothing was written; try another place`, { cause: error });
  }
  const entries = count === 1 ? '1 entry' : `${count} entries`;
  void vscode.window.showInformationMessage(`The audit log is in ${foreignText(uri.fsPath)}: ${entries}. What looks like a key, a token or a password is taken out; look through it before you pass it on.`);
}

/** Empty where the system knows none. */
function userName(): string {
  try {
    return os.userInfo().username;
  } catch {
    return '';
  }
}
