import * as assert from 'node:assert/strict';
import { approvalFromWebview } from '../../../src/protocol/approvalWebview.ts';
import { chatFromWebview } from '../../../src/protocol/webview.ts';

describe('Messages from webviews', () => {
  for (const message of [
    null,
    'ready',
    {},
    { type: 'approve', approvalId: 'a' },
    { type: 'approve', approvalId: 'a', argumentsHash: 'h', decision: 'edit' },
    { type: 'reject', approvalId: 'a', argumentsHash: 'h', feedback: '' },
    { type: 'choosePreset', preset: 'allowAll' },
    { type: 'allow', rule: { tool: '*', effect: 'allow' }, scope: 'user' },
    { type: 'send', messageId: '', text: 'x' },
    { type: 'send', messageId: 'm', text: 1 },
    { type: 'send', messageId: 'm', text: 'x', sessionId: 'another' },
    { type: 'send', messageId: 'm', text: 'x'.repeat(1_000_001) },
    { type: 'action', action: 'workbench.action.terminal.sendSequence' },
    { type: 'openFile', path: '' },
  ]) {
    it(`the chat's: ${JSON.stringify(message).slice(0, 60)} is refused`, () => {
      assert.equal(chatFromWebview().safeParse(message).success, false);
    });
  }

  for (const message of [{ type: 'ping' }, { type: 'action', action: 'resume' }, { type: 'action', action: 'newSession' }]) {
    it(`the chat's: ${JSON.stringify(message)} is taken`, () => {
      assert.deepEqual(chatFromWebview().parse(message), message);
    });
  }

  for (const message of [{ type: 'ping' }, { type: 'shown', approvalId: 'a' }]) {
    it(`the dialog's: ${JSON.stringify(message)} is taken`, () => {
      assert.deepEqual(approvalFromWebview().parse(message), message);
    });
  }

  for (const message of [{ type: 'shown' }, { type: 'ping', approvalId: 'a' }, { type: 'approve' }, { type: 'approve', approvalId: 'a' }, { type: 'reject', approvalId: 'a', argumentsHash: 'h' }, { type: 'send', messageId: 'm', text: 'yes' }]) {
    it(`the dialog's: ${JSON.stringify(message)} is refused`, () => {
      assert.equal(approvalFromWebview().safeParse(message).success, false);
    });
  }
});
