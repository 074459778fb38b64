import type { Journal } from '../ports/Journal.ts';
import type { Log } from '../ports/Log.ts';
import { catchUp } from '../persistence/catchUp.ts';
import type { TableWriter } from '../persistence/Projector.ts';
import { auditedTypes, WORKSPACE } from '../audit/auditEntry.ts';
import type { OpenSessions } from '../sessions/OpenSessions.ts';
import type { SessionDeletion } from '../sessions/SessionDeletion.ts';
import type { SessionManager } from '../sessions/SessionManager.ts';
import type { AuditLogger } from '../subscribers/AuditLogger.ts';

interface Dependencies {
  journal: Journal;
  sessions: Pick<SessionManager, 'pages'>;
  audit: AuditLogger;
  openSessions: OpenSessions;
  deletion: SessionDeletion;
  tables: readonly TableWriter[];
  log: Log;
}

/** What was found at a start, by session id. */
export interface RecoveryReport {
  /** Sessions whose turn VS Code had closed on. */
  interrupted: string[];
  /** Of those: nobody saw the end of something that was running. */
  unknown: string[];
  /** Could not be read or written; with the reason, in words for the person. */
  failed: { sessionId: string; reason: string }[];
}

/** Brings back what a host that ended in the middle has left: only in sessions whose lease it can take. */
export class Recovery {
  readonly #dependencies: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#dependencies = dependencies;
  }

  /** Rejects only where the journal does not answer at all. */
  async run(): Promise<RecoveryReport> {
    const { journal, deletion, tables, log } = this.#dependencies;
    const report: RecoveryReport = { interrupted: [], unknown: [], failed: [] };
    for (const { sessionId, deleted } of journal.unfinished()) {
      try {
        if (deleted) await deletion.erase(sessionId);
        else await this.#recover(sessionId, report);
      } catch (error) {
        log.error(`The session ${sessionId} could not be recovered`, error);
        report.failed.push({ sessionId, reason: error instanceof Error ? error.message : String(error) });
      }
    }
    for (const table of tables) {
      try {
        await catchUp(table);
      } catch (error) {
        // it is caught up when it is next read
        log.error(`The table ${table.table} could not be brought up`, error);
      }
    }
    await this.#auditWorkspace();
    return report;
  }

  async #auditWorkspace(): Promise<void> {
    const { audit, sessions, log } = this.#dependencies;
    try {
      await audit.catchUpWorkspace(sessions.pages(WORKSPACE, auditedTypes));
    } catch (error) {
      log.error('The audit log could not be completed with what was decided for the workspace; it is tried again at the next start', error);
    }
  }

  async #recover(sessionId: string, report: RecoveryReport): Promise<void> {
    const opened = await this.#dependencies.openSessions.recover(sessionId);
    if (opened?.owned !== true) return;
    report.interrupted.push(sessionId);
    if (opened.unknown > 0) report.unknown.push(sessionId);
  }
}
