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
};

export function actionLabel(action: ChatAction): string {
  return labels[action];
}
