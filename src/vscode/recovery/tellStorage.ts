import * as vscode from 'vscode';
import type { Log } from '../../core/ports/Log.ts';
import { foreignText } from '../foreignText.ts';

/** Whether the person was told already; nothing is lost where it is forgotten. */
const TOLD = 'agentRuntime.toldOfNetworkFolder';

export interface StorageNews {
  /** Set where the file was damaged. */
  salvaged: { message: string } | undefined;
  /** The folder is on a network file system. */
  network: boolean;
}

/** Tells the person what they should know of where their conversations are kept. */
export function tellStorage({ salvaged, network }: StorageNews, memento: vscode.Memento, log: Log): void {
  if (salvaged !== undefined) {
    log.warn(salvaged.message);
    void vscode.window.showWarningMessage(`Agent Runtime: ${foreignText(salvaged.message)}`);
  }
  if (network && memento.get(TOLD) !== true) {
    const message = 'VS Code keeps this workspace’s data on a network drive. Agent Runtime saves conversations there in a way that is slower, and safe.';
    void vscode.window.showInformationMessage(message);
    void memento.update(TOLD, true);
  }
}
