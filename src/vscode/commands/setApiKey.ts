import * as vscode from 'vscode';
import { errorInfoOf } from '../../protocol/errors.ts';
import type { ApiKeys } from '../config/ApiKeys.ts';
import { originOf, readModelSettings } from '../config/modelSettings.ts';
import { openModelSettings } from './openModelSettings.ts';

const OPEN_SETTINGS = 'Open Settings';

/** Asks for the key of the base URL's origin, and keeps it in SecretStorage. An empty one removes it. */
export async function setApiKey(keys: ApiKeys): Promise<void> {
  const { name, baseUrl } = readModelSettings();
  let origin: string;
  try {
    origin = originOf(baseUrl);
  } catch (error) {
    await offerSettings(vscode.window.showErrorMessage(`${errorInfoOf(error).message}.`, OPEN_SETTINGS));
    return;
  }
  const key = await vscode.window.showInputBox({
    title: `API Key for ${origin}`,
    prompt: `Kept in VS Code’s secret storage and sent to ${origin} only. Leave empty to remove it.`,
    password: true,
    // what an HTTP header can carry; a key that was pasted with a line end or quotes is caught here
    validateInput: (key) => (/^[\x21-\x7e]*$/.test(key.trim()) ? undefined : 'A key has no spaces and no characters beyond ASCII.'),
    ignoreFocusOut: true,
  });
  if (key === undefined) return;
  if (key.trim() === '') {
    await keys.delete(origin);
    void vscode.window.showInformationMessage(`The API key for ${origin} is removed.`);
    return;
  }
  await keys.set(origin, key.trim());
  if (name !== '') void vscode.window.showInformationMessage(`The API key for ${origin} is stored.`);
  else {
    await offerSettings(
      vscode.window.showInformationMessage(`The API key for ${origin} is stored. Now enter the model’s name; until then the offline model answers.`, OPEN_SETTINGS),
    );
  }
}

async function offerSettings(message: Thenable<string | undefined>): Promise<void> {
  if ((await message) === OPEN_SETTINGS) await openModelSettings();
}
