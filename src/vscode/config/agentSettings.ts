import * as vscode from 'vscode';
import type { Log } from '../../core/ports/Log.ts';
import { SECTION } from './settingsSection.ts';

/** Whether one agent does everything. Read from the person's level alone: that agent may do more than others may. */
export function readSingleAgent(log: Log): boolean {
  const inspected = vscode.workspace.getConfiguration(SECTION).inspect('singleAgent');
  const value: unknown = inspected?.globalValue ?? false;
  if (typeof value === 'boolean') return value;
  log.warn(`${SECTION}.singleAgent is ${JSON.stringify(value)}; it must be true or false. Until it is changed, false is used`);
  return false;
}
