import type { Log } from '../ports/Log.ts';

/** Logs an error. A log that fails itself, as one does that VS Code has closed, disturbs nobody. */
export function logFailure(log: Log, message: string, error: unknown): void {
  try {
    log.error(message, error);
  } catch {
    // the failure is counted, and there is nowhere else to say it
  }
}
