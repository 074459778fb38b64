import * as assert from 'node:assert/strict';
import { ApprovalFromWebview, ChatFromWebview } from '../../../src/protocol/webview.ts';

describe('Messages from webviews', () => {
  for (const message of [
    null,
    'ready',
    {},
    { type: 'approve', approvalId: 'a', argumentsHash: 'h' },
    { type: 'send', messageId: '', text: 'x' },
    { type: 'send', messageId: 'm', text: 1 },
    { type: 'send', messageId: 'm', text: 'x', sessionId: 'another' },
    { type: 'send', messageId: 'm', text: 'x'.repeat(1_000_001) },
    { type: 'action', action: 'workbench.action.terminal.sendSequence' },
    { type: 'openFile', path: '' },
  ]) {
    it(`the chat's: ${JSON.stringify(message).slice(0, 60)} is refused`, () => {
      assert.equal(ChatFromWebview.safeParse(message).success, false);
    });
  }

  for (const message of [{ type: 'approve' }, { type: 'approve', approvalId: 'a' }, { type: 'reject', approvalId: 'a', argumentsHash: 'h' }, { type: 'send', messageId: 'm', text: 'yes' }]) {
    it(`the dialog's: ${JSON.stringify(message)} is refused`, () => {
      assert.equal(ApprovalFromWebview.safeParse(message).success, false);
    });
  }
});
