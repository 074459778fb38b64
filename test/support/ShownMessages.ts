import type { Messages } from '../../src/vscode/Messages.ts';

/** Keeps what was shown; `press` presses the button of the latest. */
export class ShownMessages implements Messages {
  readonly texts: string[] = [];
  press: () => void = () => undefined;

  readonly showInformationMessage = (message: string, ...buttons: string[]): Promise<string | undefined> => this.#show(message, buttons);
  readonly showWarningMessage = (message: string, ...buttons: string[]): Promise<string | undefined> => this.#show(message, buttons);
  readonly showErrorMessage = (message: string, ...buttons: string[]): Promise<string | undefined> => this.#show(message, buttons);

  #show(message: string, buttons: string[]): Promise<string | undefined> {
    this.texts.push([message, ...buttons].join(' | '));
    return new Promise((resolve) => (this.press = () => resolve(buttons[0])));
  }
}
