import type { Log } from '../../core/ports/Log.ts';
import type { RecoveryReport } from '../../core/recovery/Recovery.ts';
import { messageOf } from '../../core/tools/Tool.ts';
import { foreignText } from '../foreignText.ts';
import type { Messages } from '../Messages.ts';

const OPEN = 'Open';

export interface TellRecoveryDependencies {
  messages: Messages;
  /** `undefined` where it is not known. */
  titleOf: (sessionId: string) => string | undefined;
  open: (sessionId: string) => Promise<void>;
  log: Log;
}

/** Tells what a person has to look at: what nobody saw the end of, and what could not be read. A question that is asked again shows itself. */
export function tellRecovery({ unknown, failed }: Pick<RecoveryReport, 'unknown' | 'failed'>, { messages, titleOf, open, log }: TellRecoveryDependencies): void {
  const named = (sessionId: string): string | undefined => {
    const title = titleOf(sessionId);
    return title === undefined ? undefined : `“${foreignText(title)}”`;
  };
  const offer = async (sessionId: string): Promise<void> => {
    const where = named(sessionId) ?? 'a session';
    const message = `VS Code closed while a tool ran in ${where}, and nobody saw its end. It was not run again: check what it did.`;
    if ((await messages.showWarningMessage(message, OPEN)) !== OPEN) return;
    try {
      await open(sessionId);
    } catch (error) {
      log.error(`The session ${sessionId} could not be opened`, error);
      void messages.showErrorMessage(`${named(sessionId) ?? 'The session'} could not be opened: ${foreignText(messageOf(error))}`);
    }
  };
  for (const sessionId of unknown) void offer(sessionId);
  for (const { sessionId, reason } of failed) {
    void messages.showErrorMessage(`${named(sessionId) ?? 'A session'} could not be brought back: ${foreignText(reason)}`);
  }
}
