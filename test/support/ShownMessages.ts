import type { Messages } from '../../src/vscode/Messages.ts';

/** Keeps what was shown; `press` presses a button of the latest: the first, where none is named. */
export class ShownMessages implements Messages {
  readonly texts: string[] = [];
  press: (button?: string) => void = () => undefined;

  readonly showInformationMessage = (message: string, ...buttons: string[]): Promise<string | undefined> => this.#show(message, buttons);
  readonly showWarningMessage = (message: string, ...buttons: string[]): Promise<string | undefined> => this.#show(message, buttons);
  readonly showErrorMessage = (message: string, ...buttons: string[]): Promise<string | undefined> => this.#show(message, buttons);

  #show(message: string, buttons: string[]): Promise<string | undefined> {
    this.texts.push([message, ...buttons].join(' | '));
    return new Promise((resolve) => (this.press = (button = buttons[0]) => resolve(button)));
  }
}
