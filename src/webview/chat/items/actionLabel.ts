import type { ChatAction } from '../../../protocol/webview.ts';

const labels: Readonly<Record<ChatAction, string>> = {
  setApiKey: 'Set API key…',
  openSettings: 'Open settings',
  retry: 'Retry',
  showLog: 'Log',
  openFolder: 'Open folder…',
  manageTrust: 'Manage workspace trust…',
};

export function actionLabel(action: ChatAction): string {
  return labels[action];
}
