/** The notifications of `vscode.window`. What others wrote is put into them by `foreignText` alone: they make links of it. */
export interface Messages {
  showInformationMessage(message: string, ...buttons: string[]): Thenable<string | undefined>;
  showWarningMessage(message: string, ...buttons: string[]): Thenable<string | undefined>;
  showErrorMessage(message: string, ...buttons: string[]): Thenable<string | undefined>;
}
