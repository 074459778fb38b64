import type { ApprovalFromWebview, ApprovalToWebview } from '../../protocol/approvalWebview.ts';
import { hostApi } from '../ui/hostApi.ts';
import { ApprovalApp } from './ApprovalApp.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no root.');

const host = hostApi<ApprovalFromWebview>();
const app = new ApprovalApp(root, (message) => host.postMessage(message));
addEventListener('message', (event: MessageEvent<ApprovalToWebview>) => {
  app.receive(event.data);
});
host.postMessage({ type: 'ready' });
