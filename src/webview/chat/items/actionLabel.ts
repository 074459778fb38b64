import type { ChatAction } from '../../../protocol/webview.ts';

const labels: Readonly<Record<ChatAction, string>> = {
  setApiKey: 'Set API key…',
  openSettings: 'Open settings',
  openRules: 'Open settings',
  retry: 'Retry',
  resume: 'Resume',
  showLog: 'Log',
  openFolder: 'Open folder…',
  manageTrust: 'Manage workspace trust…',
  newSession: 'New session',
  setUpModel: 'Set up a model…',
  continue: 'Continue',
  newSessionWithSummary: 'New session with a summary…',
};

export function actionLabel(action: ChatAction): string {
  return labels[action];
}
