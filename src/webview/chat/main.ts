import type { ChatFromWebview, ChatToWebview } from '../../protocol/webview.ts';
import { hostApi } from '../ui/hostApi.ts';
import { ChatApp } from './ChatApp.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no root.');

const host = hostApi<ChatFromWebview>();
const app = new ChatApp(root, (message) => host.postMessage(message));
addEventListener('message', (event: MessageEvent<ChatToWebview>) => {
  if (event.data.type === 'snapshot') host.setState({ sessionId: event.data.sessionId });
  app.receive(event.data);
});
host.postMessage({ type: 'ready' });
