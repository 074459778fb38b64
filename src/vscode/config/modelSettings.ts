import * as vscode from 'vscode';
import { RuntimeError } from '../../protocol/errors.ts';

export const SECTION = 'agentRuntime';

export interface ModelSettings {
  /** Empty: the offline model. */
  name: string;
  baseUrl: string;
}

/**
 * The person's own settings. Read from the user's level alone, whatever a workspace's files say: a
 * cloned repository must not redirect a key.
 */
export function readModelSettings(): ModelSettings {
  const configuration = vscode.workspace.getConfiguration(SECTION);
  return { name: personal(configuration, 'model.name').trim(), baseUrl: personal(configuration, 'model.baseUrl').trim() };
}

/** The origin that a base URL's requests go to, and that its key is bound to. Throws for an address that is none. */
export function originOf(baseUrl: string): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:') || url.username !== '' || url.password !== '') {
    const message = `agentRuntime.model.baseUrl is “${withoutCredentials(baseUrl)}”; it must be an http or https address without a user name`;
    throw new RuntimeError({ code: 'model_not_configured', message });
  }
  return url.origin;
}

function personal(configuration: vscode.WorkspaceConfiguration, key: string): string {
  const inspected = configuration.inspect(key);
  const value: unknown = inspected?.globalValue ?? inspected?.defaultValue;
  return typeof value === 'string' ? value : '';
}

function withoutCredentials(text: string): string {
  return text.replace(/\/\/[^/]*@/, '//…@');
}
